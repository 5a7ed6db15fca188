"""The seal's key in a PKCS#11 token that never lets it out: SoftHSM plays the token."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from services.signature.adapters.department_seal import DepartmentSeal, load_trust
from services.signature.adapters.evidence_file import read_evidence
from services.signature.adapters.seal_keys import SealUnusableError
from services.signature.adapters.seal_options import Pkcs11, SealOptions
from services.signature.adapters.verifying import Verdict, verify
from tests.builders.pki import Authority
from tests.builders.signature import pdf

MODULE = next(
    (path for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so")) if path.exists()),
    Path("/usr/lib/softhsm/libsofthsm2.so"),
)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> pkcs11.Token:
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    made = ["softhsm2-util", "--init-token", "--free", "--label", "departement", "--pin", "1234", "--so-pin", "4321"]
    subprocess.run(made, check=True, capture_output=True)
    return pkcs11.lib(str(MODULE)).get_token(token_label="departement")


def key_in(token: pkcs11.Token, kind: str, folder: Path) -> None:
    """Makes a key in the token, and the folder that goes with it."""
    with token.open(rw=True, user_pin="1234") as session:
        if kind == "ec":
            curve = session.create_domain_parameters(
                pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
            )
            public, _ = curve.generate_keypair(store=True, label=kind)
            der = encode_ec_public_key(public)
        else:
            public, _ = session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label=kind)
            der = encode_rsa_public_key(public)
            der = _rsa_info(der)
    key = load_der_public_key(der)
    authority = Authority()
    certificate = authority.certify(f"Cachet {kind}", key)  # type: ignore[arg-type]
    (folder / "seal-certificates.pem").write_bytes(certificate.public_bytes(Encoding.PEM) + authority.root_pem)
    (folder / "seal-root.pem").write_bytes(authority.root_pem)
    (folder / "seal.pin").write_text("1234\n")


def _rsa_info(der: bytes) -> bytes:
    from asn1crypto.keys import PublicKeyInfo, RSAPublicKey

    return bytes(PublicKeyInfo.wrap(RSAPublicKey.load(der), "rsa").dump())


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_the_token_seals_documents_and_evidence(token: pkcs11.Token, kind: str, tmp_path: Path) -> None:
    key_in(token, kind, tmp_path)
    seal = DepartmentSeal.load(tmp_path, SealOptions(token=Pkcs11(MODULE, "departement", kind)))
    now, trust = datetime.now(UTC), load_trust(tmp_path)

    found = verify(seal.seal(pdf(), "reference"), trust, now)

    assert (found.verdict, found.sealed_by) == (Verdict.INTACT, f"Cachet {kind}")
    assert read_evidence(seal.evidence({"format": "essai"})[0], trust, now).trusted
    assert not (tmp_path / "seal.p12").exists()


@pytest.mark.parametrize(("label", "pin"), [("absent", "1234"), ("ec", "9999")])
def test_a_token_that_does_not_answer_stops_the_service_at_its_start(
    token: pkcs11.Token, label: str, pin: str, tmp_path: Path
) -> None:
    key_in(token, "ec", tmp_path)
    (tmp_path / "seal.pin").write_text(pin)

    with pytest.raises(SealUnusableError):
        DepartmentSeal.load(tmp_path, SealOptions(token=Pkcs11(MODULE, "departement", label)))


def test_the_curve_of_a_key_is_one_that_the_seal_signs_with(tmp_path: Path) -> None:
    authority = Authority()
    certificate = authority.certify("Cachet", ec.generate_private_key(ec.SECP384R1()).public_key())
    (tmp_path / "seal-certificates.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "seal-root.pem").write_bytes(authority.root_pem)
    (tmp_path / "seal.pin").write_text("1234")

    with pytest.raises(SealUnusableError, match="P-256"):
        DepartmentSeal.load(tmp_path, SealOptions(token=Pkcs11(MODULE, "departement", "ec")))
