"""What contracts listens to. Ordered: behind a parked event of a CER, its later ones wait."""

from functools import partial

from services.contracts.application.reactions import commissions, contacts, erasures, signature, study
from services.contracts.application.reactions.hearing import Means
from shared.database.engine import Database
from shared.events.documents import EditionFailed, EditionsErased
from shared.events.notifications import ContactFailed, MessagesErased
from shared.events.sessions import FileClosedToCommission, FileOpenedToCommission
from shared.events.signature import (
    SignatureCompleted,
    SignatureExpired,
    SignatureFailed,
    SignatureOpened,
    SignatureProlonged,
    SignatureRefused,
    SignaturesErased,
    SignatureVoided,
)
from shared.events.topics import DOCUMENTS, NOTIFICATIONS, SIGNATURE, VALIDATION
from shared.events.validation import (
    CerDecided,
    CerReturnedForComplement,
    CerSentToChefDeService,
    CerSentToCommission,
    CerTakenBack,
    StudiesErased,
    StudyOpened,
)
from shared.messaging.consumer import Consumer
from shared.messaging.reactions import on


def consumers(database: Database, means: Means) -> list[Consumer]:
    """One consumer for each service that is listened to."""
    answered = partial(erasures.answered, means=means)
    from_signature = [
        on(SignatureOpened, partial(signature.signature_opened, means=means)),
        on(SignatureCompleted, partial(signature.signature_completed, means=means)),
        on(SignatureProlonged, partial(signature.signature_prolonged, means=means)),
        on(SignatureRefused, partial(signature.signature_refused, means=means)),
        on(SignatureExpired, partial(signature.signature_expired, means=means)),
        on(SignatureFailed, partial(signature.signature_failed, means=means)),
        on(SignatureVoided, partial(signature.signature_voided, means=means)),
        on(SignaturesErased, answered, even_erased=True),
    ]
    from_validation = [
        on(StudyOpened, partial(study.study_opened, means=means)),
        on(CerSentToCommission, partial(study.cer_sent_to_commission, means=means)),
        on(CerSentToChefDeService, partial(study.cer_sent_to_chef_de_service, means=means)),
        on(CerTakenBack, partial(study.cer_taken_back, means=means)),
        on(CerReturnedForComplement, partial(study.cer_returned_for_complement, means=means)),
        on(CerDecided, partial(study.cer_decided, means=means)),
        on(FileOpenedToCommission, partial(commissions.file_told, means=means), ordered=False),
        on(FileClosedToCommission, partial(commissions.file_told, means=means), ordered=False),
        on(StudiesErased, answered, even_erased=True),
    ]
    from_documents = [
        on(EditionFailed, partial(signature.edition_failed, means=means)),
        on(EditionsErased, answered, even_erased=True),
    ]
    from_notifications = [
        on(ContactFailed, partial(contacts.contact_failed, means=means), ordered=False),
        on(MessagesErased, answered, even_erased=True),
    ]
    return [
        Consumer("contracts.signature", [SIGNATURE], from_signature, database),
        Consumer("contracts.validation", [VALIDATION], from_validation, database),
        Consumer("contracts.documents", [DOCUMENTS], from_documents, database),
        Consumer("contracts.notifications", [NOTIFICATIONS], from_notifications, database),
    ]
