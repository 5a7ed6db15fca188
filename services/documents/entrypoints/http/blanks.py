"""The CER vierge of a territory, to keep at hand for the day when nothing answers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from services.documents.adapters.blanks import SqlBlanks
from services.documents.application.queries import blanks as queries
from services.documents.domain.rights import RIGHTS
from services.documents.entrypoints.http.files import FILE, sent
from shared.http.ranges import Conditions, answer, conditions
from shared.http.rights import allowed

router = APIRouter(tags=["cer vierge"], dependencies=[Depends(allowed(RIGHTS, "read-cer-vierge"))])


@router.head("/territories/{territory}/cer-vierge", include_in_schema=False)
@router.get("/territories/{territory}/cer-vierge", response_class=Response, responses=FILE)
async def read_blank(
    request: Request,
    territory: Annotated[str, Path(max_length=40, examples=["aubenas"])],
    asked: Annotated[Conditions, Depends(conditions)],
) -> Response:
    """The copies that a territory keeps, each with its serial. Another ETag: texts or templates changed, print anew."""
    async with request.app.state.database.read() as session:
        found = await queries.blank_file(SqlBlanks(session), territory)
    return await answer(asked, sent(request, found))
