"""Limits on how often something may be done, by whom or from where. The rates are in settings.THROTTLE_RATES."""

import re
from ipaddress import ip_address, ip_network
from math import ceil
from typing import Any

from django.conf import settings
from django.db import InternalError, OperationalError
from django.http import HttpRequest
from psycopg2 import errorcodes
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from ecommerce_backend.api import counters

_CANNOT_COUNT = (errorcodes.READ_ONLY_SQL_TRANSACTION, errorcodes.DISK_FULL)
IPV4 = 4
IPV6_CLIENT_BITS = 64
_ADDRESS_AND_PORT = re.compile(r"(?P<v4>[0-9.]+):[0-9]+|\[(?P<v6>[^\]]+)\](?::[0-9]+)?")  # as some proxies write it


class RateThrottle(BaseThrottle):
    """Counts what `name_for` names, in windows that begin with the first hit. Cost: one hit of a counter.

    OPTIONS, which only asks what there is, is neither counted nor refused.
    """

    scope: str
    seconds_left = 0.0

    @classmethod
    def is_off(cls) -> bool:
        """Whether nothing is counted."""
        return settings.THROTTLE_RATES[cls.scope] is None

    def name_for(self, request: Request, view: Any) -> str | None:
        """What is counted for this request, or None when it is not limited by this."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether the request is within the limit; the answer will say how much is left."""
        rate: tuple[int, int] | None = settings.THROTTLE_RATES[self.scope]
        name = self.name_for(request, view) if rate and request.method != "OPTIONS" else None
        if rate is None or name is None:
            return True
        limit, seconds = rate
        try:
            count = counters.hit(f"{self.scope}:{name}", seconds=seconds, limit=limit)
        except (InternalError, OperationalError) as error:
            # A database that is read-only, or has no room, cannot count. Whoever only reads may go on.
            if request.method in SAFE_METHODS and getattr(error.__cause__, "pgcode", "") in _CANNOT_COUNT:
                return True
            raise
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
        return client_network(request)


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
    """The client's address as the trusted proxies saw it, and nothing that it made up itself; None without one."""
    text = str(BaseThrottle().get_ident(request)).strip()  # type: ignore[arg-type]
    if with_port := _ADDRESS_AND_PORT.fullmatch(text):
        text = with_port["v6"] or with_port["v4"]
    for candidate in (text, request.META.get("REMOTE_ADDR", "")):
        try:
            address = ip_address(candidate)
        except ValueError:
            continue  # a proxy that writes no address, or a socket that has none
        return str(getattr(address, "ipv4_mapped", None) or address)
    return None


def client_network(request: HttpRequest | Request) -> str | None:
    """What limits are counted for: the address, or the IPv6 network of 64 bits that one client has to itself."""
    address = client_address(request)
    if address is None or ip_address(address).version == IPV4:
        return address
    return str(ip_network((address.split("%")[0], IPV6_CLIENT_BITS), strict=False))


def remember_limit(request: HttpRequest, limit: int, remaining: int, reset: int) -> None:
    """Keep the tightest limit of this request for the headers of its answer."""
    known: Any = getattr(request, "rate_limit", None)
    if known is None or remaining < known[1]:
        request.rate_limit = (limit, remaining, reset)  # type: ignore[attr-defined]
