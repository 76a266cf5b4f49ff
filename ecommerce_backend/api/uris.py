"""Where a request went."""

from django.http import HttpRequest
from rest_framework.request import Request

_KNOWN = "ecommerce_backend.uri"


def absolute_uri(request: HttpRequest | Request) -> str:
    """The URI of a request, put together once, for its ETag and the links of its page. Raises: DisallowedHost."""
    known: str | None = request.META.get(_KNOWN)
    if known is None:
        known = request.META[_KNOWN] = request.build_absolute_uri()
    return known
