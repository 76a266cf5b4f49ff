"""Limits on how often something may be done, by whom or from where. The rates are in settings.THROTTLE_RATES."""

from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from ecommerce_backend.api import counters


class RateThrottle(BaseThrottle):
    """Counts what `name_for` names, in windows that begin with the first hit. Cost: one hit of a counter."""

    scope: str
    seconds_left = 0.0

    def name_for(self, request: Request, view: Any) -> str | None:
        """What is counted for this request, or None when it is not limited by this."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether the request is within the limit; the answer will say how much is left."""
        rate: tuple[int, int] | None = settings.THROTTLE_RATES[self.scope]
        name = self.name_for(request, view) if rate else None
        if rate is None or name is None:
            return True
        limit, seconds = rate
        count = counters.hit(f"{self.scope}:{name}", seconds=seconds)
        self.seconds_left = count.seconds
        remember_limit(request._request, limit, max(0, limit - count.hits), ceil(count.seconds))
        return count.hits <= limit

    def wait(self) -> float:
        """Seconds until the window ends."""
        return max(1.0, ceil(self.seconds_left))


class AddressThrottle(RateThrottle):
    """By the address of the client."""

    def name_for(self, request: Request, view: Any) -> str | None:
        """The address."""
        return client_address(request)


class AnonThrottle(AddressThrottle):
    """Whoever is not logged in, by address."""

    scope = "anon"

    def name_for(self, request: Request, view: Any) -> str | None:
        """The address, of somebody unknown."""
        return None if request.user.is_authenticated else super().name_for(request, view)


class UserThrottle(RateThrottle):
    """Whoever is logged in, by account."""

    scope = "user"

    def name_for(self, request: Request, view: Any) -> str | None:
        """The account, of somebody known."""
        return str(request.user.pk) if request.user.is_authenticated else None


def client_address(request: HttpRequest | Request) -> str | None:
    """Where the request comes from: what the trusted proxies saw, and nothing that the client made up.

    An IPv6 address stands for its network of 64 bits, of which one client has as many addresses as it likes.
    """
    try:
        address = ip_address(str(BaseThrottle().get_ident(request)).strip())  # type: ignore[arg-type]
    except ValueError:
        return request.META.get("REMOTE_ADDR") or None  # a socket without an address
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)


def remember_limit(request: HttpRequest, limit: int, remaining: int, reset: int) -> None:
    """Keep the tightest limit of this request for the headers of its answer."""
    known: Any = getattr(request, "rate_limit", None)
    if known is None or remaining < known[1]:
        request.rate_limit = (limit, remaining, reset)  # type: ignore[attr-defined]
