"""What a référent does with a CER, but its signature."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.contracts.application.commands.loading import Desk, act_of, load_cer, load_dossier, party_of
from services.contracts.application.commands.tasks import follow_requests
from services.contracts.application.ports import Stores
from services.contracts.domain.cers.accord import Tick
from services.contracts.domain.cers.draft import Draft, Objective, Writing
from services.contracts.domain.cers.model import Cer, Written
from services.contracts.domain.cers.notices import next_numero
from services.contracts.domain.cers.objectives import Change, identified_objectives
from services.contracts.domain.cers.prefill import Proposal, proposal
from services.contracts.domain.cers.rules import refuse_weekly_hours
from services.contracts.domain.dossiers.model import Dossier
from shared.kernel.clock import legal_date
from shared.kernel.ids import new_id


@dataclass(frozen=True)
class Input:
    """What the référent sends; without a number the next one is taken at creation, the one kept afterwards."""

    writing: Writing
    numero: int | None
    tick: Tick
    note: str | None

    def written(self, numero: int, kept: Sequence[Objective] = ()) -> Written:
        """The same, under its number; objectives and étapes without an id take those of the ones kept."""
        fields = {name: getattr(self.writing, name) for name in Writing.model_fields}
        fields["objectives"] = identified_objectives(self.writing.objectives, kept, new_id)
        return Written(Draft(numero=self.numero or numero, **fields), self.tick, self.note)


@dataclass(frozen=True)
class Sheet:
    """A CER and its dossier, for the answer."""

    cer: Cer
    dossier: Dossier


async def create(desk: Desk, dossier_id: UUID, sent: Input) -> Sheet:
    """A new proposition. Raises NotFound, Forbidden, ReferentMissing, Invalid."""
    dossier = await load_dossier(desk, "create-cer", dossier_id, locked=True)
    party = await party_of(desk.stores, dossier)
    if not desk.weekly_hours:
        refuse_weekly_hours(sent.writing.weekly_hours, None)
    numero = next_numero(await desk.stores.cers.neighbours(dossier_id, None))
    cer, told = Cer.create(new_id(), dossier_id, sent.written(numero), act_of(desk), party)
    await desk.stores.cers.add(cer)
    desk.uow.emit(told)
    return Sheet(cer, dossier)


async def create_from_last(desk: Desk, dossier_id: UUID) -> Sheet:
    """A new proposition that starts from the last CER. Raises NotFound, Forbidden, ReferentMissing."""
    dossier = await load_dossier(desk, "create-cer", dossier_id, locked=True)
    party = await party_of(desk.stores, dossier)
    today = legal_date(desk.clock.now())
    draft = (await start_from_last(desk.stores, dossier_id, today, weekly_hours=desk.weekly_hours)).draft
    objectives = identified_objectives(draft.objectives, (), new_id)
    written = Written(draft.model_copy(update={"objectives": objectives}))
    cer, told = Cer.create(new_id(), dossier_id, written, act_of(desk), party)
    await desk.stores.cers.add(cer)
    desk.uow.emit(told)
    return Sheet(cer, dossier)


async def start_from_last(stores: Stores, dossier_id: UUID, today: date, *, weekly_hours: bool) -> Proposal:
    """What a new CER of this dossier starts from; the former weekly hours only where the département uses them."""
    cers = await stores.cers.of_dossier(dossier_id)
    numero = next_numero(await stores.cers.neighbours(dossier_id, None))
    found = proposal(cers, numero, today, await stores.reference.current())
    return found if weekly_hours else replace(found, draft=found.draft.model_copy(update={"weekly_hours": None}))


async def revise(desk: Desk, cer_id: UUID, seen: int, sent: Input) -> Sheet:
    """Saves a draft, complete or not; nothing is told.

    Raises NotFound, Forbidden, RaceLost, ImpossibleMove, CerFrozen, SignatureUnderWay, Invalid.
    """
    cer, dossier = await load_cer(desk, "revise-cer", cer_id, seen=seen)
    if not desk.weekly_hours:
        refuse_weekly_hours(sent.writing.weekly_hours, cer.draft.weekly_hours)
    if cer.revise(
        sent.written(cer.draft.numero, cer.draft.objectives), act_of(desk), await desk.stores.reference.current()
    ):
        await desk.stores.cers.save(cer)
    return Sheet(cer, dossier)


async def edit(desk: Desk, cer_id: UUID, seen: int | None, change: Change) -> Sheet:
    """Changes one part of a draft, the rest and the answer of the check-box as they are.

    Raises as `revise`, and what the change refuses.
    """
    cer, dossier = await load_cer(desk, "revise-cer", cer_id, seen=seen)
    written = Written(change(cer.draft), Tick(cer.accord.value_shown))
    if cer.revise(written, act_of(desk), await desk.stores.reference.current()):
        await desk.stores.cers.save(cer)
    return Sheet(cer, dossier)


async def delete(desk: Desk, cer_id: UUID, seen: int) -> None:
    """Deletes a proposition. Raises NotFound, Forbidden, RaceLost, ImpossibleMove, CerFrozen, SignatureUnderWay."""
    cer, dossier = await load_cer(desk, "delete-cer", cer_id, seen=seen)
    act = act_of(desk)
    told = cer.delete(act, await party_of(desk.stores, dossier))
    await desk.stores.cers.save(cer)
    await follow_requests(desk, cer, act)
    desk.uow.emit(*told)


async def submit(desk: Desk, cer_id: UUID) -> Sheet:
    """Passes the CER to the insertion service.

    Raises NotFound, Forbidden, ImpossibleMove, SignatureUnderWay, IncompleteCer.
    """
    # Locked: no file that the submission counts on goes meanwhile.
    cer, dossier = await load_cer(desk, "submit-cer", cer_id, locked=True)
    requests = await desk.stores.attachments.requests_of(dossier.id)
    act = act_of(desk)
    authors = (await desk.stores.cers.authors([cer_id])).get(cer_id, ())
    told = cer.submit(act, await party_of(desk.stores, dossier), requests, authors)
    await desk.stores.cers.save(cer)
    await follow_requests(desk, cer, act)
    desk.uow.emit(*told)
    return Sheet(cer, dossier)


async def reopen(desk: Desk, cer_id: UUID, reason: str) -> Sheet:
    """Voids the signature of a proposition, with the reason. Raises NotFound, Forbidden, ImpossibleMove."""
    cer, dossier = await load_cer(desk, "reopen-cer", cer_id)
    told = cer.reopen(reason, act_of(desk), await party_of(desk.stores, dossier))
    await desk.stores.cers.save(cer)
    desk.uow.emit(*told)
    return Sheet(cer, dossier)


async def set_dernier_contrat(desk: Desk, cer_id: UUID, seen: int, *, value: bool) -> Sheet:
    """Stops or resumes renewal alerts. Raises NotFound, Forbidden, RaceLost, ImpossibleMove, ReferentMissing."""
    cer, dossier = await load_cer(desk, "set-dernier-contrat", cer_id, seen=seen)
    told = cer.set_dernier_contrat(value=value, act=act_of(desk), party=await party_of(desk.stores, dossier))
    if cer.moves:
        await desk.stores.cers.save(cer)
        desk.uow.emit(*told)
    return Sheet(cer, dossier)


async def read_decision(desk: Desk, cer_id: UUID) -> Sheet:
    """The référent opened the return: dated the first time. Raises NotFound, Forbidden, ImpossibleMove."""
    cer, dossier = await load_cer(desk, "read-decision", cer_id)
    cer.read_decision(act_of(desk))
    if cer.moves:
        await desk.stores.cers.save(cer)
    return Sheet(cer, dossier)
