"""Contact data and référents."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.contracts.application.commands.loading import Desk, act_of, load_dossier, refuse_stale
from services.contracts.application.ports import Stores, Telephones
from services.contracts.domain.cers.rules import SignatureUnderWay
from services.contracts.domain.dossiers.contact import read_mail
from services.contracts.domain.dossiers.model import Dossier, Keep
from services.contracts.domain.dossiers.rules import NotAReferent, PersonAlreadyKnown, ReferentAlreadyNamed
from shared.events.envelope import Event
from shared.kernel.clock import legal_date
from shared.kernel.errors import FieldProblem
from shared.security.principal import Role


@dataclass(frozen=True)
class Reach:
    """How to reach the person, as typed. Without `fixe` being said, the landline beside stays."""

    mail: str | None
    telephone: str | None
    fixe: str | Keep | None = Keep.IT


async def change_contact(desk: Desk, telephones: Telephones, dossier_id: UUID, seen: int, reach: Reach) -> Dossier:
    """Completes or corrects mail and telephones.

    Raises NotFound, Forbidden, RaceLost, Invalid, LandlineOverMobile, SignatureUnderWay.
    """
    dossier = await load_dossier(desk, "change-contact", dossier_id, locked=True)
    refuse_stale(seen, dossier.version)
    await refuse_while_signing(desk, dossier_id)
    fixe = reach.fixe if isinstance(reach.fixe, Keep) else telephones.read(reach.fixe)
    told = dossier.change_contact(read_mail(reach.mail), telephones.read(reach.telephone), act_of(desk), fixe)
    return await saved(desk, dossier, told)


async def refuse_while_signing(desk: Desk, dossier_id: UUID) -> None:
    """What the signed text or its code rest on does not change meanwhile. Raises SignatureUnderWay."""
    if await desk.stores.cers.is_signing(dossier_id):
        raise SignatureUnderWay(
            "Une signature par SMS est en cours pour cette personne : menez-la à son terme ou annulez-la, puis "
            "changez son identité ou ses coordonnées."
        )


async def refuse_known(stores: Stores, dossier: Dossier) -> None:
    """A household has one dossier for a name, a first name and a date of birth. Raises PersonAlreadyKnown."""
    others = (await stores.dossiers.of_households([dossier.household]))[dossier.household]
    if any(one.person.key == dossier.person.key and one.current_id != dossier.id for one in others):
        raise PersonAlreadyKnown(
            "Ce foyer a déjà un dossier de ce nom, de ce prénom et de cette date de naissance : ouvrez-le, ou corrigez "
            "d'abord l'identité de l'autre.",
            [FieldProblem("matricule", "known", "Même foyer, même nom, même prénom, même date de naissance.")],
        )


async def saved(desk: Desk, dossier: Dossier, told: Sequence[Event]) -> Dossier:
    """The dossier, stored and told when something changed. Raises RaceLost."""
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
    act = act_of(desk)
    return await saved(desk, dossier, dossier.name_referent(referent_id, legal_date(act.at), act))
