"""Statements by hand, and what comes along with the first of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.models import Model

from ecommerce_backend import prepared

SQL = tuple[str, list[Any]]  # with its parameters
Rows = list[tuple[Any, ...]]
Object = TypeVar("Object", bound=Model)


class Companion:
    """One more expression, which is evaluated by the first statement of a block, or else before it."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.value: Any = None
        self.is_known = False

    def ask(self, connection: Any) -> None:
        """Ask for it by itself. Cost: one query."""
        self.is_known = True  # first, since that is a statement too
        [[self.value]] = _asked(connection, f"SELECT {self.expression}")

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Stand in the way of a statement that is not made by `fetch`, until the value is known."""
        if not self.is_known:
            self.ask(context["connection"])
        return execute(sql, params, many, context)


_companion: ContextVar[Companion | None] = ContextVar("companion", default=None)


@contextmanager
def along(expression: str) -> Iterator[Companion]:
    """In here the first statement on the default database has the value of `expression`, of the same moment, with it.

    Cost: no query more, when that statement is made by `fetch` and finds something.
    """
    companion, connection = Companion(expression), connections[DEFAULT_DB_ALIAS]
    token = _companion.set(companion)
    connection.execute_wrappers.append(companion)
    try:
        yield companion
        if not companion.is_known:  # there was no statement
            companion.ask(connection)
    finally:
        # Django's own context manager takes off the last one, which by now may be that of a new connection.
        connection.execute_wrappers.remove(companion)
        _companion.reset(token)


def fetch(using: str, sql: str, params: Sequence[Any] = (), *, generic_plan: bool = False) -> Rows:
    """What a statement returns; prepared where a `generic_plan` is good for any parameters. Cost: one query."""
    connection, companion = connections[using], _companion.get()
    if companion is None or companion.is_known or using != DEFAULT_DB_ALIAS:
        return _asked(connection, sql, params, generic_plan=generic_plan)
    companion.is_known = True
    with_it = f"SELECT asked.*, {companion.expression} FROM ({sql}) AS asked"  # noqa: S608
    found = _asked(connection, with_it, params, generic_plan=generic_plan)
    if found:
        companion.value = found[0][-1]
        return [row[:-1] for row in found]
    # Where nothing came, nothing came along; and what it is now may be of a later moment.
    companion.ask(connection)
    return _asked(connection, sql, params)  # not what is kept prepared: that is the statement with the companion


def fetch_object(
    model: type[Object], using: str, condition: str, params: Sequence[Any], *, generic_plan: bool = False
) -> Object | None:
    """The object that fulfils a condition on the columns of its table; None when there is none. Cost: one query.

    For what is part of many requests: the ORM takes longer to make such a statement than PostgreSQL to answer it.
    """
    meta: Any = model._meta
    columns = [field.attname for field in meta.concrete_fields]
    sql = f"SELECT {', '.join(columns)} FROM {meta.db_table} WHERE {condition}"  # noqa: S608 - no values
    found = fetch(using, sql, params, generic_plan=generic_plan)
    return model.from_db(using, columns, found[0]) if found else None


def value(using: str, expression: SQL, *, generic_plan: bool = False) -> int:
    """What an expression is. Cost: one query."""
    sql, params = expression
    [[found]] = fetch(using, f"SELECT {sql}", params, generic_plan=generic_plan)
    return int(found)


def _asked(connection: Any, sql: str, params: Sequence[Any] = (), *, generic_plan: bool = False) -> Rows:
    """What a statement returns. The first of a request says as well whether the connection was lost meanwhile.

    Django's health check would be one more query. This one only reads, so on a new connection it is asked again.
    """
    if connection.health_check_done or connection.in_atomic_block:
        return _executed(connection, sql, params, generic_plan=generic_plan)
    connection.health_check_done = True
    try:
        return _executed(connection, sql, params, generic_plan=generic_plan)
    except Error:
        if connection.connection is None or not connection.connection.closed:
            raise
    connection.close()
    return _executed(connection, sql, params, generic_plan=generic_plan)


def _executed(connection: Any, sql: str, params: Sequence[Any], *, generic_plan: bool) -> Rows:
    cursor = connection.cursor()
    if generic_plan:
        prepared.execute(cursor, sql, params)
    else:
        cursor.execute(sql, params)
    # psycopg2's own: all rows are there by now, so nothing can go wrong that Django would have to put in its own words.
    found: Rows = cursor.cursor.fetchall()
    cursor.close()
    return found
