"""What the SMS says: what is signed, and to whom the code may be told."""

from pydantic import SecretStr

HIDDEN = SecretStr("······")


def sms_text(code: SecretStr, numero: int, document_sha256: str) -> SecretStr:
    """One SMS: at most 160 characters of the GSM 7-bit alphabet (3GPP TS 23.038), which has neither `ê` nor `°`."""
    return SecretStr(
        f"Code {code.get_secret_value()} pour signer votre contrat d'engagements (CER) no {numero}, "
        f"réf. {document_sha256[:8].upper()}. Dites-le à votre référent seulement, document lu. Valable 10 minutes."
    )
