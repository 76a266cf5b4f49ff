"""The one shape of every error: problem+json (RFC 9457), whatever went wrong and wherever.

`problem_handler` is DRF's EXCEPTION_HANDLER. `problem_response` serves what happens outside DRF's views.
"""

import logging
import sys
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    ValidationError,
)
from django.core.signals import got_request_exception
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from psycopg2 import errorcodes
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ecommerce_backend.api.exceptions import Conflict, InternalError, RequestTimeout, ServiceUnavailable
from ecommerce_backend.api.renderers import JSONRenderer
from ecommerce_backend.api.titles import title
from ecommerce_backend.request_id import current_request_id

logger = logging.getLogger(__name__)
security = logging.getLogger("security")

CONTENT_TYPE = "application/problem+json"


def problem_handler(exc: Exception, context: dict[str, Any]) -> Response:
    """The response for whatever a view raised. Never None: a crash gets the same shape as a bad request."""
    request = context["request"]
    problem = as_api_exception(exc)
    if isinstance(problem, exceptions.NotAuthenticated):
        # A broken token is forgiven where anonymous reading is enough; where it is not, it is the reason.
        problem = getattr(request._request, "ignored_token_error", problem)
    if isinstance(problem, exceptions.PermissionDenied):
        security.warning(
            "permission_denied account=%s method=%s path=%s", request.user.pk, request.method, request.path
        )
    if isinstance(problem, InternalError):
        report_defect(exc, request._request)
    body, headers = describe(problem, reading=request.method in ("GET", "HEAD"))
    request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type  # of a page, too
    return Response(body, status=problem.status_code, headers=headers, content_type=CONTENT_TYPE)


def problem_response(problem: exceptions.APIException) -> JsonResponse:
    """The same answer for code outside DRF: middleware and Django's own error handlers."""
    body, headers = describe(problem)
    return JsonResponse(body, status=problem.status_code, headers=headers, content_type=CONTENT_TYPE)


def report_defect(exc: Exception, request: HttpRequest) -> None:
    """Tell the log, and by Django's signal Sentry, of an exception that nobody expected."""
    logger.error("Unhandled exception", exc_info=exc)
    got_request_exception.send(sender=None, request=request)


def as_api_exception(exc: Exception) -> exceptions.APIException:
    """`exc` as the exception that names its status: 4xx and 503 for what is known, InternalError for the rest."""
    match exc:
        case exceptions.APIException():
            return exc
        case Http404():
            return exceptions.NotFound()
        case PermissionDenied():
            return exceptions.PermissionDenied()
        case ValidationError():
            return exceptions.ValidationError(get_error_detail(exc))
        case ProtectedError() | RestrictedError():
            return Conflict("Other objects still belong to this one. Move or delete them first.")
        case TooManyFieldsSent() | TooManyFilesSent():  # Django's words name a setting
            return exceptions.ParseError("The request has too many parameters or files.")
        case SuspiciousOperation():  # Django's other limits
            return exceptions.ParseError(str(exc) or None)
        case UnreadablePostError():
            return RequestTimeout()
        case DatabaseError() | InterfaceError():
            return _from_database(exc)
        case ValueError() if "NUL (0x00)" in str(exc):  # psycopg2's, for text that PostgreSQL cannot hold
            return exceptions.ParseError("The request has a NUL character.")
    return InternalError()


def _from_database(exc: Exception) -> exceptions.APIException:
    """The last line of defence: validation should have caught it, or the database is away."""
    state = getattr(exc.__cause__, "pgcode", None) or ""
    # Where there was no connection, libpq says why, and none of a client's values. Passwords it never says.
    reason = state or str(exc).partition("\n")[0]
    logger.warning("Database error reached the client: %s %s", type(exc).__name__, reason)
    if isinstance(exc, IntegrityError):
        # Two writers raced. Anything else is a value that no validator refused.
        raced = state in (errorcodes.UNIQUE_VIOLATION, errorcodes.FOREIGN_KEY_VIOLATION)
        return Conflict() if raced else exceptions.ValidationError("A value is not allowed.")
    if isinstance(exc, DataError):
        return exceptions.ValidationError("A value is not allowed.")
    is_standby = state == errorcodes.READ_ONLY_SQL_TRANSACTION
    if is_standby and not connection.in_atomic_block:
        connection.close()  # of several hosts, another one may have become the primary
    if isinstance(exc, OperationalError | InterfaceError) or is_standby:
        return ServiceUnavailable()
    return InternalError()


def describe(problem: exceptions.APIException, *, reading: bool = False) -> tuple[dict[str, Any], dict[str, str]]:
    """Body and headers for `problem`. `reading`: the fields at fault are query parameters."""
    status = HTTPStatus(problem.status_code)
    code, detail, errors = _explained(problem, reading=reading)
    body = {
        "type": "about:blank",
        "title": title(status),
        "status": status.value,
        "code": code,
        "detail": detail,
        "request_id": current_request_id.get(),
        **errors,
    }
    headers = {"Cache-Control": "no-store"}  # some caches keep a 404 that does not say so
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if wait := getattr(problem, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return body, headers


def _explained(problem: exceptions.APIException, *, reading: bool) -> tuple[str, str, dict[str, Any]]:
    """The code and the detail; and `errors`, where fields or parameters are at fault."""
    detail: Any = problem.detail
    if isinstance(problem, exceptions.ValidationError):
        errors = _flatten(detail)
        noun = "parameter" if reading else "field"
        sentence = f"The request has {len(errors)} invalid {noun}{'s' if len(errors) > 1 else ''}."
        return problem.default_code, sentence, {"errors": errors}
    if isinstance(detail, dict):  # simplejwt's exceptions
        return str(detail["code"]), str(detail["detail"]), {}
    return getattr(detail, "code", None) or problem.default_code, str(detail), {}


def _flatten(detail: Any, path: str = "") -> dict[str, list[dict[str, str]]]:
    """DRF's nested error details as one level: {"field": [{"code", "message"}]}, nested names joined by dots."""
    if isinstance(detail, dict):
        items: Iterable[tuple[str, Any]] = detail.items()
    elif any(isinstance(item, dict | list) for item in detail):
        items = ((str(index), value) for index, value in enumerate(detail) if value)
    else:
        name = path or api_settings.NON_FIELD_ERRORS_KEY
        return {name: [{"code": item.code, "message": str(item)} for item in detail]}
    errors: dict[str, list[dict[str, str]]] = {}
    for name, value in items:
        inner = path if path and name == api_settings.NON_FIELD_ERRORS_KEY else f"{path}.{name}".lstrip(".")
        errors |= _flatten(value if isinstance(value, dict | list) else [value], inner)
    return errors


def bad_request(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Django's handler400: a suspicious request that did not reach a view."""
    return problem_response(exceptions.ParseError("The request cannot be understood."))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Django's handler403."""
    return problem_response(exceptions.PermissionDenied())


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Django's handler404, and the view behind every unknown path under /api/."""
    return problem_response(exceptions.NotFound())


def server_error(request: HttpRequest) -> JsonResponse:
    """Django's handler500: the answer to what a middleware raised, such as 503 for a session that cannot be read.

    With DEBUG on Django shows its own page instead.
    """
    exc = sys.exc_info()[1]
    return problem_response(as_api_exception(exc) if isinstance(exc, Exception) else InternalError())
