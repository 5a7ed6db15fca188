"""What validation listens to."""

from functools import partial

from services.validation.application import reactions
from services.validation.application.ports import StudiesOf
from shared.database.engine import Database
from shared.events.contracts import CerSubmitted
from shared.events.topics import CERS
from shared.messaging.consumer import Consumer
from shared.messaging.reactions import on


def consumers(database: Database, studies_of: StudiesOf) -> list[Consumer]:
    """The consumers of this service. Submissions are ordered: a second one waits behind a first that was parked."""
    submitted = partial(reactions.cer_submitted, studies_of=studies_of)
    return [Consumer("validation.cer", [CERS], [on(CerSubmitted, submitted, ordered=True)], database)]
