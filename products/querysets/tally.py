"""Counting with the tally: buckets of prices or days are summed up, and what is left at the ends of a range is counted.

In SQL by hand: it is part of every page, and the ORM takes four times as long to make these statements.
"""

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from ecommerce_backend.statements import SQL, fetch, value
from products.querysets.buckets import Covering, covering
from products.querysets.rows import numbering
from products.totals import ANY_CATEGORY, IN_ALL

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

_SUM = """
    (SELECT coalesce(sum(products), 0)::bigint FROM products_producttally
     WHERE step = %s AND bucket BETWEEN %s AND %s AND category_id {owner})
"""
_SUM_OF_SEVERAL = """
    (SELECT coalesce(sum(tally.products), 0)::bigint
     FROM unnest(%s::integer[], %s::integer[], %s::integer[]) AS wanted (step, first, last)
     JOIN products_producttally AS tally
       ON tally.step = wanted.step AND tally.bucket BETWEEN wanted.first AND wanted.last AND tally.category_id {owner})
"""
# Each end of a range by itself comes from the index alone; with an OR between them every row would be read.
_END = "(SELECT count(*) FROM products_product WHERE {owned} {column} BETWEEN %s AND %s)"


class Owner(NamedTuple):
    """Whose products are counted: the condition on `category_id` in SQL, and its parameters."""

    condition: str
    ids: list[Any]
    is_everybody: bool = False  # which is a category of the tally, and no condition on products


EVERYBODY = Owner(f"= uuid '{ANY_CATEGORY}'", [], is_everybody=True)


class Counts(NamedTuple):
    """How many products a selection has, and how many the index has on which they are found: see `chosen.in_index`."""

    selected: int
    in_index: int


def counted(queryset: "ProductQuerySet") -> int:
    """How many products a selection has, exactly. Not for searches. Cost: one query."""
    return value(queryset.db, counting(queryset))


def counting(queryset: "ProductQuerySet") -> SQL:
    """The expression that counts a selection exactly.

    Of categories, and of prices or days in them, the tally knows how many there are, but for odd ends; else rows are
    counted.
    """
    if not queryset.selection.is_tallied:
        return numbering(queryset)
    return _sum(_owner(queryset), covering(queryset.selection))


def counting_all(queryset: "ProductQuerySet") -> SQL:
    """The expression for Counts, as an array. Not for searches, and not with categories."""
    selected, params = counting(queryset)
    return f"ARRAY[{selected}, {IN_ALL}]", params


def counts(queryset: "ProductQuerySet") -> Counts:
    """What there is to know before a page is found. Not for searches. Cost: one query, or two with a category."""
    if queryset.chosen is not None:
        return Counts(counted(queryset) if queryset.chosen.products else 0, queryset.chosen.in_index)
    sql, params = counting_all(queryset)
    [[found]] = fetch(queryset.db, f"SELECT {sql}", params)
    return Counts(*found)


def counted_by_category(queryset: "ProductQuerySet", categories: list[UUID]) -> dict[UUID, int]:
    """How many of them there are in each of the categories, which the tally has to know. Cost: one query."""
    sql, params = _sum(Owner("= chosen.id", []), covering(queryset.selection))
    sql = f"SELECT chosen.id, {sql} FROM unnest(%s::uuid[]) AS chosen (id)"  # noqa: S608 - what is above
    return dict(fetch(queryset.db, sql, [*params, categories]))


def number_in_index(queryset: "ProductQuerySet") -> int:
    """How many products the index has on which they are found: see `chosen.in_index`.

    Cost: one query; of a search none, since its words bring it along; with categories none but that which finds them.
    """
    if queryset.chosen is not None:
        return queryset.chosen.in_index
    if queryset.tiers:
        return queryset.sought.everything
    return value(queryset.db, (IN_ALL, []), one_plan=True)


def _owner(queryset: "ProductQuerySet") -> Owner:
    if queryset.chosen is None:
        return EVERYBODY
    categories, ids = queryset.chosen.as_array()
    return Owner(f"= ANY({categories})", ids)


def _sum(owner: Owner, covered: Covering) -> SQL:
    """The expression that sums up buckets and counts what is at the ends."""
    of_each = [[each.step, each.first, each.last] for each in covered.buckets]
    if len(of_each) == 1:  # as there mostly is: planned in half the time
        sql, params = _SUM.format(owner=owner.condition), list[Any](of_each[0])
    else:
        columns = [list(column) for column in zip(*of_each, strict=True)] or [[], [], []]
        sql, params = _SUM_OF_SEVERAL.format(owner=owner.condition), list[Any](columns)
    params += owner.ids
    owned = "" if owner.is_everybody else f"category_id {owner.condition} AND"
    for each in covered.ends:
        sql += f" + {_END.format(owned=owned, column=covered.column)}"
        params += [*owner.ids, *each]
    return sql, params
