"""How passwords are hashed: Argon2id, a few at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from django.contrib.auth import hashers

from ecommerce_backend.api.exceptions import ServiceUnavailable

# A hash keeps a core busy for some 30 ms. More at once than this per process only take time from those who browse;
# a few more may wait their turn, for a thread each of WEB_THREADS, and the rest is told to come back.
HASHES_AT_ONCE = 1
HASHES_WAITING = 5

_running = BoundedSemaphore(HASHES_AT_ONCE)
_admitted = BoundedSemaphore(HASHES_AT_ONCE + HASHES_WAITING)


@contextmanager
def a_turn() -> Iterator[None]:
    """Wait for one's turn to hash. Raises: ServiceUnavailable, at once, when too many wait already."""
    if not _admitted.acquire(blocking=False):
        raise ServiceUnavailable("Too many people are signing in right now. Try again in a moment.")
    try:
        with _running:
            yield
    finally:
        _admitted.release()


class Argon2PasswordHasher(hashers.Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet."""

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> Any:
        """The hash. Raises: ServiceUnavailable."""
        with a_turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> Any:
        """Whether the password is the one that was hashed. Raises: ServiceUnavailable."""
        with a_turn():
            return super().verify(password, encoded)
