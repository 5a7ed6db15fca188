"""Cursors of paginated lists: the place of the last line of a page, opaque to who sends it back."""

import base64
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter

from shared.kernel.errors import FieldProblem, Invalid

Place = TypeVar("Place")

_ANYTHING: TypeAdapter[list[Any]] = TypeAdapter(list[Any])


def cursor_of(place: Sequence[object]) -> str:
    """A place as the `next` of a page."""
    return base64.urlsafe_b64encode(_ANYTHING.dump_json(list(place))).decode().rstrip("=")


def place_of(form: TypeAdapter[Place], cursor: str, field: str = "after") -> Place:
    """The place that a cursor holds, of this form. Raises Invalid for one that this list never gave."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return form.validate_json(base64.b64decode(padded, altchars=b"-_", validate=True))
    except ValueError as error:  # bad base64, bad JSON, another form: pydantic's is one too
        raise Invalid(
            "Ce curseur n'est pas valable : reprenez la liste depuis le début.",
            [FieldProblem(field, "not-a-cursor", "Reprenez le `next` de la page précédente, avec les mêmes filtres.")],
        ) from error
