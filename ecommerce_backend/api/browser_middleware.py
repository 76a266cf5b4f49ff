"""Django's middleware for people with a browser: the admin's, and that of the pages around the API.

An API that speaks JSON and knows its callers by their token has no use for sessions, messages and CSRF tokens, and must
not set cookies. So `/api/` is led around them.
"""

from typing import Any

from axes import middleware as axes
from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest
from django.middleware import csrf
from whitenoise import middleware as whitenoise


class OutsideTheAPI:
    """Stands before a middleware, and leads around it under `/api/`."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith("/api/"):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


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
