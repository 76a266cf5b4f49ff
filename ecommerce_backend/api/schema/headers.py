"""The headers of requests and answers, for the document."""

from typing import Any

from drf_yasg import openapi

from ecommerce_backend.api import idempotency


def _header(name: str, description: str, **limits: Any) -> openapi.Parameter:
    return openapi.Parameter(
        name, openapi.IN_HEADER, description=description, type=openapi.TYPE_STRING, required=False, **limits
    )


IF_NONE_MATCH = _header("If-None-Match", "The `ETag` of an earlier answer: if nothing has changed since, 304.")
IF_MATCH = _header("If-Match", "The `ETag` of what you have read: if somebody has changed it since, 412.")
IDEMPOTENCY_KEY = _header(
    idempotency.HEADER,
    "A name for this request, of your own making. Sent again with the same name and body within a day, it creates "
    "nothing more and is answered as the first time.",
    pattern="^[!-~]+$",
    maxLength=255,
)

_ETAG = {"ETag": {"type": "string", "description": "A name for this content: for If-None-Match and If-Match."}}
_RETRY = {"Retry-After": {"type": "integer", "description": "Seconds to wait."}}

OF_READ = _ETAG
OF_CREATED = {"Location": {"type": "string", "format": "uri", "description": "Where the new object is."}}
OF_CREATED_WITH_TAG = OF_CREATED | _ETAG
OF_ERRORS = {
    "401": {"WWW-Authenticate": {"type": "string", "description": "`Bearer`."}},
    "429": _RETRY,
    "503": _RETRY,
}
