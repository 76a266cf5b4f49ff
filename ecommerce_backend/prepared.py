"""Statements that PostgreSQL keeps, parsed and planned: that takes it longer than to carry out most of those of a page.

By hand, since psycopg2 has nothing of the kind; it is what psycopg 3 does by itself, by the same rules: a connection
prepares what it is asked for again and again, and keeps so many.
Source: https://www.psycopg.org/psycopg3/docs/advanced/prepare.html, docs/decisions/0014-prepared-statements.md.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import uuid4
from weakref import WeakKeyDictionary

from django.db import Error, OperationalError
from psycopg2 import errorcodes

PREPARE_AT = 5  # times
MOST_KEPT = 40  # psycopg 3 keeps a hundred; a plan of ours takes 0.1 MB of its session

# It is not there any more, after DISCARD ALL for instance; a migration has changed what it returns.
_OUTDATED = (errorcodes.INVALID_SQL_STATEMENT_NAME, errorcodes.FEATURE_NOT_SUPPORTED)


class Prepared(NamedTuple):
    """A statement that is prepared: its name, and the statement that executes it, which shows in logs what it is."""

    name: str
    execute: str


class Statements:
    """The statements that one connection is asked for: how often, and what they are once they are prepared."""

    def __init__(self) -> None:
        self._times: OrderedDict[str, int] = OrderedDict()
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()

    def execute(self, cursor: Any, sql: str, params: Sequence[Any]) -> None:
        """Execute a statement, prepared if it is worth it. Cost: one query, once in its life two.

        Raises: OperationalError in a transaction when what was prepared is out of date; the next one does better.
        """
        try:
            prepared = self._known(cursor, sql, len(params))
            cursor.execute(prepared.execute if prepared else sql, params)
        except Error as error:
            if getattr(error.__cause__, "pgcode", None) not in _OUTDATED:
                raise
            self._prepared.clear()
            if cursor.db.in_atomic_block:  # which has failed by now
                raise OperationalError("A prepared statement was out of date.") from error
            _quietly(cursor, "DEALLOCATE ALL")  # those that nobody knows any more
            cursor.execute(sql, params)

    def _known(self, cursor: Any, sql: str, params: int) -> Prepared | None:
        """A statement, prepared; None of one that has not been asked for often enough."""
        if sql in self._prepared:
            self._prepared.move_to_end(sql)
            return self._prepared[sql]
        times = self._times.pop(sql, 0) + 1
        if times < PREPARE_AT:
            self._times[sql] = times
            if len(self._times) > MOST_KEPT:
                self._times.popitem(last=False)
            return None
        self._prepared[sql] = _prepare(cursor, sql, params)
        if len(self._prepared) > MOST_KEPT:
            _, forgotten = self._prepared.popitem(last=False)
            _quietly(cursor, f"DEALLOCATE {forgotten.name}")
        return self._prepared[sql]


def _prepare(cursor: Any, sql: str, params: int) -> Prepared:
    # Nobody else's name: in a pool that the settings do not know of, it might be another's statement.
    name = f"prepared_{uuid4().hex}"
    numbered = sql % tuple(f"${place}" for place in range(1, params + 1))
    _quietly(cursor, f"PREPARE {name} AS {numbered}")
    values = f" ({', '.join(['%s'] * params)})" if params else ""
    # Blanks are worth leaving out: this is sent every time.
    return Prepared(name, f"EXECUTE {name}{values} /* {' '.join(numbered.split()).replace('%', '%%')} */")


_connections: WeakKeyDictionary[Any, Statements] = WeakKeyDictionary()


def execute(cursor: Any, sql: str, params: Sequence[Any]) -> None:
    """Execute on a cursor of Django's what may be prepared: a statement of which one plan is good for any parameters.

    A pool hands a session to somebody else after each transaction, so there is none. Cost: one query.
    """
    if cursor.db.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        cursor.execute(sql, params)
        return
    session = cursor.db.connection
    if session not in _connections:
        _connections[session] = Statements()
    _connections[session].execute(cursor, sql, params)


def _quietly(cursor: Any, statement: str) -> None:
    # By psycopg2's cursor: it is not one of the queries that a request is said to make, and happens once.
    with cursor.db.wrap_database_errors:
        cursor.cursor.execute(statement)
