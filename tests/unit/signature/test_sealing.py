"""The seal: what it is, and that no changed byte passes for intact."""

import logging
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from typer.testing import CliRunner

from services.signature.adapters.department_seal import DepartmentSeal, load_trust
from services.signature.adapters.own_certificate import write_own_seal
from services.signature.adapters.seal_keys import FileKey, load_certificates
from services.signature.adapters.sealing import PadesSeal
from services.signature.adapters.trusting import Trust
from services.signature.adapters.verifying import Verdict, Verification, verify
from services.signature.application.ports import SealingFailedError
from services.signature.entrypoints.cli import app
from tests.builders.signature import own_seal, pdf

MUTATIONS = 300
_NO = dict.fromkeys(
    ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only"), False
)
USAGE = x509.KeyUsage(digital_signature=True, content_commitment=True, decipher_only=False, **_NO)


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> None:
    """pyHanko logs each broken file; hundreds of them are made here."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)


@pytest.fixture(scope="module")
def pades() -> PadesSeal:
    return seal_of(own_seal())


@pytest.fixture(scope="module")
def sealed(pades: PadesSeal) -> bytes:
    return pades.seal(pdf(), "reference")


def seal_of(folder: Path) -> PadesSeal:
    return PadesSeal(FileKey(folder), [])


def judged(content: bytes) -> Verification:
    return verify(content, load_trust(own_seal()), datetime.now(UTC))


def verdict(content: bytes) -> Verdict:
    return judged(content).verdict


def signature_room(sealed: bytes) -> tuple[int, int]:
    """Where the signature itself stands: what its digest leaves out."""
    with pikepdf.open(BytesIO(sealed)) as opened:
        _, start, end, _ = (int(bound) for bound in opened.Root.AcroForm.Fields[0].V.ByteRange.as_list())
    return start, end


def test_a_sealed_pdf_is_intact_and_names_the_departement(sealed: bytes) -> None:
    found = judged(sealed)

    assert found.verdict is Verdict.INTACT
    assert found.sealed_by is not None
    assert "Val-d'Exemple" in found.sealed_by
    assert found.sealed_at is not None
    assert abs((datetime.now(UTC) - found.sealed_at).total_seconds()) < 3600


def test_the_document_that_was_shown_stands_unchanged_in_the_sealed_one(sealed: bytes) -> None:
    assert sealed.startswith(pdf())


def test_the_seal_forbids_any_change(sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as opened:
        signature = opened.Root.Perms.DocMDP
        assert signature.SubFilter == "/ETSI.CAdES.detached"
        assert signature.Reference[0].TransformParams.P == 1


def test_flipping_any_byte_of_the_signature_is_seen(sealed: bytes) -> None:
    start, end = signature_room(sealed)
    chosen = random.Random(7)
    places = [*range(start, start + 120), *(chosen.randrange(start, end) for _ in range(MUTATIONS - 120))]

    assert _verdicts(sealed, places)[Verdict.INTACT] == 0


def test_a_name_in_another_case_is_seen(sealed: bytes) -> None:
    name, other = (text.encode().hex().upper().encode() for text in ("Autorit", "autorit"))
    place = sealed.rindex(name)

    assert verdict(sealed[:place] + other + sealed[place + len(name) :]) is Verdict.ALTERED


def test_flipping_any_other_byte_is_seen(sealed: bytes) -> None:
    chosen = random.Random(11)

    assert _verdicts(sealed, [chosen.randrange(len(sealed)) for _ in range(MUTATIONS)])[Verdict.INTACT] == 0


def _verdicts(sealed: bytes, places: list[int]) -> Counter[Verdict]:
    found: Counter[Verdict] = Counter()
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1 << (place % 8)
        found[verdict(bytes(changed))] += 1
    return found


def test_an_incremental_update_is_seen(sealed: bytes) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.root["/Added"] = writer.root["/Pages"]
    writer.update_root()
    out = BytesIO()
    writer.write(out)

    assert verdict(out.getvalue()) is Verdict.LATER_CHANGES


def test_a_signature_that_allows_later_changes_is_not_our_seal(pades: PadesSeal) -> None:
    metadata = signers.PdfSignatureMetadata(field_name="Autre", subfilter=fields.SigSeedSubFilter.PADES)
    signed = signers.PdfSigner(metadata, pades._signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf())))

    assert verdict(signed.getvalue()) is Verdict.UNKNOWN_SEAL


@pytest.mark.parametrize("tail", [b"\n", b"%%EOF\n", b"\0" * 64])
def test_bytes_added_at_the_end_are_seen(sealed: bytes, tail: bytes) -> None:
    assert verdict(sealed + tail) is not Verdict.INTACT


def test_truncation_is_seen(sealed: bytes) -> None:
    lengths = range(0, len(sealed), len(sealed) // 40)

    assert Verdict.INTACT not in {verdict(sealed[:length]) for length in lengths}


def test_a_seal_of_somebody_else_is_unknown(tmp_path: Path) -> None:
    write_own_seal(tmp_path, "Un autre Département", datetime.now(UTC))
    other = seal_of(tmp_path).seal(pdf(), "reference")

    assert verdict(other) is Verdict.UNKNOWN_SEAL


def test_what_is_not_sealed_or_not_a_pdf_is_said_to_be_so() -> None:
    assert verdict(pdf()) is Verdict.NOT_SEALED
    assert verdict(b"Bonjour") is Verdict.UNREADABLE
    assert verdict(b"") is Verdict.UNREADABLE


def test_a_site_may_bring_an_rsa_key_of_its_own(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cachet RSA")])
    now, day = datetime.now(UTC), timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now - day).not_valid_after(now + day)
    certificate = builder.add_extension(USAGE, critical=True).sign(key, hashes.SHA256())
    archive = pkcs12.serialize_key_and_certificates(b"rsa", key, certificate, None, BestAvailableEncryption(b"secret"))
    (tmp_path / "seal.p12").write_bytes(archive)
    (tmp_path / "seal.pass").write_bytes(b"secret\n")
    (tmp_path / "root.pem").write_bytes(certificate.public_bytes(Encoding.PEM))

    sealed = seal_of(tmp_path).seal(pdf(), "reference")

    trust = Trust(load_certificates(tmp_path / "root.pem"))
    assert verify(sealed, trust, datetime.now(UTC)).verdict is Verdict.INTACT
    assert verdict(sealed) is Verdict.UNKNOWN_SEAL


def test_a_seal_that_its_root_does_not_recognise_is_not_delivered(tmp_path: Path) -> None:
    write_own_seal(tmp_path, "Un autre Département", datetime.now(UTC))
    (tmp_path / "seal-root.pem").write_bytes((own_seal() / "seal-root.pem").read_bytes())

    with pytest.raises(SealingFailedError):
        DepartmentSeal.load(tmp_path).seal(pdf(), "reference")


def test_keys_are_written_for_their_owner_alone() -> None:
    assert {path.stat().st_mode & 0o777 for path in own_seal().iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        (lambda sealed: sealed, 0, "INTACT"),
        (lambda sealed: sealed.replace(b"/Tabs /S", b"/Tabs /R"), 1, "ALTÉRÉ"),
        (lambda _: pdf(), 3, "SANS CACHET"),
        (lambda _: b"Bonjour", 4, "ILLISIBLE"),
    ],
)
def test_the_command_says_it_in_french_and_by_its_exit_code(
    tmp_path: Path, sealed: bytes, change: object, code: int, word: str
) -> None:
    file = tmp_path / "cer.pdf"
    file.write_bytes(change(sealed))  # type: ignore[operator]

    said = CliRunner().invoke(app, ["verify", str(file), "--root", str(own_seal() / "seal-root.pem")])

    assert said.exit_code == code
    assert said.stdout.startswith(word)
    assert ("Val-d'Exemple" in said.stdout) == (code == 0)


def test_the_command_asks_for_the_root_that_it_lacks(tmp_path: Path, sealed: bytes) -> None:
    file = tmp_path / "cer.pdf"
    file.write_bytes(sealed)

    said = CliRunner().invoke(app, ["verify", str(file)], env={"CER_KEYS_DIR": str(tmp_path)})

    assert said.exit_code == 5
    assert "--certificate" in said.stderr


async def test_verifying_on_the_event_loop_is_our_mistake_and_not_the_files(sealed: bytes) -> None:
    with pytest.raises(RuntimeError, match="thread"):
        verdict(sealed)
