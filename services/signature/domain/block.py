"""The signature block: what the box of the edition shows once the person has signed (the guide, "Signature sms")."""

from services.signature.domain.model import SignatureRequest
from shared.events.blocks import Identity
from shared.kernel.clock import PARIS

_ENTERED = {"referent": "saisi par le référent", "person": "saisi par la personne"}


def signature_block(request: SignatureRequest, identity: Identity) -> tuple[str, ...]:
    """Who signed, when, by which number, under which reference, and the fingerprint of what was read; line by line."""
    signed, (asked, edition) = request.how_signed(), request.halves()
    who = " ".join(part for part in (identity.civilite, identity.nom_naissance, identity.prenom) if part)
    fingerprint = edition.document.sha256
    entered = _ENTERED.get(signed.entered_by, signed.entered_by)
    return (
        "Signé par code SMS par",
        who,
        f"le {signed.at.astimezone(PARIS):%d/%m/%Y à %H h %M min %S s} (heure de Paris)",
        f"mobile {request.phone_masked}, code {entered}",
        f"CER n° {asked.numero}, référence {request.id}",
        "Empreinte SHA-256 du document lu :",
        fingerprint[:32],
        fingerprint[32:],
    )
