"""What validation listens to."""

from functools import partial

from services.validation.adapters.holdings import HOLDINGS
from services.validation.application import reactions
from services.validation.application.ports import ListsOf, StudiesOf
from shared.database.engine import Database
from shared.erasure.hearing import Forgetting
from shared.events.contracts import CerSnapshot, CerSubmitted
from shared.events.reference import ListChanged, TerritoryChanged
from shared.events.topics import CERS, REFERENCE, SNAPSHOT
from shared.events.validation import StudiesErased
from shared.messaging.consumer import Consumer
from shared.messaging.reactions import on

FORGETTING = Forgetting(HOLDINGS, StudiesErased)


def consumers(database: Database, studies_of: StudiesOf, lists_of: ListsOf) -> list[Consumer]:
    """The consumers of this service. Submissions are ordered: a second one waits behind a first that was parked."""
    submitted = partial(reactions.cer_submitted, studies_of=studies_of, lists_of=lists_of)
    followed = partial(reactions.cer_snapshot, studies_of=studies_of, lists_of=lists_of)
    listed = partial(reactions.list_changed, lists_of=lists_of)
    territories = partial(reactions.territory_changed, lists_of=lists_of)
    kept = [on(ListChanged, listed, ordered=False), on(TerritoryChanged, territories, ordered=False)]
    return [
        Consumer("validation.cer", [CERS], [on(CerSubmitted, submitted, ordered=True)], database),
        Consumer("validation.snapshot", [SNAPSHOT], [on(CerSnapshot, followed)], database),
        Consumer("validation.lists", [REFERENCE], kept, database),
        FORGETTING.consumer("validation", database),
    ]
