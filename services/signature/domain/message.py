"""What the SMS says: what is signed, and to whom the code may be told."""

from pydantic import SecretStr

from shared.sms.text import measure

HIDDEN = SecretStr("······")


def hidden(text: SecretStr, *secrets: SecretStr | None) -> str:
    """What was said, for the evidence, without its secrets."""
    shown = text.get_secret_value()
    for secret in secrets:
        if secret is not None:
            shown = shown.replace(secret.get_secret_value(), HIDDEN.get_secret_value())
    return shown


def sms_text(code: SecretStr, numero: int, document_sha256: str, link: SecretStr | None = None) -> SecretStr:
    """The fullest text that fits one segment: the GSM 7-bit alphabet has neither `ê` nor `°` (3GPP TS 23.038).

    With a link it may take two, where the département's address is long.
    """
    shown, reference = code.get_secret_value(), document_sha256[:8].upper()
    if link is None:
        return SecretStr(
            f"Code {shown} pour signer votre contrat d'engagements (CER) no {numero}, réf. {reference}. "
            "Dites-le à votre référent seulement, document lu. Valable 10 minutes."
        )
    where = link.get_secret_value()
    texts = (
        f"Code {shown} pour signer votre contrat d'engagements (CER) no {numero}, réf. {reference}. "
        f"Pour votre seul référent, ou ici sous 10 min : {where}",
        f"Code {shown} pour signer votre CER no {numero}, réf. {reference}. "
        f"Dites-le à votre seul référent ou tapez-le sous 10 min : {where}",
        f"Code {shown} pour signer votre CER no {numero}, réf. {reference}. Pour votre seul référent, ou ici : {where}",
    )
    return SecretStr(next((text for text in texts if measure(text).segments == 1), texts[-1]))
