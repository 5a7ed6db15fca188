"""What signature listens to."""

from functools import partial

from services.signature.adapters.holdings import HOLDINGS
from services.signature.adapters.tables import signature_request
from services.signature.application import reactions
from services.signature.application.reactions import Ears
from shared.database.engine import Database
from shared.erasure.hearing import Forgetting
from shared.events.contracts import CerReadyToSign, CerReopened, CerSigningCancelled, CerSnapshot
from shared.events.documents import EditionFailed, EditionRendered
from shared.events.signature import SignaturesErased
from shared.events.topics import CERS, DOCUMENTS, SNAPSHOT
from shared.messaging.consumer import Consumer
from shared.messaging.reactions import on
from shared.places.following import Places

FORGETTING = Forgetting(HOLDINGS, SignaturesErased)

PLACES = Places((signature_request,))


def consumers(database: Database, ears: Ears) -> list[Consumer]:
    """The consumers of this service. Ordered: a cancellation waits behind a request that was parked."""
    of_cers = [
        on(CerReadyToSign, partial(reactions.cer_ready_to_sign, ears=ears)),
        on(CerSigningCancelled, partial(reactions.cer_signing_cancelled, ears=ears)),
        on(CerReopened, partial(reactions.cer_reopened, ears=ears)),
    ]
    of_editions = [
        on(EditionRendered, partial(reactions.edition_rendered, ears=ears)),
        on(EditionFailed, partial(reactions.edition_failed, ears=ears)),
    ]
    of_snapshots = [on(CerSnapshot, partial(reactions.cer_snapshot, ears=ears)), *PLACES.bound_to_snapshots()]
    return [
        Consumer("signature.cer", [CERS], of_cers, database),
        Consumer("signature.documents", [DOCUMENTS], of_editions, database),
        Consumer("signature.snapshot", [SNAPSHOT], of_snapshots, database),
        FORGETTING.consumer("signature", database, PLACES.bound()),
    ]
