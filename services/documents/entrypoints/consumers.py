"""What documents listens to. Orders are independent of one another: each that cannot be read parks alone."""

from functools import partial

from services.documents.adapters.blanks import SqlBlanks
from services.documents.adapters.commissions import SqlCommissionFiles
from services.documents.adapters.holdings import HOLDINGS
from services.documents.adapters.legal_texts import SqlLegalTexts
from services.documents.adapters.tables import edition
from services.documents.application import reactions
from shared.database.engine import Database
from shared.erasure.hearing import Forgetting
from shared.events.contracts import CerReadyToSign, CerRejected, CerSubmitted, CerValidated
from shared.events.documents import EditionsErased
from shared.events.reference import TerritoryChanged, TextChanged
from shared.events.sessions import (
    FileClosedToCommission,
    FileOpenedToCommission,
    SessionChanged,
    SessionClosed,
    SessionConvened,
)
from shared.events.topics import CERS, REFERENCE, SNAPSHOT, VALIDATION
from shared.messaging.consumer import Consumer
from shared.messaging.reactions import on
from shared.places.following import Places

FORGETTING = Forgetting(HOLDINGS, EditionsErased)

PLACES = Places((edition,))


def consumers(database: Database) -> list[Consumer]:
    """The consumers of this service."""
    bound = [
        on(CerReadyToSign, reactions.cer_ready_to_sign, ordered=False),
        on(CerSubmitted, reactions.cer_submitted, ordered=False),
        on(CerValidated, reactions.cer_decided, ordered=False),
        on(CerRejected, reactions.cer_decided, ordered=False),
    ]
    reference = [
        on(TextChanged, partial(reactions.text_changed, texts_of=SqlLegalTexts), ordered=False),
        on(TerritoryChanged, partial(reactions.territory_changed, blanks_of=SqlBlanks), ordered=False),
    ]
    told = partial(reactions.file_told, files_of=SqlCommissionFiles)
    sessions = [
        on(FileOpenedToCommission, told, ordered=False),
        on(FileClosedToCommission, told, ordered=False),
        on(SessionConvened, reactions.session_told, ordered=False),
        on(SessionChanged, reactions.session_told, ordered=False),
        on(SessionClosed, reactions.session_told, ordered=False),
    ]
    return [
        Consumer("documents.validation", [VALIDATION], sessions, database),
        Consumer("documents.cer", [CERS], bound, database),
        Consumer("documents.texts", [REFERENCE], reference, database),
        Consumer("documents.snapshot", [SNAPSHOT], PLACES.bound_to_snapshots(), database),
        FORGETTING.consumer("documents", database, PLACES.bound()),
    ]
