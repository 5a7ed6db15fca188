"""The dossier de preuve as people read it: what it shows, what it carries, and that both are the same."""

import hashlib
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis.strategies import integers

from services.signature.adapters.confronting import Match, confront
from services.signature.adapters.department_seal import DepartmentSeal, load_trust
from services.signature.adapters.dossier_reading import EVIDENCE_NAME, signed_json
from services.signature.adapters.seal_options import SealOptions
from services.signature.adapters.verifying import verify
from services.signature.domain.evidence import told_step
from services.signature.domain.link import PERSON
from services.signature.domain.readable import lasting, readable
from services.signature.domain.states import Verb
from services.signature.domain.telling import sentence
from services.signature.domain.values import Origin, Step
from shared.sms.outcome import Delivery
from tests.builders.events import REFERENT_ID, identity, referent_card
from tests.builders.evidence import evidence_of
from tests.builders.pki import serving
from tests.builders.signature import NOW, own_seal, pdf

DEPARTEMENT = "Département du Val-d'Exemple"


@cache
def sealer() -> DepartmentSeal:
    return DepartmentSeal.load(own_seal(), SealOptions(departement=DEPARTEMENT))


def text_of(dossier: bytes) -> str:
    opened = pypdfium2.PdfDocument(dossier)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in opened).split())
    finally:
        opened.close()


def test_shows_all_that_the_json_tells() -> None:
    content = evidence_of(b"")
    late = told_step(Step(NOW, "sms_receipt", None, {"sequence": 1, "provider": "ovh", "said": "ptt 4", "state": "x"}))
    content["steps"].append(late | {"state": Delivery.DELIVERED})
    said = text_of(sealer().dossier(content))

    person, referent = identity(), referent_card()
    for expected in (
        DEPARTEMENT,
        f"{person.civilite} {person.prenom} {person.nom_naissance}",
        f"{referent.full_name}, {referent.quality}",
        "le code envoyé par SMS au 06 •• •• •• 01 a été saisi par le référent, au 2e essai",
        "Numéro connu depuis le 02/03/2026",
        "12/03/2026 à 10 h 32 min 00 s (heure de Paris)",
        content["shown"]["sha256"],
        content["sealed"]["sha256"],
        "sous son numéro receipt-7",
        "SIGNER : le code n° 1 est demandé.",
        "dit du SMS n° 1 : reçu par le téléphone (ptt 4)",
        "192.0.2.7",
        "Navigateur d'essai",
        "1 min 58 s",
        "Qui tenait le mobile",
        "aucune autorité d'horodatage ne les atteste",
    ):
        assert expected in said.replace("\u00a0", " ").replace("\u202f", " "), expected


def test_warns_of_a_number_entered_the_same_day_or_shared() -> None:
    phone = {"masked": "06 •• •• •• 01", "entered_the_same_day": True, "shared_by_several_dossiers": True}

    assert len(readable(evidence_of(b"", phone=phone)).cautions) == 2
    assert readable(evidence_of(b"")).cautions == ()


def test_carries_the_signed_json_as_its_data_and_shows_its_fingerprint() -> None:
    dossier = sealer().dossier(evidence_of(b""))
    written = signed_json(dossier)

    assert hashlib.sha256(written).hexdigest() in text_of(dossier)
    with pikepdf.open(BytesIO(dossier)) as opened:
        (associated,) = opened.Root.AF
        assert (str(associated.UF), str(associated.AFRelationship)) == (EVIDENCE_NAME, "/Data")
        assert associated.EF.F.read_bytes() == written


def test_agrees_with_its_cer_alone_and_says_who_gives_its_time(tmp_path: Path) -> None:
    with serving() as authority:
        authority.seal(tmp_path)
        seal = DepartmentSeal.load(tmp_path, SealOptions(tsa_url=f"{authority.url}/tsa", tsa_timeout_seconds=30.0))
        trust, now = load_trust(tmp_path), authority.now + timedelta(minutes=5)
        sealed, other = seal.seal(pdf(), "reference"), seal.seal(pdf(), "another")
        dossier = seal.dossier(evidence_of(sealed))

        assert "selon l'autorité d'horodatage « Horodatage du Val-d'Exemple »" in text_of(dossier)
        held = confront(dossier, sealed, verify(sealed, trust, now), trust, now)
        assert held.match is Match.AGREES
        assert held.stamp is not None
        assert confront(dossier, other, verify(other, trust, now), trust, now).match is Match.OTHER_DOCUMENT
        # A sealed CER is no evidence.
        assert confront(other, sealed, verify(sealed, trust, now), trust, now).match is Match.UNREADABLE
        changed = dossier.replace(b"/Title", b"/Tytle", 1)
        assert confront(changed, sealed, verify(sealed, trust, now), trust, now).match is Match.NOT_OURS


def test_places_are_numbered_once_and_a_colleague_is_told_with_whom_they_stand_in_for() -> None:
    content = evidence_of(b"")
    mobile = Origin("198.51.100.4", None)
    stands_in: dict[str, str | int] = {"on_behalf_of": REFERENT_ID}
    for agent, detail in ((PERSON.subject, dict[str, str | int]()), ("a-colleague", stands_in)):
        content["steps"].append(told_step(Step(NOW, Verb.REFUSE, agent, detail, mobile)))
    shown = readable(content)

    assert [(place.number, place.address, place.device) for place in shown.places] == [
        (1, "192.0.2.7", "Navigateur d'essai"),
        (2, "198.51.100.4", "non précisé"),
    ]
    assert [(step.who, step.place) for step in shown.steps[-2:]] == [
        ("la personne", 2),
        (f"agent a-colleague, pour {referent_card().full_name}", 2),
    ]


@pytest.mark.parametrize("verb", [*Verb, "open_link", "sms_receipt"])
def test_every_step_is_said_in_french(verb: str) -> None:
    detail: dict[str, str | int] = {"sequence": 1, "entered_by": "person", "provider": "ovh", "said": "ptt 4"}
    said = sentence(told_step(Step(NOW, verb, None, detail | {"state": "delivered", "because": "cancelled"})))

    assert said.endswith((".", "»."))
    assert "Étape" not in said


@given(milliseconds=integers(min_value=0, max_value=10**9))
def test_a_duration_is_said_in_its_two_largest_units(milliseconds: int) -> None:
    said = lasting(milliseconds).split()

    units = {"h": 3600, "min": 60, "s": 1}
    seconds = sum(int(number) * units[unit] for number, unit in zip(said[::2], said[1::2], strict=True))
    assert abs(seconds - milliseconds / 1000) <= (60 if "h" in said else 0.5)
