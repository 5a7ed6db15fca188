"""Persons whom a file names and no rule tells apart: kept, resolved by an agent, and the decision remembered."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.contracts.application.commands.dossiers import refuse_known, refuse_while_signing
from services.contracts.application.commands.loading import Desk, act_of, refuse_stale
from services.contracts.application.ports import Stores
from services.contracts.domain.dossiers.history import FLOW
from services.contracts.domain.dossiers.matching import Matching, MatchingState
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.moves import Act
from services.contracts.domain.rights import SCOPES
from shared.events.contracts import DossierEvent
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.security.principal import Principal
from shared.security.reach import Scope


async def remember(stores: Stores, ambiguous: Sequence[Matching]) -> list[Matching]:
    """What is known of these persons: kept or refreshed, with what an agent decided. Raises RaceLost."""
    known = await stores.matchings.find([one.id for one in ambiguous]) if ambiguous else {}
    found = []
    for one in ambiguous:
        kept = known.get(one.id, one)
        if kept is not one:
            kept.seen_again(one)
        await stores.matchings.save(kept)
        found.append(kept)
    return found


async def placed(stores: Stores, asked: Sequence[Matching], fresh: Iterable[Dossier] = ()) -> Sequence[Matching]:
    """Who may be somebody is told apart where the dossier of the first of them is followed; `fresh`: not stored yet."""
    alike = [one for one in asked if one.candidates]
    territories = {one.id: one.territory for one in fresh}
    stored = [one.candidates[0] for one in alike if one.candidates[0] not in territories]
    known = await stores.dossiers.some(stored) if stored else []
    territories |= {one.id: one.territory for one in known}
    for one in alike:
        one.territory = territories[one.candidates[0]]
    return asked


async def resolve(desk: Desk, matching_id: UUID, seen: int, state: MatchingState, dossier_id: UUID | None) -> Matching:
    """Says who the person is, and applies what the file says of them as the import would have.

    Raises NotFound, RaceLost, MatchingResolved, Invalid, SignatureUnderWay, PersonAlreadyKnown.
    """
    matching = await desk.stores.matchings.get(matching_id)
    check_place(desk.agent, "resolve-matching", matching)
    refuse_stale(seen, matching.version)
    act = act_of(desk)
    matching.resolve(state, dossier_id, act)
    told: list[DossierEvent] = []
    if state is MatchingState.SAME and dossier_id is not None:
        dossier = await desk.stores.dossiers.get(dossier_id, locked=True)
        if dossier.household != matching.household:
            await refuse_while_signing(desk, dossier_id)
        whole = matching.source == FLOW
        person = matching.person if whole else matching.person.completed_from(dossier.person)
        await desk.stores.dossiers.recall_corrections([dossier])
        # The file says so, the agent only who it is: their own corrections stand, and the next file may change this.
        changed = dossier.join(matching.household, person, Act(matching.source, act.at))
        if changed:
            await refuse_known(desk.stores, dossier)
            await desk.stores.dossiers.save(dossier)
        told += changed
    elif state is MatchingState.ANOTHER:
        home, person = matching.household, matching.person
        dossier, registered = Dossier.register(new_id(), home, person, matching.territory, act.at, by=act.by)
        await refuse_known(desk.stores, dossier)
        await desk.stores.dossiers.add([dossier])
        matching.dossier_id = dossier.id
        told.append(registered)
    await desk.stores.matchings.save(matching)
    desk.uow.emit(*told)
    return matching


def check_place(agent: Principal, operation: str, matching: Matching) -> None:
    """Raises NotFound for a person whose file is another territory's."""
    if SCOPES[operation][agent.role] is not Scope.ALL and matching.territory not in agent.territories:
        raise NotFound("Ce rapprochement n'existe pas, ou il n'est pas de votre territoire.")
