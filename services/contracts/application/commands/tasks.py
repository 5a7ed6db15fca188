"""What the insertion service was asked to do: opened and withdrawn with the CER, closed by the service."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.contracts.application.commands.loading import Desk, load_cer
from services.contracts.application.ports.tasks import TaskRow
from services.contracts.domain.cers.model import Cer
from services.contracts.domain.moves import Act, Move
from services.contracts.domain.tasks.model import RAPPEL, Outcome, Task
from shared.kernel.clock import legal_date
from shared.kernel.ids import new_id


async def follow_requests(desk: Desk, cer: Cer, act: Act) -> None:
    """After a submission or a deletion: opens the task that the CER asks for, or withdraws the one it no longer does.

    Asking again while the service has not called yet asks nothing more.
    """
    known = await desk.stores.tasks.open_of(cer.id)
    asked = RAPPEL in cer.draft.requests
    if asked and known is None:
        task = Task(new_id(), cer.id, cer.submission, act)
        await desk.stores.tasks.add(task)
        await _line(desk, cer, "open_task", task, act)
    elif known is not None and not asked:
        known.close(legal_date(act.at), Outcome.RETIREE, act)
        await desk.stores.tasks.save(known)
        await _line(desk, cer, "withdraw_task", known, act)


@dataclass(frozen=True)
class Done:
    """What the service says of a call."""

    on: date
    outcome: Outcome


async def close(desk: Desk, task_id: UUID, done: Done) -> TaskRow:
    """The call was made, or is no longer needed. Raises NotFound, Forbidden, TaskClosed, Invalid, RaceLost."""
    task = await desk.stores.tasks.get(task_id)
    cer, dossier = await load_cer(desk, "close-task", task.cer_id)
    act = Act(desk.agent.subject, desk.clock.now())
    task.close(done.on, done.outcome, act)
    await desk.stores.tasks.save(task)
    await _line(desk, cer, "close_task", task, act)
    return TaskRow(task, dossier.id, cer.draft.numero, cer.draft.priority, dossier.territory, dossier.referent_id)


async def _line(desk: Desk, cer: Cer, verb: str, task: Task, act: Act) -> None:
    details = {"task": task.kind, "submission": task.submission}
    if task.closing is not None:
        details |= {"closed_on": task.closing.on.isoformat(), "outcome": task.closing.outcome.value}
    await desk.stores.cers.write_line(cer, Move(verb, cer.state, cer.state, act, details))
