"""The tally: buckets of prices or days are summed up, and what is left at the ends of a range is counted.

In SQL by hand: it is part of every page, and the ORM takes four times as long to make these statements.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from ecommerce_backend.statements import SQL, value
from products.querysets.buckets import Covering
from products.totals import ANY_CATEGORY, IN_ALL

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

_SUM = """
    (SELECT coalesce(sum(products), 0)::bigint FROM products_producttally
     WHERE step = %s AND bucket BETWEEN %s AND %s AND category_id {scope})
"""
_SUM_OF_SEVERAL = """
    (SELECT coalesce(sum(tally.products), 0)::bigint
     FROM unnest(%s::integer[], %s::integer[], %s::integer[]) AS wanted (step, first, last)
     JOIN products_producttally AS tally
       ON tally.step = wanted.step AND tally.bucket BETWEEN wanted.first AND wanted.last AND tally.category_id {scope})
"""
# Each end of a range by itself comes from the index alone; with an OR between them every row would be read.
_END = "(SELECT count(*) FROM products_product WHERE {in_scope} {column} BETWEEN %s AND %s)"


class CategoryScope(NamedTuple):
    """Which categories' products are counted: the condition on `category_id` in SQL, and its parameters."""

    condition: str
    ids: list[Any]
    is_all: bool = False  # which is a category of the tally, and no condition on products


ALL_CATEGORIES = CategoryScope(f"= uuid '{ANY_CATEGORY}'", [], is_all=True)
EACH_CHOSEN = CategoryScope("= chosen.id", [])


def category_scope(queryset: "ProductQuerySet") -> CategoryScope:
    """The categories that are asked for, or all."""
    if queryset.chosen is None:
        return ALL_CATEGORIES
    categories, ids = queryset.chosen.as_array()
    return CategoryScope(f"= ANY({categories})", ids)


def summing(scope: CategoryScope, covered: Covering) -> SQL:
    """The expression that sums up buckets and counts what is at the ends."""
    of_each = [[each.step, each.first, each.last] for each in covered.buckets]
    if len(of_each) == 1:  # as there mostly is: planned in half the time
        sql, params = _SUM.format(scope=scope.condition), list[Any](of_each[0])
    else:
        columns = [list(column) for column in zip(*of_each, strict=True)] or [[], [], []]
        sql, params = _SUM_OF_SEVERAL.format(scope=scope.condition), list[Any](columns)
    params += scope.ids
    in_scope = "" if scope.is_all else f"category_id {scope.condition} AND"
    for each in covered.ends:
        sql += f" + {_END.format(in_scope=in_scope, column=covered.column)}"
        params += [*scope.ids, *each]
    return sql, params


def number_in_index(queryset: "ProductQuerySet") -> int:
    """How many products the index has on which they are found: see `chosen.in_index`.

    Cost: one query; of a search none, since its words bring it along; with categories none but that which finds them.
    """
    if queryset.chosen is not None:
        return queryset.chosen.in_index
    if queryset.tiers:
        return queryset.sought.everything
    return value(queryset.db, (IN_ALL, []), generic_plan=True)
