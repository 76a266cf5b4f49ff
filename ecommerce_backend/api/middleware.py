"""What every request passes on its way in and every answer on its way out."""

import re
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from corsheaders import middleware as cors
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.utils.functional import SimpleLazyObject
from rest_framework.exceptions import APIException, ParseError

from ecommerce_backend.api.exceptions import (
    InternalError,
    LengthRequired,
    PayloadTooLarge,
    TLSRequired,
)
from ecommerce_backend.api.problems import as_api_exception, problem_response, report_defect
from ecommerce_backend.request_id import current_request_id, request_id_from
from ecommerce_backend.telemetry import ROUTE, USER_ID

REQUEST_ID_HEADER = "X-Request-ID"

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# Of a body that is refused: what a connection brings in the few seconds that a client may take to see the answer.
DRAIN_BYTES = 8 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
# gunicorn reads what a view has not, so that another request may follow, but only 64 KiB of it: of more it hangs up, on
# a connection that it has said is kept. So what may be more is read here.
WORKER_DRAINS_BYTES = 60 * 1024


class RequestIDMiddleware:
    """Gives each request an id, in the log and in the answer, whose headers also say what limit it is under."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Not reset on the way out, where Django has yet to log what failed; the next request sets its own.
        current_request_id.set(request_id_from(request.headers.get(REQUEST_ID_HEADER)))
        _trust_proxies(request)
        response = self.get_response(request)
        _note_for_telemetry(request)
        response[REQUEST_ID_HEADER] = current_request_id.get()
        for name, value in limit_headers(request):
            response[name] = value
        if response.status_code == HTTPStatus.NOT_MODIFIED:
            response.headers.pop("Content-Length", None)  # Django has put 0 there; it would be that of the whole answer
        if request.method == "HEAD" and not response.streaming:
            _take_body_off(response)
        return response


def _take_body_off(response: Any) -> None:
    """Leave the length of the body that a GET would have: gunicorn warns of every byte that it has to throw away."""
    if response.content:
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""


def _note_for_telemetry(request: HttpRequest) -> None:
    match, user = request.resolver_match, getattr(request, "user", None)
    if match is not None:
        request.META[ROUTE] = match.view_name or match.route  # the name: a router's routes are regular expressions
    if isinstance(user, SimpleLazyObject):  # of a session: not to be looked up for the sake of the log
        user = getattr(request, "_cached_user", None)
    if user is not None and user.pk is not None:
        request.META[USER_ID] = str(user.pk)


def limit_headers(request: HttpRequest) -> list[tuple[str, str]]:
    """What the answer says of the tightest limit that the request was counted for; nothing when it was for none."""
    limit: tuple[int, int, int] | None = getattr(request, "rate_limit", None)
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    return [] if limit is None else [(name, str(value)) for name, value in zip(names, limit, strict=True)]


class SecurityHeadersMiddleware(SecurityMiddleware):
    """Django's headers on whatever is answered further in, refusals and preflights too; its redirect comes later."""

    def process_request(self, request: HttpRequest) -> None:
        """Nothing: a secret in the clear has to be refused before it is redirected."""


class CorsMiddleware(cors.CorsMiddleware):
    """django-cors-headers', which answers preflights for hosts that are not served, and as a page."""

    def check_preflight(self, request: HttpRequest) -> HttpResponseBase | None:
        """The answer to a preflight; None when it is none, or is to be refused."""
        response: HttpResponseBase | None = super().check_preflight(request)
        if response is None or _refusal(request):
            return None
        del response["Content-Type"]
        return response


class ProblemMiddleware:
    """Makes paths, hosts, bodies and crashes behave alike for every view.

    - The path without its trailing slash is the path with it, for every method: a redirect would lose the body.
    - A body that no view has read is read, so that the connection can be used again.
    - A refused host, a secret in the clear where TLS is required, a body that is too large and a body of unknown length
      end here, before any work is done.
    - An exception that left a view becomes a problem document, with DEBUG on too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if problem := _refusal(request):
            _drain(request)
            return problem_response(problem)
        if not request.path_info.endswith("/") and "." not in request.path_info.rsplit("/", 1)[-1]:
            request.path_info += "/"
            request.path += "/"
        response = self.get_response(request)
        if _content_length(request) > WORKER_DRAINS_BYTES:
            _drain(request)  # of what a view has read there is nothing left
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The answer to an exception outside DRF's own handling; Django's way for 404 and the like elsewhere."""
        problem = as_api_exception(exception)
        if isinstance(problem, InternalError):
            if not request.path_info.startswith("/api/"):
                return None
            report_defect(exception, request)
        return problem_response(problem)


def _refusal(request: HttpRequest) -> APIException | None:
    try:
        request.get_host()
    except DisallowedHost:
        return ParseError("This host is not served here. If it should be, add it to ALLOWED_HOSTS.")
    if settings.SECURE_SSL_REDIRECT and not request.is_secure() and _may_hold_secrets(request):
        return TLSRequired()
    # A chunked body has no length. Django would take it for an empty one: "200, nothing changed".
    if request.headers.get("Transfer-Encoding"):
        return LengthRequired()
    if _content_length(request) > settings.MAX_BODY_BYTES:
        return PayloadTooLarge()
    return None


def _may_hold_secrets(request: HttpRequest) -> bool:
    # On any path but the probes', which are not redirected either.
    probe = any(re.match(pattern, request.path_info.lstrip("/")) for pattern in settings.SECURE_REDIRECT_EXEMPT)
    return not probe and ("Authorization" in request.headers or request.method not in ("GET", "HEAD", "OPTIONS"))


def _trust_proxies(request: HttpRequest) -> None:
    """Leave of X-Forwarded-Proto what the outermost trusted proxy wrote: Django reads the client's own part first."""
    if settings.TRUSTED_PROXIES and "X-Forwarded-Proto" in request.headers:
        schemes = request.headers["X-Forwarded-Proto"].split(",")
        request.META["HTTP_X_FORWARDED_PROTO"] = schemes[-min(settings.TRUSTED_PROXIES, len(schemes))].strip()


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _drain(request: HttpRequest) -> None:
    """Read what a refused client is still sending: closed on it, the connection is reset and the answer lost."""
    left = min(_content_length(request), DRAIN_BYTES)
    with suppress(UnreadablePostError):  # it has stopped sending, or has gone: the answer stays the same
        while left > 0 and (chunk := request.read(min(left, CHUNK_BYTES))):
            left -= len(chunk)
