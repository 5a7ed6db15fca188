"""The addendum: what came after the dossier de preuve was sealed, and what the command says of it."""

import json
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.signature.adapters.department_seal import DepartmentSeal
from services.signature.adapters.dossier_reading import signed_json
from services.signature.adapters.own_certificate import write_own_seal
from services.signature.adapters.seal_options import SealOptions
from services.signature.domain.addendum import later
from services.signature.domain.evidence import told_step
from services.signature.domain.states import Verb
from services.signature.domain.values import Step
from services.signature.entrypoints.cli import app
from shared.kernel.clock import SystemClock
from tests.builders.evidence import addendum_of, evidence_of, told
from tests.builders.signature import NOW, own_seal, pdf


@cache
def files() -> dict[str, bytes]:
    """A sealed CER, its dossier and its addendum; those of another; and an addendum that somebody else signed."""
    desk = DepartmentSeal.load(own_seal(), SealOptions())
    cer = desk.seal(pdf(), "reference")
    dossiers = [desk.dossier(evidence_of(cer, signature_id=name)) for name in ("first", "second")]
    addenda = [desk.evidence(addendum_of(signed_json(dossier)))[0] for dossier in dossiers]
    return {
        "cer.pdf": cer,
        "dossier.pdf": dossiers[0],
        "dossier.json": signed_json(dossiers[0]),
        "addendum.json": addenda[0],
        "others.json": addenda[1],
        "changed.json": addenda[0].replace(b'"state":"delivered"', b'"state":"failed"'),
    }


def said(folder: Path, evidence: str | None, addendum: str) -> Result:
    for name, content in files().items():
        (folder / name).write_bytes(content)
    beside = ["--evidence", str(folder / evidence)] if evidence else []
    root = str(own_seal() / "seal-root.pem")
    given = ["verify", str(folder / "cer.pdf"), "--root", root, *beside, "--addendum", str(folder / addendum)]
    return CliRunner().invoke(app, given)


@pytest.mark.parametrize("evidence", ["dossier.pdf", "dossier.json"])
def test_the_command_says_what_it_adds(tmp_path: Path, evidence: str) -> None:
    found = said(tmp_path, evidence, "addendum.json")

    assert found.exit_code == 0
    assert "ADDITIF CONCORDANT" in found.stdout
    assert "Établi le 12/03/2026 à 10 h 40, il ajoute" in found.stdout
    assert "le 12/03/2026 à 10 h 39 : Le fournisseur « ovh » dit du SMS n° 1 : reçu par le téléphone" in found.stdout


@pytest.mark.parametrize(
    ("addendum", "word"),
    [
        ("others.json", "ADDITIF D'UN AUTRE DOSSIER DE PREUVE"),
        ("changed.json", "ADDITIF ALTÉRÉ OU ILLISIBLE"),
        ("dossier.json", "ADDITIF ALTÉRÉ OU ILLISIBLE"),
        ("cer.pdf", "ADDITIF ALTÉRÉ OU ILLISIBLE"),
    ],
)
def test_a_forged_or_foreign_one_is_refused_by_the_exit_code(tmp_path: Path, addendum: str, word: str) -> None:
    found = said(tmp_path, "dossier.pdf", addendum)

    assert found.exit_code == 10
    assert word in found.stdout
    assert "il ajoute" not in found.stdout


def test_one_that_somebody_else_signed_is_not_the_departements(tmp_path: Path) -> None:
    write_own_seal(tmp_path, "Un autre Département", SystemClock().now())
    forged, _ = DepartmentSeal.load(tmp_path, SealOptions()).evidence(addendum_of(files()["dossier.json"]))
    (tmp_path / "forged.json").write_bytes(forged)

    found = said(tmp_path, "dossier.pdf", "forged.json")

    assert (found.exit_code, "ADDITIF NON RECONNU" in found.stdout) == (10, True)


def test_an_addendum_is_no_evidence(tmp_path: Path) -> None:
    found = said(tmp_path, "addendum.json", "addendum.json")

    assert (found.exit_code, "DOSSIER DE PREUVE ALTÉRÉ OU ILLISIBLE" in found.stdout) == (9, True)
    assert "ADDITIF" not in found.stdout


def test_it_is_not_judged_without_the_evidence_that_it_completes(tmp_path: Path) -> None:
    found = said(tmp_path, None, "addendum.json")

    assert (found.exit_code, "--evidence" in found.stderr) == (10, True)


def test_the_seal_itself_adds_nothing() -> None:
    late, seal = Step(NOW, "sms_receipt", None, {"sequence": 1}), Step(NOW, Verb.SEAL, None, {})
    content = told()
    known = [Step(NOW, step["what"], None, {}) for step in content["steps"]]
    content["steps"] = json.loads(json.dumps([told_step(one) for one in known]))

    assert later(content, [*known, seal, late]) == [told_step(late)]
