"""The routes of people's own phones: what is refused is answered by a page that a person can read."""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from shared.http.problems import note_refusal
from shared.kernel.errors import Refusal
from shared.pages.serving import Pages


class PersonRoute(APIRoute):
    """Over a service's `pages`; `refused` is its own page for what is refused."""

    pages: ClassVar[Pages]

    @classmethod
    def refused(cls, refusal: Refusal | RequestValidationError) -> Response:
        """The page that answers a refusal."""
        raise NotImplementedError

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own, and the pages around it."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await handler(request)
            except (Refusal, RequestValidationError) as refusal:
                note_refusal(request, refusal)
                return self.refused(refusal)

        return handle
