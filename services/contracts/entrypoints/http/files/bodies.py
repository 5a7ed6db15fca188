"""What agents send of pièces jointes, beside their bytes."""

from typing import Annotated
from urllib.parse import unquote
from uuid import UUID

from fastapi import Header, Query
from pydantic import ConfigDict, Field

from services.contracts.application.commands.files import Sent
from services.contracts.domain.cers.draft import Code, plain_text
from services.contracts.domain.files.model import TITLE_LENGTH, Description, Kind
from services.contracts.entrypoints.http.bodies import Body, Line
from shared.kernel.errors import FieldProblem, Invalid

Title = Annotated[Line, Field(max_length=TITLE_LENGTH)]


class FilesQuery(Body):
    """Which files of a dossier are asked for."""

    after: UUID | None = Field(default=None, description="The last file of the page before (`next`)")
    limit: int = Field(default=50, ge=1, le=200)
    removed: bool = Field(default=False, description="The traces of those that were deleted, too")


class UploadQuery(Body):
    """What the file is. Its title goes in a header: addresses stand in the logs of proxies."""

    kind: Kind
    diagnostic: Code | None = Field(default=None, description="Whose request it is, for `demande_diagnostic`")
    cer_id: UUID | None = Field(default=None, description="The CER that it goes with")
    replaces: UUID | None = Field(default=None, description="The file of the same dossier that it takes the place of")


async def sent(
    asked: Annotated[UploadQuery, Query()],
    x_title: Annotated[str, Header(max_length=1000, description="UTF-8, percent-encoded (RFC 8187)")] = "",
) -> Sent:
    """What an upload says of its file, as the commands take it. Raises Invalid."""
    return Sent(Description(asked.kind, asked.diagnostic, _title(x_title), asked.cer_id), asked.replaces)


class DescriptionIn(Body):
    """What the file is, as it is known now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "demande_diagnostic", "diagnostic": "formation", "title": "Demande de mars"}]
        }
    )

    kind: Kind
    diagnostic: Code | None = None
    title: Title = ""
    cer_id: UUID | None = None

    def description(self) -> Description:
        """As the commands take it."""
        return Description(self.kind, self.diagnostic, plain_text(self.title), self.cer_id)


def _title(encoded: str) -> str:
    """The header's words: UTF-8, percent-encoded as in RFC 8187. Raises Invalid."""
    try:
        title = plain_text(unquote(encoded, errors="strict"))
    except UnicodeDecodeError:
        title = "?" * (TITLE_LENGTH + 1)
    if len(title) > TITLE_LENGTH or "\n" in title:
        raise Invalid(
            "L'intitulé de la pièce n'est pas valable : corrigez-le.",
            [
                FieldProblem(
                    "x-title", "bad-title", f"Une ligne de {TITLE_LENGTH} caractères au plus, UTF-8 encodé en %."
                )
            ],
        )
    return title
