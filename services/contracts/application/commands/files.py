"""What agents do with the pièces jointes of a dossier, and what becomes of their bytes."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.application.commands.loading import Desk, act_of, load_dossier, refuse_stale
from services.contracts.application.ports import Stores
from services.contracts.application.ports.files import Vault
from services.contracts.domain.files.content import Examined
from services.contracts.domain.files.model import MOST_OF_A_DOSSIER, Attachment, Content, Description
from services.contracts.domain.files.rules import NotYourFile, TooManyFiles
from services.contracts.domain.reference.lists import ListName
from services.contracts.domain.rights import TAKES_AWAY_ANY_FILE, check
from shared.events.files import FileRef
from shared.kernel.errors import FieldProblem, Invalid, NotFound
from shared.kernel.ids import derived_id, new_id
from shared.messaging.work import enqueue
from shared.security.principal import Principal

FOLDER = "files"
SCAN, DESTROY = "scan-file", "destroy-file"


@dataclass(frozen=True)
class Sent:
    """What an agent says of a file, and the one that it takes the place of."""

    description: Description
    replaces: UUID | None = None


async def may_add(stores: Stores, agent: Principal, dossier_id: UUID, sent: Sent) -> None:
    """Said before anything is received. Raises NotFound, Forbidden, Invalid, TooManyFiles, FileHeld."""
    await stores.dossiers.get(dossier_id, judged=partial(check, agent, "add-file"))
    cers = await stores.cers.of_dossier(dossier_id)
    sent.description.check(await _diagnostics(stores), cers)
    if await stores.attachments.count_live(dossier_id) >= MOST_OF_A_DOSSIER:
        raise TooManyFiles(
            f"Ce dossier a déjà {MOST_OF_A_DOSSIER} pièces : supprimez celles qui ne servent plus, ou numérisez "
            "plusieurs feuilles en un seul PDF."
        )
    if sent.replaces is not None:
        (await _replaced(stores, agent, dossier_id, sent.replaces)).refuse_held(cers, "remplacer")


async def add(desk: Desk, vault: Vault, dossier_id: UUID, sent: Sent, examined: Examined) -> Attachment:
    """A file of the dossier, to be scanned before anybody opens it; in the place of another if so said.

    The bytes are stored before the row is: a crash leaves bytes that the sweep destroys, never a row without its bytes.
    Raises NotFound, Forbidden, Invalid, TooManyFiles, FileHeld, ObjectsAway.
    """
    await may_add(desk.stores, desk.agent, dossier_id, sent)
    attachment_id = new_id()
    ref = await vault.put(f"{FOLDER}/{dossier_id}/{attachment_id}", examined.content)
    # From here on no submission of this dossier can count on the file that goes.
    await load_dossier(desk, "add-file", dossier_id, locked=True)
    if sent.replaces is not None:
        await _remove(desk, await _replaced(desk.stores, desk.agent, dossier_id, sent.replaces))
    content = Content(examined.content_type, ref, examined.serial)
    added = Attachment(attachment_id, dossier_id, sent.description, content, act_of(desk))
    await desk.stores.attachments.add(added)
    await enqueue(desk.uow.session, SCAN, derived_id(SCAN, attachment_id), {"attachment_id": str(attachment_id)})
    return added


async def describe(desk: Desk, attachment_id: UUID, seen: int, description: Description) -> Attachment:
    """Says otherwise what the file is. Raises NotFound, Forbidden, RaceLost, Invalid, ImpossibleMove, FileHeld."""
    found = await _to_change(desk, "describe-file", attachment_id, seen)
    cers = await desk.stores.cers.of_dossier(found.dossier_id)
    description.check(await _diagnostics(desk.stores), cers)
    if found.describe(description, cers):
        await desk.stores.attachments.save(found)
    return found


async def remove(desk: Desk, attachment_id: UUID, seen: int) -> None:
    """Deletes a file; the trace stays. Raises NotFound, Forbidden, RaceLost, ImpossibleMove, FileHeld."""
    await _remove(desk, await _to_change(desk, "remove-file", attachment_id, seen))


async def destroy(session: AsyncSession, ref: FileRef) -> None:
    """Has the bytes destroyed once this transaction is committed."""
    await enqueue(session, DESTROY, derived_id(DESTROY, ref.uri), {"uri": ref.uri})


async def _remove(desk: Desk, found: Attachment) -> None:
    found.remove(act_of(desk), await desk.stores.cers.of_dossier(found.dossier_id))
    await desk.stores.attachments.save(found)
    await destroy(desk.uow.session, found.content.file)


async def _to_change(desk: Desk, operation: str, attachment_id: UUID, seen: int) -> Attachment:
    """The file, its dossier locked: a submission that counts on it comes before, or sees the change."""
    found = await desk.stores.attachments.get(attachment_id)
    await load_dossier(desk, operation, found.dossier_id, locked=True)
    found = await desk.stores.attachments.get(attachment_id, locked=True)
    _refuse_others(desk.agent, found)
    refuse_stale(seen, found.version)
    return found


async def _replaced(stores: Stores, agent: Principal, dossier_id: UUID, attachment_id: UUID) -> Attachment:
    wrong = Invalid(
        "La pièce à remplacer n'est pas de ce dossier.",
        [FieldProblem("replaces", "unknown-file", "Choisissez une pièce de ce dossier.")],
    )
    try:
        found = await stores.attachments.get(attachment_id)
    except NotFound:
        raise wrong from None
    if found.dossier_id != dossier_id:
        raise wrong
    await stores.dossiers.get(dossier_id, judged=partial(check, agent, "remove-file"))
    _refuse_others(agent, found)
    return found


def _refuse_others(agent: Principal, found: Attachment) -> None:
    if agent.role not in TAKES_AWAY_ANY_FILE and found.added.by != agent.subject:
        raise NotYourFile(
            "Cette pièce a été ajoutée par quelqu'un d'autre : demandez au référent qui accompagne la personne."
        )


async def _diagnostics(stores: Stores) -> list[str]:
    """Those that a CER may hold, if only from before."""
    return [entry.code for entry in (await stores.reference.current()).lists[ListName.DIAGNOSTICS].entries]
