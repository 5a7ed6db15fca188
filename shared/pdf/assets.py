"""What a template may show beside its own text: what it is handed, nothing from a network or a disk."""

from collections.abc import Mapping

from weasyprint.urls import URLFetcher, URLFetcherResponse


class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives these contents, by their URL, and nothing else. A template that asks for more fails."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=["asset"], fail_on_errors=True)
        self._assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002
        if url not in self._assets:
            raise ValueError("a template asked for something outside of itself")
        return URLFetcherResponse(url, self._assets[url])
