"""A mapping: a TOML file that says where each field stands in a file and how its text is read.

What is wrong in it is told in French with the key concerned, before any file is opened.
"""

import tomllib
from collections.abc import Mapping as Dict
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from services.contracts.adapters.mapped.fields import FIELDS
from services.contracts.adapters.mapped.text import ENCODINGS
from services.contracts.adapters.mapped.transforms import SIMPLE, WITH_ARGUMENT, Transform
from services.contracts.domain.imports.lines import Kind
from shared.kernel.errors import FieldProblem, Invalid, NotFound

EXAMPLES = Path(__file__).with_name("examples")
MAX_BYTES = 256 * 1024


class MappingInvalid(Invalid):
    """The mapping cannot be used as it is written."""

    code = "mapping-invalid"
    title = "Mapping incorrect"


def _transform(value: Any) -> Any:
    if isinstance(value, str) and value in SIMPLE:
        return value
    if isinstance(value, dict) and len(value) == 1:
        ((name, argument),) = value.items()
        wanted = WITH_ARGUMENT.get(name, (None, None))[0]
        if wanted is not None and isinstance(argument, wanted) and not isinstance(argument, bool):
            return value
    known = ", ".join(sorted({*SIMPLE, *(f"{{ {name} = … }}" for name in WITH_ARGUMENT)}))
    raise ValueError(f"Transformation inconnue ou mal écrite ; les transformations sont : {known}.")


TransformName = Annotated[str | dict[str, Any], BeforeValidator(_transform)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class FieldSource(_Part):
    """Where a field comes from: the first of `columns` that says something, all of `concat` joined, or a `constant`."""

    columns: tuple[str, ...] = ()
    concat: tuple[str, ...] = ()
    separator: str = " "
    constant: str | None = None
    default: str | None = None
    required: bool = False
    transforms: tuple[TransformName, ...] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum((bool(self.columns), bool(self.concat), self.constant is not None)) != 1:
            raise ValueError("Donnez exactement une source : columns, concat ou constant.")
        return self


class Skip(_Part):
    """Lines to pass over: those whose `column` is empty, or has one of these values."""

    column: str
    empty: bool = False
    values: tuple[str, ...] = ()


class FileForm(_Part):
    """How the file is written. `auto` looks at its bytes; the header is sought unless it is given."""

    encoding: str = "auto"
    separator: Literal["auto", ";", ",", "\t", "|"] = "auto"
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1, le=100)

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.encoding not in {"auto", *ENCODINGS}:
            raise ValueError(f"encoding : auto, {', '.join(ENCODINGS)}.")
        return self


class ContactRule(_Part):
    """Which contact datum stays when an agent entered one after the file was made."""

    prefer: Literal["agent", "file"] = "agent"


class Mapping(_Part):
    """The whole file. `name` is that of the file, without its end."""

    name: str
    text: str = Field(default="", exclude=True, description="The file as it was read")
    kind: Kind
    label: str = Field(min_length=1, max_length=200)
    source: str = Field(default="", pattern=r"^[a-z0-9-]{0,40}$", description="Whose external ids these are")
    file: FileForm = FileForm()
    contact: ContactRule = ContactRule()
    skip: tuple[Skip, ...] = ()
    fields: dict[str, FieldSource]

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        for name in self.fields:
            if name not in FIELDS or self.kind not in FIELDS[name].known:
                known = sorted(one for one, spec in FIELDS.items() if self.kind in spec.known)
                raise ValueError(f"fields.{name} : ce champ n'existe pas pour « {self.kind} » ; {', '.join(known)}.")
        for name, spec in FIELDS.items():
            if self.kind in spec.needed and name not in self.fields:
                raise ValueError(f"fields.{name} : ce champ est nécessaire pour « {self.kind} ».")
        return self

    @cached_property
    def transforms(self) -> Dict[str, tuple[Transform, ...]]:
        """What is applied to each field, in order."""
        return {name: _transforms(name, one) for name, one in self.fields.items()}


def _transforms(name: str, source: FieldSource) -> tuple[Transform, ...]:
    if source.transforms is None:
        return tuple(SIMPLE[one] for one in FIELDS[name].default) if source.constant is None else ()
    made: list[Transform] = []
    for one in source.transforms:
        if isinstance(one, str):
            made.append(SIMPLE[one])
        else:
            ((key, argument),) = one.items()
            made.append(WITH_ARGUMENT[key][1](argument))
    return tuple(made)


def load_mapping(path: Path) -> Mapping:
    """The mapping of a file. Raises MappingInvalid, NotFound."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        raise NotFound(f"Le mapping « {path.name} » n'existe pas : voyez « cer contracts import mappings ».") from None
    if len(data) > MAX_BYTES:
        raise MappingInvalid("Le mapping dépasse 256 Kio.")
    return read_mapping(path.stem, data)


def read_mapping(name: str, data: bytes) -> Mapping:
    """The mapping of these bytes. Raises MappingInvalid."""
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MappingInvalid(f"Le mapping « {name} » n'est pas du TOML correct : {_where(error)}.") from None
    try:
        return Mapping.model_validate({**content, "name": name, "text": data.decode("utf-8-sig")})
    except ValidationError as error:
        problems = [_problem(found) for found in error.errors()]
        told = " ; ".join(f"{one.field} : {one.message}" if one.field else one.message for one in problems)
        raise MappingInvalid(f"Le mapping « {name} » est à corriger. {told}", problems) from None


def shipped() -> dict[str, Path]:
    """The mappings that come with the software, by name."""
    return {path.stem: path for path in sorted(EXAMPLES.glob("*.toml"))}


def find_mapping(name: str) -> Mapping:
    """A mapping by its path, or by its name when it came with the software. Raises MappingInvalid, NotFound."""
    return load_mapping(shipped().get(name, Path(name)))


def _where(error: Exception) -> str:
    text = str(error)
    return text[text.rfind("(") :].strip("()") if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8 est attendu"


_MESSAGES = {
    "missing": "cette clé est obligatoire.",
    "extra_forbidden": "cette clé n'existe pas.",
    "enum": "attendu : beneficiaries, contacts ou cers.",
    "string_type": "un texte entre guillemets est attendu.",
    "bool_type": "true ou false est attendu.",
    "bool_parsing": "true ou false est attendu.",
    "tuple_type": "une liste entre crochets est attendue.",
}


def _problem(found: Any) -> FieldProblem:
    key = ".".join(str(part) for part in found["loc"] if not str(part).startswith("function-"))
    if found["type"] == "value_error":
        return FieldProblem(key, "value", str(found["ctx"]["error"]))
    if found["type"] == "literal_error":
        return FieldProblem(key, "value", f"attendu : {found['ctx']['expected']}.".replace(" or ", " ou "))
    return FieldProblem(key, found["type"], _MESSAGES.get(found["type"], "cette valeur n'est pas correcte."))
