"""What a draft must be to be kept at all, and why a signature keeps a CER from being changed."""

from services.contracts.domain.cers.codes import unknown_codes
from services.contracts.domain.cers.dates import impossible_dates, with_defaults
from services.contracts.domain.cers.draft import Draft
from services.contracts.domain.cers.objectives import repeated_ids
from services.contracts.domain.cers.rules import CerFrozen, SignatureUnderWay
from services.contracts.domain.cers.signing import Signing
from services.contracts.domain.moves import Act
from services.contracts.domain.reference.snapshot import Reference
from shared.kernel.clock import legal_date
from shared.kernel.errors import Invalid, Refusal


def checked(draft: Draft, former: Draft | None, act: Act, reference: Reference) -> Draft:
    """The draft with its conventional dates. Raises Invalid with all that is wrong."""
    draft = with_defaults(draft)
    today = legal_date(act.at)
    codes = unknown_codes(draft, former, reference, today)
    problems = [*codes, *repeated_ids(draft), *impossible_dates(draft, today)]
    if problems:
        raise Invalid("Certaines saisies ne sont pas possibles : corrigez celles qui sont indiquées.", problems)
    return draft


def frozen_by(signing: Signing) -> Refusal:
    """The refusal of a change while the person is about to sign, or once they did."""
    if signing.under_way:
        return SignatureUnderWay(
            "Une signature est en cours : menez-la à son terme, ou annulez-la pour modifier ou soumettre le CER."
        )
    return CerFrozen(
        "Ce CER est signé : seuls le commentaire, la priorité et « dernier contrat » se modifient encore. "
        "Pour le reste, rouvrez-le en donnant le motif ; la signature sera annulée."
    )
