"""What each service is told by its environment, as a page for those who run it."""

import enum
import importlib
import json
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from cer import SERVICES
from shared.runtime.settings import PREFIX, CommonSettings
from shared.sms.settings import SmsSettings

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
_SIGNS = ((Ge, "ge", "≥"), (Gt, "gt", ">"), (Le, "le", "≤"), (Lt, "lt", "<"))
_PLAIN = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    Path: "path",
    SecretStr: "secret",
}
_CONTAINERS = {list: "JSON list", tuple: "JSON list", dict: "JSON object"}
_HEAD = """# Settings

Written by `python -m tools.settings` from what the services declare. Each is an environment variable. Keys and secrets
are files of `CER_KEYS_DIR`, not settings, but for the password of SMTP. A service that misses a setting, or cannot read
it, says which and does not start.
"""


def reference() -> str:
    """The whole page."""
    common = [CommonSettings, SmsSettings]
    parts = [_section("Every service", CommonSettings.model_fields.items())]
    parts.append(_section("Services that send SMS", _own(SmsSettings, [CommonSettings])))
    for name in SERVICES:
        module: ModuleType = importlib.import_module(f"services.{name}.settings")
        if own := list(_own(module.Settings, common)):
            parts.append(_section(name.capitalize(), own))
    return "\n".join([_HEAD, *parts])


def _own(settings: type[Any], others: list[type[Any]]) -> Iterable[tuple[str, FieldInfo]]:
    inherited = {name for other in others if issubclass(settings, other) for name in other.model_fields}
    return [(name, field) for name, field in settings.model_fields.items() if name not in inherited]


def _section(title: str, fields: Iterable[tuple[str, FieldInfo]]) -> str:
    lines = [f"## {title}\n", "| Variable | Default | Values | What |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{PREFIX}{name.upper()}` | {_default(field)} | {_values(field)} | {_cell(field.description or '')} |"
        for name, field in fields
    ]
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "**required**"
    value = field.get_default(call_default_factory=True)
    value = value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, list | tuple):
        value = json.dumps([str(one) if isinstance(one, Path) else one for one in value])
    return f"`{_cell(str(value))}`" if value or isinstance(value, int | float) else "none"


def _values(field: FieldInfo) -> str:
    bounds = [
        f"{sign} {getattr(one, name)}" for one in field.metadata for kind, name, sign in _SIGNS if isinstance(one, kind)
    ]
    return ", ".join([_type(field.annotation), *bounds])


def _type(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _type(get_args(annotation)[0])
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in get_args(annotation))
    if origin in _CONTAINERS:
        return _CONTAINERS[origin]
    if origin in {Union, UnionType}:
        return " or ".join(_type(one) for one in get_args(annotation) if one is not type(None))
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return " or ".join(f"`{one.value}`" for one in annotation)
    return _PLAIN[annotation]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
