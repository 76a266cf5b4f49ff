"""A circuit breaker, for parts that reads and limits can do without (the cache, Redis, a replica), and for patience.

By hand: those of packages count failures under a lock and raise errors of their own; here one failure is enough.
Source: https://martinfowler.com/bliki/CircuitBreaker.html.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

OPEN_SECONDS = 5.0


class CircuitBreaker:
    """Leaves a part alone for OPEN_SECONDS after a failure, so that one that hangs costs its time-out once."""

    def __init__(self) -> None:
        self._failures = 0
        self._open_until = 0.0  # none, while it is closed

    @property
    def is_open(self) -> bool:
        """Whether the part is being left alone, or one request is finding out whether it is back."""
        return time.monotonic() < self._open_until

    def allows(self) -> bool:
        """Whether to ask the part. After a failure one request finds out whether it is back; others do not wait."""
        if self.is_open:
            return False
        if self._open_until:
            self._leave_alone()
        return True

    def open(self) -> None:
        """Leave the part alone: it has failed."""
        self._failures += 1
        self._leave_alone()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A block that asks the part. When it ends well the breaker is closed, unless the part has failed meanwhile."""
        failures = self._failures
        yield
        if failures == self._failures:
            self._open_until = 0.0

    def _leave_alone(self) -> None:
        self._open_until = time.monotonic() + OPEN_SECONDS
