"""Answers that are kept in the cache, by name. Of many who ask for the same one at once, one makes it.

Whatever happens to the cache, answers are made anew.
Source: docs/decisions/0010-conditional-reads.md.
"""

import functools
import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache

from ecommerce_backend import caches
from ecommerce_backend.breaker import OPEN_SECONDS, CircuitBreaker

logger = logging.getLogger(__name__)

Answer = tuple[str, bytes]  # tag and body

KEPT_SECONDS = 300
# A request that finds an answer in the making waits for it for so long, then makes its own.
WAIT_SECONDS = 2.0
POLL_SECONDS = 0.02

breaker = CircuitBreaker()  # one per process, as the connection is


def find(key: str) -> Answer | None:
    """What is kept under `key`."""
    found: Answer | None = _try("get", key) if caches.is_enabled() else None
    return found


def keep(key: str, tag: str, body: bytes) -> None:
    """Keep an answer under `key`."""
    if caches.is_enabled():
        _try("set", key, (tag, body), KEPT_SECONDS)


def find_or_make(key: str, make: Callable[[], Answer], *, looked: bool) -> Answer:
    """What is kept under `key`, or else what `make` returns, which is kept then. Of many at once, one makes it.

    `looked`: nothing was there a moment ago.
    """
    if not caches.is_enabled():
        return make()
    found = None if looked else find(key)
    if found is None:
        # Whoever may make it looks once more: between the look and the turn somebody may have made it, and gone.
        found = find(key) if _try("add", _mark(key), 1, WAIT_SECONDS) else _wait_for(key)
    if found is None:
        try:
            found = make()
            keep(key, *found)
        finally:
            _try("delete", _mark(key))
    return found


def _mark(key: str) -> str:
    """The key that says that the answer of `key` is in the making."""
    return f"{key}.making"


def _wait_for(key: str) -> Answer | None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not breaker.is_open and time.monotonic() < deadline:
        found = _try("get_many", [key, _mark(key)]) or {}
        if key in found:
            answer: Answer = found[key]
            return answer
        if _mark(key) not in found:
            return None  # whoever made it has failed
        time.sleep(POLL_SECONDS)
    return None


def _try(operation: str, *arguments: Any) -> Any:
    """What the cache answers; None when it does not, or refuses. Only one that is away is left alone."""
    if not breaker.allows():
        return None
    try:
        with breaker.attempt():
            return _answered(operation, *arguments)
    except Exception as error:
        breaker.open()
        logger.warning("The cache is away: doing without for %s seconds (%s)", OPEN_SECONDS, type(error).__name__)
        return None


def _answered(operation: str, *arguments: Any) -> Any:
    try:
        return getattr(cache, operation)(*arguments)
    except Exception as error:
        if not caches.has_refused(error):
            raise
        _warn_of_refusals(operation, type(error).__name__)
        return None


@functools.cache
def _warn_of_refusals(operation: str, reason: str) -> None:
    """Once in a process: what is refused is asked for again and again."""
    logger.warning("The cache has refused to %s: what it does not keep is made each time (%s)", operation, reason)
