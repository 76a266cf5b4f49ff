"""Rows as reads show them, in SQL by hand: the ORM's statement and objects take longer than all the rest of a page.

What is by hand never differs; conditions and orders come from the queryset. Tests hold the rows to the serializers.
"""

from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connections
from django.db.models import Expression, QuerySet, Value
from django.db.models.sql.where import AND

from ecommerce_backend.statements import SQL, value


class ProductRow(NamedTuple):
    """What a read shows of a product, as text; times in ISO 8601, UTC, with microseconds.

    `rank` is that of a match among those of its search, else None.
    """

    id: str
    name: str
    description: str
    price: str
    category_id: str
    category_name: str
    category_slug: str
    created_at: str
    updated_at: str
    rank: int | None = None

    @property
    def pk(self) -> str:
        """The id, by the name that orderings have for it."""
        return self.id


class CategoryRow(NamedTuple):
    """What a read shows of a category."""

    id: str
    name: str
    slug: str
    product_count: int


Row = TypeVar("Row")
Queried = TypeVar("Queried", bound=QuerySet[Any])


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, in its order, and how many there are in all."""

    rows: list[Row]
    count: int
    is_estimate: bool = False


def number(queryset: QuerySet[Any]) -> int:
    """How many rows there are, each of them counted. Cost: one query."""
    return value(queryset.db, numbering(queryset))


def numbering(queryset: QuerySet[Any]) -> SQL:
    """The expression that counts each of the rows."""
    condition, params = conditions(queryset)
    return f"(SELECT count(*) FROM {queryset.model._meta.db_table} WHERE {condition})", params  # noqa: S608


def where(queryset: Queried, *conditions: Expression) -> Queried:
    """The rows that fulfil conditions which are SQL by themselves.

    `filter` would look for lookups in them, which takes ten times as long: 0.03 ms each, and 0.02 ms in the statement.
    """
    found: Any = queryset.all()
    for each in conditions:
        found.query.where.add(each, AND)
    return cast(Queried, found)


def conditions(queryset: QuerySet[Any]) -> SQL:
    """What rows have to fulfil, as the ORM writes it, and its parameters."""
    try:
        return compiled(queryset, queryset.query.where) if queryset.query.where else ("true", [])
    except FullResultSet:
        return "true", []
    except EmptyResultSet:
        return "false", []


def compiled(queryset: QuerySet[Any], expression: Any) -> SQL:
    """An expression of a queryset in SQL, and its parameters. Raises: EmptyResultSet, FullResultSet."""
    compiler = queryset.query.get_compiler(connection=connections[queryset.db])
    sql, params = compiler.compile(expression)
    return sql, list(params)


def ordering(queryset: QuerySet[Any]) -> list[tuple[str, bool]]:
    """The columns of the ordering, and whether each is descending; the last is the key."""
    names: Any = queryset.query.order_by or queryset.model._meta.ordering
    forwards = queryset.query.standard_ordering
    columns = [str(name).removeprefix("-") for name in names]
    return [
        ("id" if column == "pk" else column, str(name).startswith("-") == forwards)
        for name, column in zip(names, columns, strict=True)
    ]


def columns(queryset: QuerySet[Any]) -> list[str]:
    """The columns of the ordering."""
    return [column for column, _ in ordering(queryset)]


def order_by(queryset: QuerySet[Any], *, of: str, first_alone: bool = False) -> str:
    """The ordering in SQL, by the columns `of` a table, or by the first of them."""
    directions = ordering(queryset)[: 1 if first_alone else None]
    return ", ".join(f'{of}."{column}" {"DESC" if descends else "ASC"}' for column, descends in directions)


def has_rank(queryset: QuerySet[Any]) -> bool:
    """Whether the rank is wanted, which takes time to find out: it is the order, or known already."""
    return "rank" in columns(queryset) or isinstance(queryset.query.annotations.get("rank"), Value)
