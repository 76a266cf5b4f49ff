"""Reads from replicas of the database, and never anything older than the primary has told anybody.

A read says which position in the history of the data it has to see, as the primary gave it to the reader. A replica
that has come as far answers; when it has not, or is away, the primary does.
Source: docs/decisions/0013-reading-from-replicas.md.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from itertools import count
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, Error, connections

from ecommerce_backend import patience
from ecommerce_backend.breaker import OPEN_SECONDS, CircuitBreaker
from ecommerce_backend.telemetry import metrics

logger = logging.getLogger(__name__)

Made = TypeVar("Made")
# Numbers that only grow, each by its name. The same numbers are the same data.
Position = tuple[tuple[int, int], ...]

CHECK_SECONDS = 1.0  # to connect and to say how far it has come
MAKING_SECONDS = 2.0  # the rest of a request's patience is for the primary

_reads_from: ContextVar[str] = ContextVar("reads_from", default=DEFAULT_DB_ALIAS)
_breakers = defaultdict[str, CircuitBreaker](CircuitBreaker)
_turns = count()


class ReplicaRouter:
    """Sends the reads of `read` where they belong, and all else to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """The database that is being read from."""
        return _reads_from.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """The primary."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, *objects: Any, **hints: Any) -> bool:
        """They are all the same data."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Replicas get what the primary has."""
        return db == DEFAULT_DB_ALIAS


def aliases() -> list[str]:
    """The replicas, as Django's `DATABASES` names them."""
    return [alias for alias in connections if alias != DEFAULT_DB_ALIAS]


def read(make: Callable[[], Made], *, wanted: Position, position: Callable[[str], Position]) -> Made:
    """What `make` returns when it reads from a replica that has reached `wanted`, or else from the primary.

    `position` asks a database for its own. `make` is called again when a replica fails it.
    Cost: nothing without replicas; else the replica's position.
    """
    if not (names := aliases()):
        return make()
    alias = _next(names)
    reason = state_of(alias, wanted=wanted, position=position) if alias else "away"
    if alias and reason == "ok":
        with _passing_over_failures(alias), _reading_from(alias), patience.wait_for_another(MAKING_SECONDS):
            made = make()
            metrics.READS.labels(alias, "").inc()
            return made
        reason = "failed"
    metrics.READS.labels(DEFAULT_DB_ALIAS, reason).inc()
    return make()


def state_of(alias: str, *, wanted: Position, position: Callable[[str], Position]) -> str:
    """Of a replica: "ok" when it has reached `wanted`, "lagging" when it has not, "away" when it does not say."""
    with _passing_over_failures(alias):
        with _breakers[alias].attempt(), patience.wait_for_another(CHECK_SECONDS):
            there = dict(position(alias))
        return "ok" if all(there.get(name, 0) >= number for name, number in wanted) else "lagging"
    return "away"


def is_left_alone(alias: str) -> bool:
    """Whether the replica has failed, and nobody knows that it is back."""
    return _breakers[alias].is_open


def _next(names: list[str]) -> str | None:
    """The replica whose turn it is; None when all of them are left alone."""
    first = next(_turns)
    in_turn = (names[(first + number) % len(names)] for number in range(len(names)))
    return next((alias for alias in in_turn if _breakers[alias].allows()), None)


@contextmanager
def _reading_from(alias: str) -> Iterator[None]:
    token = _reads_from.set(alias)
    try:
        yield
    finally:
        _reads_from.reset(token)


@contextmanager
def _passing_over_failures(alias: str) -> Iterator[None]:
    """A replica that fails is left alone when the connection is lost, and not for a statement."""
    try:
        yield
    except Error as error:
        connection = connections[alias]
        if connection.connection is not None and not connection.connection.closed:
            logger.warning("%s has failed: reading from the primary (%s)", alias, type(error).__name__)
            return
        _breakers[alias].open()
        logger.warning(
            "%s is away: reading from the primary for %s seconds (%s)", alias, OPEN_SECONDS, type(error).__name__
        )
        with suppress(Error):
            connection.close()
