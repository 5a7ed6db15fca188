"""A mapping is checked before any file is opened, and what is wrong is told in French with its key."""

from pathlib import Path

import pytest

from services.contracts.adapters.mapped.mapping import (
    MappingInvalid,
    find_mapping,
    load_mapping,
    read_mapping,
    shipped,
)
from shared.kernel.errors import NotFound

MINIMAL = """
kind = "contacts"
label = "Essai"

[fields.matricule]
columns = ["Matricule"]
"""


@pytest.mark.parametrize("path", shipped().values(), ids=lambda path: path.stem)
def test_a_mapping_that_comes_with_the_software_is_correct(path: Path) -> None:
    assert load_mapping(path).label


def test_several_mappings_come_with_the_software() -> None:
    assert set(shipped()) == {
        "caf-contact", "iodas-beneficiaires", "solis-cers", "solis-contacts", "tableur-simple", "viesion-cers",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        (('"contacts"', '"personnes"'), "kind", "beneficiaries, contacts ou cers"),
        (('label = "Essai"', ""), "label", "obligatoire"),
        (("fields.matricule", "fields.matricul"), "", "fields.matricul : ce champ n'existe pas"),
        (("[fields.matricule]", "[fields.nom]"), "", "fields.matricule : ce champ est nécessaire"),
        (('columns = ["Matricule"]', ""), "fields.matricule", "exactement une source"),
        (('columns = ["Matricule"]', 'colums = ["Matricule"]'), "fields.matricule.colums", "n'existe pas"),
        (('columns = ["Matricule"]', "columns = 3"), "fields.matricule.columns", "liste"),
        (
            ('["Matricule"]', '["Matricule"]\ntransforms = ["rot13"]'),
            "fields.matricule.transforms.0",
            "Transformation inconnue",
        ),
        (
            ('["Matricule"]', '["Matricule"]\ntransforms = [{ zeros_left = "3" }]'),
            "fields.matricule.transforms.0",
            "mal écrite",
        ),
        (('label = "Essai"', 'label = "Essai"\n[file]\nencoding = "klingon"'), "file", "windows-1252"),
        (('label = "Essai"', 'label = "Essai"\n[file]\nseparator = "#"'), "file.separator", "attendu"),
        (('label = "Essai"', 'label = "Essai"\n[contact]\nprefer = "nobody"'), "contact.prefer", "'agent' ou 'file'"),
    ],
)
def test_what_is_wrong_is_told_with_its_key(change: tuple[str, str], key: str, said: str) -> None:
    assert change[0] in MINIMAL

    with pytest.raises(MappingInvalid) as error:
        read_mapping("essai", MINIMAL.replace(*change).encode())

    told = {one.field: one.message for one in error.value.fields}
    assert said in told[key], told
    assert said in error.value.detail


@pytest.mark.parametrize("data", [b"kind = ", b"\xff\xfe", b"a=" + b"[" * 5_000])
def test_what_is_no_toml_is_refused(data: bytes) -> None:
    with pytest.raises(MappingInvalid) as error:
        read_mapping("essai", data)

    assert "TOML" in error.value.detail


def test_a_mapping_that_is_nowhere_is_not_found() -> None:
    with pytest.raises(NotFound):
        find_mapping("nulle-part")


def test_a_huge_mapping_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_bytes(b"#" * (300 * 1024))

    with pytest.raises(MappingInvalid):
        load_mapping(path)
