"""Migrations beside a shop that is open.

A migration that waits for a lock makes everybody wait who comes after it. It therefore waits briefly, gives way, and
tries again. A migration is one transaction: what gave way has changed nothing, and what came before it stays.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import errorcodes

LOCK_TIMEOUT_MS = 1000
ATTEMPTS = 30
PAUSE_SECONDS = (0.5, 1, 2, 4)  # the last one from then on: two minutes in all
MIGRATION_LOCK = 7_201_503
CAN_BE_TRIED_AGAIN = {errorcodes.LOCK_NOT_AVAILABLE, errorcodes.DEADLOCK_DETECTED}


class LockedError(Exception):
    """Somebody else holds what a migration needs; the message says who."""


def migrate_patiently(
    connection: BaseDatabaseWrapper,
    migrate: Callable[[], object],
    *,
    attempts: int = ATTEMPTS,
    say: Callable[[str], Any] = print,
) -> None:
    """Call `migrate` until it gets its locks. One process at a time migrates a database; others wait for it.

    Raises: LockedError when it never does; whatever else `migrate` raises, at once.
    Cost: a lock is waited for one second at most, and so is whoever comes after.
    """
    for attempt in range(1, attempts + 1):
        try:
            with _alone(connection):
                migrate()
                return
        except (LockedError, OperationalError) as error:
            code = getattr(error.__cause__, "pgcode", None)
            if not isinstance(error, LockedError) and code not in CAN_BE_TRIED_AGAIN:
                raise
            reason = str(error).splitlines()[0]
        if attempt < attempts:
            say(f"Attempt {attempt} of {attempts}: {reason}. It changed nothing and is tried again.")
            time.sleep(PAUSE_SECONDS[min(attempt, len(PAUSE_SECONDS)) - 1])
    raise LockedError(
        f"Gave up after {attempts} attempts: {reason}. Migrations that were finished stay; the same command goes on "
        f"from there. {_who_is_in_the_way(connection)}"
    )


@contextmanager
def _alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Be the only process that migrates. Raises: LockedError when another one is.

    Asked for and not waited for: a waiting statement would keep CREATE INDEX CONCURRENTLY from ever ending.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), pg_try_advisory_lock(%s)", [MIGRATION_LOCK])
        lock_timeout, is_free = cursor.fetchone()
        if not is_free:
            raise LockedError("another process is migrating this database")
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [str(LOCK_TIMEOUT_MS)])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('lock_timeout', %s, false), pg_advisory_unlock(%s)", [lock_timeout, MIGRATION_LOCK]
            )


def _who_is_in_the_way(connection: BaseDatabaseWrapper) -> str:
    """The longest transactions that are open, without what they say: that may hold what is nobody's business."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, application_name, extract(epoch FROM clock_timestamp() - xact_start)::int "
            "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND xact_start < clock_timestamp() - interval '1 second' ORDER BY xact_start LIMIT 5"
        )
        found = [f"{pid}{name and f' ({name})'} for {seconds} s" for pid, name, seconds in cursor.fetchall()]
    if not found:
        return "No long transaction is open now."
    return (
        f"Open transactions, by process of the database: {', '.join(found)}. SELECT pg_terminate_backend(pid) ends one."
    )
