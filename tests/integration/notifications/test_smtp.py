"""The adapter on a real SMTP server: one connection for many mails, what breaks it, what is signed and proved."""

import asyncio
from dataclasses import replace
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from services.notifications.adapters.dkim import DkimSigner
from services.notifications.adapters.mime import address_of
from services.notifications.adapters.smtp import SmtpMailer, SmtpServer
from services.notifications.application.ports import Accepted, Answer, Lost, Parcel, PutOff, Refused, Words
from shared.kernel.ids import new_id
from tests.builders.notifications import NOW
from tests.fixtures.smtp import DROP, Provider

pytestmark = pytest.mark.integration

SENDER = address_of("ne-pas-repondre@departement.example", "Insertion – RSA")
WORDS = Words("Objet", "Bonjour,\n\nTexte.\n", "<!DOCTYPE html><p>Texte.</p>")


def mailer(provider: Provider, **changes: object) -> SmtpMailer:
    """One, at this provider."""
    server = SmtpServer("127.0.0.1", provider.port, "none", None, None, 5.0)
    return SmtpMailer(replace(server, **changes), SENDER)  # type: ignore[arg-type]


async def send(mailer: SmtpMailer) -> Answer:
    """Sends one mail."""

    async def handing_over() -> None:
        """Nothing to write down."""

    return await mailer.send(Parcel(new_id(), "jeanne.fictive@example.org", WORDS, NOW), handing_over)


async def test_one_connection_carries_many_mails_refused_ones_between_them(provider: Provider) -> None:
    one = mailer(provider)
    provider.rcpt_answers.extend(["250 OK", "550 5.1.1 unknown", "250 OK", "451 4.7.1 later", "250 OK"])
    answers = [await send(one) for _ in range(5)]
    assert [type(answer) for answer in answers] == [Accepted, Refused, Accepted, PutOff, Accepted]
    assert (len(provider.connections), len(provider.taken)) == (1, 3)
    await one.close()


async def test_each_lane_has_its_own_connection_and_keeps_it(provider: Provider) -> None:
    one = mailer(provider)
    for _ in range(3):
        await asyncio.gather(*(send(one) for _ in range(4)))
    assert (len(provider.connections), len(provider.taken)) == (4, 12)
    await one.close()


async def test_a_connection_that_the_server_left_is_replaced_and_no_mail_is_put_off(provider: Provider) -> None:
    one = mailer(provider)
    assert isinstance(await send(one), Accepted)
    provider.leave()
    assert isinstance(await send(one), Accepted)
    provider.mail_answers.append("421 4.3.2 shutting down")
    assert isinstance(await send(one), Accepted)
    assert (len(provider.connections), len(provider.taken)) == (3, 3)
    await one.close()


async def test_a_connection_ends_after_so_many_mails_and_when_it_rested_too_long(provider: Provider) -> None:
    short = mailer(provider, per_connection=2)
    for _ in range(5):
        await send(short)
    assert len(provider.connections) == 3
    tired = mailer(provider, idle_seconds=0.0)
    for _ in range(2):
        await send(tired)
    assert (len(provider.connections), len(provider.taken)) == (5, 7)
    await short.close()
    await tired.close()


async def test_a_mail_lost_after_data_takes_its_connection_with_it(provider: Provider) -> None:
    one = mailer(provider)
    provider.answers.append(DROP)
    assert await send(one) == Lost("smtp-lost-after-data")
    assert isinstance(await send(one), Accepted)
    assert len(provider.connections) == 2
    await one.close()


async def test_a_mail_that_is_not_handed_over_after_all_leaves_no_envelope_behind(provider: Provider) -> None:
    one = mailer(provider)

    async def lost() -> None:
        raise RuntimeError("the lease is another's")

    with pytest.raises(RuntimeError, match="lease"):
        await one.send(Parcel(new_id(), "jeanne.fictive@example.org", WORDS, NOW), lost)
    assert isinstance(await send(one), Accepted)
    assert len(provider.taken) == 1
    await one.close()


@pytest.mark.parametrize(
    ("stage", "said", "expected"),
    [
        ("rcpt_answers", "550 no such user", Refused("smtp-550", address=True)),
        ("rcpt_answers", "550 5.1.1 no such user", Refused("smtp-550", address=True)),
        ("rcpt_answers", "550 5.7.1 blocked by policy", Refused("smtp-550")),
        ("rcpt_answers", "552 5.2.2 mailbox full", Refused("smtp-552")),
        ("answers", "554 5.7.1 looks like spam", Refused("smtp-554")),
        ("answers", "550 5.1.1 no such user", Refused("smtp-550", address=True)),
        ("answers", "452 4.3.1 disk full", PutOff("smtp-452")),
        ("mail_answers", "450 4.7.1 greylisted", PutOff("smtp-450")),
        # Whom we may write as is between the site and its provider.
        ("mail_answers", "553 5.7.1 sender not allowed", PutOff("smtp-sender-refused")),
    ],
)
async def test_what_is_said_of_the_mailbox_is_told_from_what_is_said_of_the_mail(
    provider: Provider, stage: str, said: str, expected: Answer
) -> None:
    getattr(provider, stage).append(said)
    one = mailer(provider)
    assert await send(one) == expected
    await one.close()


async def test_the_servers_own_words_are_the_proof_without_any_address(provider: Provider) -> None:
    provider.answers.append("250 2.0.0 OK <jeanne.fictive@example.org> queued as 4F3")
    one = mailer(provider)
    assert await send(one) == Accepted("127.0.0.1", "250 2.0.0 OK … queued as 4F3")
    await one.close()


async def test_mails_bear_a_signature_that_holds_and_a_changed_one_does_not(provider: Provider, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form, plain = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    (tmp_path / "dkim.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    signer = DkimSigner.load("departement.example", "cer", tmp_path / "dkim.pem")
    one = SmtpMailer(SmtpServer("127.0.0.1", provider.port, "none", None, None, 5.0), SENDER, signer)
    assert isinstance(await send(one), Accepted)
    await one.close()

    def published(name: bytes, timeout: int = 5) -> bytes:
        import base64

        assert name == b"cer._domainkey.departement.example."
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    assert dkim.verify(provider.raw[0], dnsfunc=published)
    assert not dkim.verify(provider.raw[0].replace(b"Texte.", b"Texte!"), dnsfunc=published)
    assert not dkim.verify(b"Subject: Autre\r\n" + provider.raw[0], dnsfunc=published)


def test_a_key_that_cannot_sign_is_refused_at_start(tmp_path: Path) -> None:
    (tmp_path / "dkim.pem").write_text("-----BEGIN NOTHING-----")
    with pytest.raises(ValueError, match=r"dkim\.pem"):
        DkimSigner.load("departement.example", "cer", tmp_path / "dkim.pem")
