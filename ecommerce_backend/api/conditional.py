"""Conditional requests and their answers: ETag, If-None-Match, If-Match. Source: RFC 9110, section 13."""

from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from ecommerce_backend.api.exceptions import PreconditionFailed
from ecommerce_backend.api.renderers import to_json

TAG_HEX_DIGITS = 32


def entity_tag(shown: Mapping[str, Any]) -> str:
    """A strong ETag for an object, made of all that is shown of it: another tag, another content."""
    return content_tag(to_json(shown, sorted_keys=True))


def content_tag(content: bytes) -> str:
    """A strong ETag for these bytes."""
    return f'"{sha256(content).hexdigest()[:TAG_HEX_DIGITS]}"'


def tagged(response: Response) -> Response:
    """The response with the strong ETag of what it shows."""
    response["ETag"] = entity_tag(response.data)
    return response


def list_tag(key: str) -> str:
    """A weak ETag for a list that is kept under this key: an estimate may differ between answers that are the same."""
    return f'W/"{key[:TAG_HEX_DIGITS]}"'


def check_preconditions(request: Request, tag: str) -> None:
    """Raises: PreconditionFailed when If-Match, or If-None-Match on a write, rules the object out as it is now."""
    # Django passes over a header that it cannot read. Here that would undo somebody else's change.
    unreadable = "If-Match" in request.headers and not parse_etags(request.headers["If-Match"])
    if unreadable or get_conditional_response(request._request, etag=tag) is not None:
        raise PreconditionFailed()


def is_known(request: HttpRequest | Request, tag: str) -> bool:
    """Whether the client has this content already, by If-None-Match on a read."""
    if "If-None-Match" not in request.headers:
        return False
    answer = get_conditional_response(getattr(request, "_request", request), etag=tag)
    return answer is not None and answer.status_code == HTTPStatus.NOT_MODIFIED


def known_or_body(request: HttpRequest | Request, tag: str, body: bytes) -> HttpResponse:
    """304 for a client that has this content already, else the content."""
    return conditional_response(304, tag) if is_known(request, tag) else conditional_response(200, tag, body)


def conditional_response(status: int, tag: str, body: bytes = b"") -> HttpResponse:
    """An answer that anybody may keep who asks each time whether it still holds."""
    headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
    response = HttpResponse(body, status=status, content_type="application/json", headers=headers)
    if not body:
        del response["Content-Type"]
    return response
