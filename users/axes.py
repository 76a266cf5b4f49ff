"""Guesses at the admin's door, counted by django-axes: by account and address, and by address alone."""

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest

from ecommerce_backend.api.text import normalize_text
from ecommerce_backend.api.throttling import client_network
from users.models import LOGIN_NAME_MAX_LENGTH, User

ADDRESS_FAILURE_LIMIT = 20  # of any names, as with the API's logins


class AdminAttemptHandler(AxesDatabaseHandler):
    """Counts failures in the admin alone: the API has limits of its own, and its guests' names are not kept."""

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        """Write the failure down when it happened in the admin."""
        if request is not None and self.is_admin_request(request):
            super().user_login_failed(sender, credentials, request, **kwargs)

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The failures that count: of the account, or so many of the address as weigh as much. Cost: two queries."""
        of_account: int = super().get_failures(request, credentials)
        recent = AccessAttempt.objects.filter(
            ip_address=client_key(request), attempt_time__gt=get_cool_off_threshold(request)
        )
        of_address = recent.aggregate(total=Sum("failures_since_start"))["total"] or 0
        return max(of_account, of_address * settings.AXES_FAILURE_LIMIT // ADDRESS_FAILURE_LIMIT)


def account_key(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """What failures are counted for: the account, however its name or address is spelled. Cost: one query."""
    given = (credentials or request.POST).get("username") or ""
    name = normalize_text(str(given))[:LOGIN_NAME_MAX_LENGTH]
    known = User.objects.with_login_name(name).values_list("pk", flat=True).first()
    return str(known or name.lower().replace("\x00", ""))


def client_key(request: HttpRequest) -> str | None:
    """The client's address; of IPv6 the first of the network that one client has to itself."""
    network = client_network(request)
    return network and network.partition("/")[0]
