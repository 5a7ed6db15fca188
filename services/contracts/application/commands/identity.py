"""Who the person is, where they are followed, how they are oriented; a dossier made by hand."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.contracts.application.commands.dossiers import Reach, refuse_known, refuse_while_signing, saved
from services.contracts.application.commands.loading import Desk, act_of, load_dossier, refuse_stale
from services.contracts.application.ports import Telephones
from services.contracts.domain.dossiers.contact import Contact, read_mail
from services.contracts.domain.dossiers.household import PROVISIONAL, Household, Person
from services.contracts.domain.dossiers.model import Dossier, Keep, Orientation
from services.contracts.domain.dossiers.rules import TerritoryMissing
from services.contracts.domain.reference.territories import usable
from services.contracts.domain.rights import check
from shared.kernel.clock import legal_date
from shared.kernel.errors import FieldProblem, Invalid
from shared.kernel.ids import new_id


@dataclass(frozen=True)
class NewDossier:
    """A person who came before the flow names them. Without a matricule the household gets a provisional one."""

    organisme: str
    numero_organisme: str
    matricule: str | None
    person: Person
    territory: str | None
    reach: Reach


async def create(desk: Desk, telephones: Telephones, sent: NewDossier) -> Dossier:
    """Opens a dossier by hand; the flow finds it once it has the household that the flow gives (`change_household`).

    Raises Forbidden, NotFound, Invalid, PersonAlreadyKnown, TerritoryMissing, UnknownTerritory.
    """
    territory = sent.territory or desk.agent.territory
    if territory is None:
        raise TerritoryMissing(
            "Dites quel territoire suit cette personne.",
            [FieldProblem("territory", "missing", "Ce champ est obligatoire.")],
        )
    usable(territory, await desk.stores.reference.territory(territory))
    dossier_id, act = new_id(), act_of(desk)
    _refuse_future(sent.person.date_naissance, legal_date(act.at), "date_naissance")
    matricule = sent.matricule or f"{PROVISIONAL}{dossier_id.hex[-12:]}"
    home = Household(sent.organisme, sent.numero_organisme, matricule)
    contact = _contact(telephones, sent.reach, act.at, act.by)
    dossier, told = Dossier.register(dossier_id, home, sent.person, territory, act.at, contact, by=act.by)
    check(desk.agent, "create-dossier", dossier)
    await refuse_known(desk.stores, dossier)
    await desk.stores.dossiers.add([dossier])
    desk.uow.emit(told)
    return dossier


async def change_identity(desk: Desk, dossier_id: UUID, seen: int, person: Person) -> Dossier:
    """« Modifier l'identité ». Raises NotFound, Forbidden, RaceLost, Invalid, SignatureUnderWay, PersonAlreadyKnown."""
    dossier = await load_dossier(desk, "change-identity", dossier_id, locked=True)
    refuse_stale(seen, dossier.version)
    await refuse_while_signing(desk, dossier_id)
    act = act_of(desk)
    _refuse_future(person.date_naissance, legal_date(act.at), "date_naissance")
    told = dossier.change_identity(person, act)
    if told:
        await refuse_known(desk.stores, dossier)
    return await saved(desk, dossier, told)


async def change_household(desk: Desk, dossier_id: UUID, seen: int, household: Household) -> Dossier:
    """Gives the household, or corrects it.

    Raises NotFound, Forbidden, RaceLost, SignatureUnderWay, PersonAlreadyKnown.
    """
    dossier = await load_dossier(desk, "change-household", dossier_id, locked=True)
    refuse_stale(seen, dossier.version)
    await refuse_while_signing(desk, dossier_id)
    told = dossier.join(household, dossier.person, act_of(desk))
    await refuse_known(desk.stores, dossier)
    return await saved(desk, dossier, told)


async def move(desk: Desk, dossier_id: UUID, seen: int, territory: str) -> Dossier:
    """The person is followed by another territory. Raises NotFound, Forbidden, RaceLost, UnknownTerritory."""
    dossier = await load_dossier(desk, "move-dossier", dossier_id, locked=True)
    refuse_stale(seen, dossier.version)
    usable(territory, await desk.stores.reference.territory(territory))
    return await saved(desk, dossier, dossier.move(territory, act_of(desk)))


async def orient(desk: Desk, dossier_id: UUID, seen: int, orientation: Orientation, since: date) -> Dossier:
    """Records the orientation and since when. Raises NotFound, Forbidden, RaceLost, Invalid."""
    dossier = await load_dossier(desk, "orient", dossier_id, locked=True)
    refuse_stale(seen, dossier.version)
    act = act_of(desk)
    _refuse_future(since, legal_date(act.at), "since")
    return await saved(desk, dossier, dossier.orient(orientation, since, act))


def _refuse_future(day: date, today: date, name: str) -> None:
    if day > today:
        raise Invalid(
            "Cette date est dans le futur : vérifiez-la.",
            [FieldProblem(name, "in-the-future", "Date passée attendue.")],
        )


def _contact(telephones: Telephones, reach: Reach, at: datetime, by: str) -> Contact:
    fixe = None if isinstance(reach.fixe, Keep) else telephones.read(reach.fixe)
    known = Contact().changed(read_mail(reach.mail), telephones.read(reach.telephone), at, by)
    return known.with_fixe(fixe, at, by)
