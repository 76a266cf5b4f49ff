"""Reads that are answered as they were last time, for as long as nothing has changed.

Everything hangs on a generation: a number that moves in the transaction of every change. It is read before the data, so
what is kept under it is never older than it says. Whatever happens to the cache, answers stay right and get slower.
"""

import logging
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ecommerce_backend.api.conditional import is_known

logger = logging.getLogger(__name__)

KEPT_SECONDS = 300
# Who finds an answer in the making waits for it for so long, then makes it himself.
WAIT_SECONDS = 2.0
POLL_SECONDS = 0.02
# After a failure the cache is left alone for a while, so that one that hangs costs its time-out once.
PAUSE_SECONDS = 5.0

_rests_until = 0.0


class CachedReadMixin(APIView):
    """For views with a `generation`: ETags and 304 before any work, and answers from the cache when there is one."""

    def generation(self) -> int:
        """A number that moves with every change of what the view shows."""
        raise NotImplementedError

    def answer(self, request: Request, make: Callable[[], Response]) -> HttpResponse:
        """304, or what `make` answers, or did for this generation. Cost: the generation; with a cache, a look."""
        key = sha256(f"{self.generation()} {request.build_absolute_uri()}".encode()).hexdigest()
        # Weak: an estimate may differ between two answers that are otherwise the same.
        tag = f'W/"{key[:32]}"'
        if request.headers.get("If-None-Match") != "*" and is_known(request, tag):
            return conditional_response(304, tag)
        return conditional_response(200, tag, remembered(key, lambda: JSONRenderer().render(make().data)))


def conditional_response(status: int, tag: str, body: bytes = b"") -> HttpResponse:
    """An answer that anybody may keep, if he asks each time whether it still holds."""
    headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
    response = HttpResponse(body, status=status, content_type="application/json", headers=headers)
    if not body:
        del response["Content-Type"]
    return response


def remembered(key: str, make: Callable[[], bytes]) -> bytes:
    """What is kept under `key`, or else what `make` returns, which is kept then. Of many at once, one makes it."""
    if not settings.REDIS_URL:
        return make()
    body = _try("get", key)
    if body is None and not _try("add", f"{key}.making", 1, WAIT_SECONDS):
        body = _wait_for(key)
    if body is None:
        body = make()
        _try("set", key, body, KEPT_SECONDS)
        _try("delete", f"{key}.making")
    return bytes(body)


def _wait_for(key: str) -> bytes | None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not _rests() and time.monotonic() < deadline:
        body: bytes | None = _try("get", key)
        if body is not None:
            return body
        time.sleep(POLL_SECONDS)
    return None


def _rests() -> bool:
    return time.monotonic() < _rests_until


def _try(operation: str, *arguments: Any) -> Any:
    """What the cache answers; None when it does not."""
    global _rests_until  # noqa: PLW0603 - one per process, as the connection is
    if _rests():
        return None
    try:
        return getattr(cache, operation)(*arguments)
    except Exception as error:
        _rests_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("The cache is away: doing without for %s seconds (%s)", PAUSE_SECONDS, type(error).__name__)
        return None
