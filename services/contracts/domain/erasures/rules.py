"""When a person may be erased, and the named refusals."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.contracts.domain.cers.signing import SigningState
from services.contracts.domain.cers.states import LABELS, State
from shared.kernel.errors import Refusal

UNDER_STUDY = frozenset({State.SOUMIS_A_ETUDE, State.ETUDE_EN_COMMISSION, State.ATTENTE_DECISION})
UNDER_WAY = frozenset({SigningState.PREPARING, SigningState.OPEN})


class AlreadyErased(Refusal):
    """The ledger has this dossier."""

    code = "already-erased"
    title = "Dossier déjà effacé"
    status = 410


class LegalHoldInForce(Refusal):
    """A dispute or an audit needs the dossier."""

    code = "legal-hold"
    title = "Dossier sous conservation obligatoire"


class CerUnderStudy(Refusal):
    """Somebody is about to decide."""

    code = "erasure-cer-under-study"
    title = "CER à l'étude"


class SignatureOpen(Refusal):
    """The person is about to sign."""

    code = "erasure-signature-open"
    title = "Signature en cours"


@dataclass(frozen=True)
class Standing:
    """Where a CER of the person stands."""

    numero: int
    state: State
    signing: SigningState


def refuse_erasure(cers: Sequence[Standing], *, held: bool) -> None:
    """Raises LegalHoldInForce, SignatureOpen, CerUnderStudy. There is no way to force it."""
    if held:
        raise LegalHoldInForce(
            "Ce dossier est sous conservation obligatoire : faites-la lever par le chef de service, puis recommencez."
        )
    for cer in cers:
        if cer.signing in UNDER_WAY:
            raise SignatureOpen(
                f"Une signature est en cours pour le CER n° {cer.numero} : menez-la à son terme ou annulez-la, puis "
                "recommencez."
            )
        if cer.state in UNDER_STUDY:
            raise CerUnderStudy(
                f"Le CER n° {cer.numero} est à l'état « {LABELS[cer.state]} » : faites-le décider, ou retourner au "
                "référent, puis recommencez."
            )
