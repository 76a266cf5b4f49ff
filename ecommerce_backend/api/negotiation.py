"""Which parser reads and which renderer answers."""

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class FirstRendererNegotiation(DefaultContentNegotiation):
    """Never 406 and never HTML: a client that asks for something else gets JSON all the same."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser for the type of the body; none for a wildcard, which says no type."""
        return None if "*" in request.content_type else super().select_parser(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first renderer, or the first of the format that the URL names (`swagger.json`, `swagger.yaml`)."""
        candidates = self.filter_renderers(renderers, format_suffix) if format_suffix else renderers
        renderer = next(iter(candidates))
        return renderer, renderer.media_type
