"""Limits on signing in and signing up."""

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request

from ecommerce_backend.api import counters
from ecommerce_backend.api.text import normalize_text
from ecommerce_backend.api.throttling import AddressThrottle, RateThrottle, client_network
from users.models import LOGIN_NAME_MAX_LENGTH, User


class LoginAddressThrottle(AddressThrottle):
    """Attempts to log in, by address. What it refuses is no attempt on an account: see below."""

    scope = "login_address"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether the address is within its limit; kept for the throttle of the account."""
        request._request.login_refused = not super().allow_request(request, view)  # type: ignore[attr-defined]
        return not request._request.login_refused  # type: ignore[attr-defined]


class RegisterThrottle(AddressThrottle):
    """Attempts to make an account, by address."""

    scope = "register"


class PasswordResetThrottle(AddressThrottle):
    """Mails asked for and tokens tried, by address; as many as registrations."""

    scope = "register"

    def name_for(self, request: Request, view: Any) -> str | None:
        """The address, counted apart from registrations."""
        address = super().name_for(request, view)
        return address and f"password-reset:{address}"


class RefreshThrottle(AddressThrottle):
    """Tokens spent, by address."""

    scope = "refresh"


class LoginAccountThrottle(RateThrottle):
    """Failures to log in to one account from one address.

    An attempt is counted before the password is looked at, so that parallel ones cannot slip through, and taken back
    when it was right; one that is refused is not counted. Another address still gets in: nobody can lock somebody else
    out.
    """

    scope = "login_account"

    def name_for(self, request: Request, view: Any) -> str | None:
        """Account and address; None for a body without a name, which is refused anyway. Cost: one query."""
        name = request.data.get("username") if isinstance(request.data, Mapping) else None
        if not isinstance(name, str):
            return None
        name = normalize_text(name)[:LOGIN_NAME_MAX_LENGTH]
        # Name and address of one account are counted together.
        account = User.objects.with_login_name(name).values_list("pk", flat=True).first()
        # Kept for the view. A name that nobody has is not logged: people type passwords into the wrong field.
        request._request.login_account = account or "unknown"  # type: ignore[attr-defined]
        if getattr(request._request, "login_refused", False):
            return None
        request._request.login_name = f"{account or name.lower()}@{client_network(request)}"  # type: ignore[attr-defined]
        return request._request.login_name  # type: ignore[attr-defined]

    @classmethod
    def take_back(cls, request: Request) -> None:
        """The attempt was right, or none. Cost: one hit of a counter."""
        if name := getattr(request._request, "login_name", None):
            counters.take_back(f"{cls.scope}:{name}")


class CurrentPasswordThrottle(RateThrottle):
    """Guesses at one's own password by somebody who has only a token."""

    scope = "login_account"

    def name_for(self, request: Request, view: Any) -> str | None:
        """The account, where a password has to be given."""
        return f"current-password:{request.user.pk}" if request.method in ("POST", "DELETE") else None
