"""How passwords are hashed: Argon2id, one at a time in a process, behind those who browse."""

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import BoundedSemaphore
from typing import Any

from django.contrib.auth import hashers
from rest_framework.exceptions import Throttled

security = logging.getLogger("security")

# A hash keeps a core busy for some 30 ms. A few more may wait their turn, for a thread each of WEB_THREADS; the rest is
# told to come back. Measured with `python -m benchmarks.login_flood`: docs/security.md.
HASHES_WAITING = 5
SURPLUS_WAITS = 2  # seconds
NICENESS = 10

_admitted = BoundedSemaphore(1 + HASHES_WAITING)


def _step_back() -> None:
    """Let every other thread go first. Where a thread has no priority of its own, none is set."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


_hashing = ThreadPoolExecutor(1, thread_name_prefix="hashing", initializer=_step_back)


def in_turn(hash_it: Callable[[], Any]) -> Any:
    """What `hash_it` returns, when its turn has come. Raises: Throttled, at once, when too many wait."""
    if not _admitted.acquire(blocking=False):
        security.warning("password_check_refused waiting=%s", HASHES_WAITING)
        raise Throttled(wait=SURPLUS_WAITS, detail="Too many passwords are being checked right now.")
    try:
        return _hashing.submit(hash_it).result()
    finally:
        _admitted.release()


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet."""

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> Any:
        """The hash. Raises: Throttled."""
        return in_turn(partial(super().encode, password, salt))

    def verify(self, password: str, encoded: str) -> Any:
        """Whether the password is the one that was hashed. Raises: Throttled."""
        return in_turn(partial(super().verify, password, encoded))
