"""Contact data and référents."""

from uuid import UUID

from services.contracts.application.commands.loading import Desk, load_dossier, refuse_stale
from services.contracts.application.ports import Telephones
from services.contracts.domain.cers.rules import SignatureUnderWay
from services.contracts.domain.dossiers.contact import read_mail
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.rules import NotAReferent, ReferentAlreadyNamed
from services.contracts.domain.moves import Act
from shared.kernel.clock import legal_date
from shared.kernel.errors import FieldProblem
from shared.security.principal import Role


async def change_contact(
    desk: Desk, telephones: Telephones, dossier_id: UUID, *, seen: int, mail: str | None, number: str | None
) -> Dossier:
    """Completes or corrects mail and telephone.

    Raises NotFound, Forbidden, RaceLost, Invalid, LandlineOverMobile, SignatureUnderWay.
    """
    dossier = await load_dossier(desk, "change-contact", dossier_id, locked=True)
    refuse_stale(seen, dossier.version)
    if await desk.stores.cers.is_signing(dossier_id):
        raise SignatureUnderWay(
            "Une signature par SMS est en cours pour cette personne : menez-la à son terme ou annulez-la, puis "
            "changez ses coordonnées."
        )
    act = Act(desk.agent.subject, desk.clock.now())
    told = dossier.change_contact(read_mail(mail), telephones.read(number), act)
    if told:
        await desk.stores.dossiers.save(dossier)
        desk.uow.emit(*told)
    return dossier


async def name_referent(desk: Desk, dossier_id: UUID, seen: int, referent_id: str) -> Dossier:
    """Names who accompanies the person. A référent may only take, for themselves, a dossier that nobody has.

    Raises NotFound, Forbidden, RaceLost, NotAReferent, ReferentAlreadyNamed.
    """
    dossier = await load_dossier(desk, "name-referent", dossier_id, locked=True)
    refuse_stale(seen, dossier.version)
    if desk.agent.role is Role.REFERENT and (referent_id != desk.agent.subject or dossier.referent_id is not None):
        raise ReferentAlreadyNamed(
            "Un référent ne prend que, pour lui-même, un dossier que personne n'accompagne : pour un changement, "
            "adressez-vous au service insertion ou au secrétariat."
        )
    named = await desk.stores.agents.find(referent_id)
    if named is None or not named.active or named.role is not Role.REFERENT:
        raise NotAReferent(
            "Cet agent n'est pas un référent connu : choisissez-le dans l'annuaire.",
            [FieldProblem("referent_id", "not-a-referent", "Choisissez un référent connu.")],
        )
    told = dossier.name_referent(referent_id, legal_date(desk.clock.now()))
    if told:
        await desk.stores.dossiers.save(dossier)
        desk.uow.emit(*told)
    return dossier
