"""A cache in front of Django: what was answered a moment ago is answered again, from memory, while nothing has changed.

It holds whole answers, headers included, of plain reads by nobody in particular. Each is good for one generation of the
catalogue, which is asked for every time, so no worker gives an answer that another one has made untrue.
Source: docs/decisions/0012-gateway-cache.md.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error, close_old_connections
from rest_framework.request import Request

from ecommerce_backend.api.caching import GENERATION
from ecommerce_backend.api.middleware import REQUEST_ID_HEADER, limit_headers
from ecommerce_backend.api.throttling import AnonThrottle
from ecommerce_backend.replicas import Position
from ecommerce_backend.request_id import current_request_id, request_id_from
from ecommerce_backend.telemetry import FROM_MEMORY, ROUTE

# An answer depends on these alone.
_VARIES_ON = ("wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST", "PATH_INFO", "QUERY_STRING", "HTTP_ORIGIN")
# With one of these a request is no plain read: it has to be understood, and Django does.
_IS_NOT_PLAIN = ("HTTP_AUTHORIZATION", "HTTP_TRANSFER_ENCODING", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
_OF_ONE_ANSWER = frozenset({REQUEST_ID_HEADER.lower(), "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"})
OBJECTS_BYTES = 2_000  # of an answer: its headers, twice, and the objects that hold them
_NOT_IN_304 = frozenset({"content-type", "content-length", "allow"})

Headers = list[tuple[str, str]]
Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A 200, without what belongs to the one request that it was made for."""

    generation: Position
    etag: str
    route: str
    headers: Headers
    headers_of_304: Headers
    body: bytes


class GatewayCache:
    """A WSGI application that answers from memory what it can, and hands all else to `application`.

    It keeps up to `max_bytes`, keys and headers included: what was asked for last, and nothing with 0. `generation` may
    raise what a database raises: Django then gets the request, and says what is wrong. Cost of an answer: the
    generation, and what the limits cost.
    """

    def __init__(self, application: Callable[..., Any], *, generation: Callable[[], Position], max_bytes: int) -> None:
        self._application = application
        self._generation = generation
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._max_bytes or not _is_plain_read(environ):
            return self._application(environ, start_response)
        key = tuple(environ.get(name) for name in _VARIES_ON)
        answer = self._kept.get(key)
        limits = self._allowed(environ, answer) if answer is not None else None
        if answer is None or limits is None:
            return self._made(key, environ, start_response)
        self._touch(key)
        environ[FROM_MEMORY], environ[ROUTE] = True, answer.route
        status, headers, body = _said(answer, known="HTTP_IF_NONE_MATCH" in environ)
        start_response(status, [*headers, *limits, (REQUEST_ID_HEADER, current_request_id.get())])
        return body

    def _allowed(self, environ: dict[str, Any], answer: Answer) -> Headers | None:
        """What the answer says of limits; None when it is not the answer to this request, or Django has to say why."""
        current_request_id.set(request_id_from(environ.get("HTTP_X_REQUEST_ID")))
        close_old_connections()
        try:
            is_it = environ.get("HTTP_IF_NONE_MATCH") in (None, answer.etag) and self._generation() == answer.generation
            return _counted(environ) if is_it else None
        except Error:
            return None

    def _made(self, key: Key, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Django's answer, which is kept when it may be."""
        begun: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *more: Any) -> Any:
            begun.append((status, headers))
            return start_response(status, headers, *more)

        response: Any = self._application(environ, start)
        status, headers = begun[-1]
        if GENERATION in environ and status.startswith("200 "):
            self._keep(key, _answer(environ, headers, response.content))
        return response

    def _touch(self, key: Key) -> None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)

    def _keep(self, key: Key, answer: Answer) -> None:
        with self._lock:
            self._forget(key)
            if _size(key, answer) > self._max_bytes:
                return
            self._kept[key] = answer
            self._bytes += _size(key, answer)
            while self._bytes > self._max_bytes:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        if old := self._kept.pop(key, None):
            self._bytes -= _size(key, old)


def _size(key: Key, answer: Answer) -> int:
    """What it takes to keep an answer, in bytes: a long query string is more than the little that it finds."""
    return OBJECTS_BYTES + sum(len(part or "") for part in key) + len(answer.body)


def _is_plain_read(environ: dict[str, Any]) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and environ.get("CONTENT_LENGTH") in (None, "", "0")
        and not any(name in environ for name in _IS_NOT_PLAIN)
    )


def _counted(environ: dict[str, Any]) -> Headers | None:
    """Count the request as Django would, and return what its answer says of limits; None when it is one too many."""
    if AnonThrottle.is_off():
        return []
    request = Request(WSGIRequest(environ))
    request.user = AnonymousUser()
    return limit_headers(request._request) if AnonThrottle().allow_request(request, view=None) else None


def _answer(environ: dict[str, Any], headers: Headers, body: bytes) -> Answer:
    common = [(name, value) for name, value in headers if name.lower() not in _OF_ONE_ANSWER]
    return Answer(
        generation=environ[GENERATION],
        route=environ[ROUTE],
        etag=next(value for name, value in common if name.lower() == "etag"),
        headers=common,
        headers_of_304=[(name, value) for name, value in common if name.lower() not in _NOT_IN_304],
        body=body,
    )


def _said(answer: Answer, *, known: bool) -> tuple[str, Headers, list[bytes]]:
    if known:
        return "304 Not Modified", answer.headers_of_304, []
    return "200 OK", answer.headers, [answer.body]
