"""Django's middleware for people with a browser: the admin's, and that of the pages around the API.

An API that speaks JSON and knows its callers by their token has no use for sessions, messages and CSRF tokens, and must
not set cookies. So `/api/` is led around them.
"""

from functools import cache
from typing import Any

from axes import middleware as axes
from csp import constants
from csp import middleware as csp
from csp.utils import build_policy
from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware import csrf
from rest_framework.permissions import SAFE_METHODS
from whitenoise import middleware as whitenoise

from ecommerce_backend.api.audit import acting
from ecommerce_backend.api.throttling import client_address


class OutsideTheAPI:
    """Stands before a middleware, and leads around it under `/api/`."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith("/api/"):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class CSPMiddleware(csp.CSPMiddleware):
    """What browsers may load. For JSON it is always the same, so it is put together once."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The response with the policy."""
        if not request.path_info.startswith("/api/"):
            return super().process_response(request, response)
        response[constants.HEADER] = api_policy()
        return response


@cache
def api_policy() -> str:
    """The policy of the settings."""
    return str(build_policy())


class WhiteNoiseMiddleware(OutsideTheAPI, whitenoise.WhiteNoiseMiddleware):
    """Static files."""


class SessionMiddleware(OutsideTheAPI, sessions.SessionMiddleware):
    """Who is logged in to the admin, in a cookie."""


class CsrfViewMiddleware(OutsideTheAPI, csrf.CsrfViewMiddleware):
    """Keeps other sites from using that cookie."""


class AuthenticationMiddleware(OutsideTheAPI, auth.AuthenticationMiddleware):
    """`request.user`, from the session."""


class MessageMiddleware(OutsideTheAPI, messages.MessageMiddleware):
    """The admin's messages to its user."""


class AxesMiddleware(OutsideTheAPI, axes.AxesMiddleware):
    """Limits guesses at the admin's door."""


class AuditMiddleware:
    """Puts whoever is logged in on record for what is written. The API's views say it of their own callers."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith("/api/") or request.method in SAFE_METHODS:
            return self.get_response(request)
        with acting(request.user, client_address(request)):
            return self.get_response(request)
