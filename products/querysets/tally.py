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
EACH_CHOSEN = Owner("= chosen.id", [])


def owner(queryset: "ProductQuerySet") -> Owner:
    """The categories that are asked for, or all."""
    if queryset.chosen is None:
        return EVERYBODY
    categories, ids = queryset.chosen.as_array()
    return Owner(f"= ANY({categories})", ids)


def summing(products_of: Owner, covered: Covering) -> SQL:
    """The expression that sums up buckets and counts what is at the ends."""
    of_each = [[each.step, each.first, each.last] for each in covered.buckets]
    if len(of_each) == 1:  # as there mostly is: planned in half the time
        sql, params = _SUM.format(owner=products_of.condition), list[Any](of_each[0])
    else:
        columns = [list(column) for column in zip(*of_each, strict=True)] or [[], [], []]
        sql, params = _SUM_OF_SEVERAL.format(owner=products_of.condition), list[Any](columns)
    params += products_of.ids
    owned = "" if products_of.is_everybody else f"category_id {products_of.condition} AND"
    for each in covered.ends:
        sql += f" + {_END.format(owned=owned, column=covered.column)}"
        params += [*products_of.ids, *each]
    return sql, params


def number_in_index(queryset: "ProductQuerySet") -> int:
    """How many products the index has on which they are found: see `chosen.in_index`.

    Cost: one query; of a search none, since its words bring it along; with categories none but that which finds them.
    """
    if queryset.chosen is not None:
        return queryset.chosen.in_index
    if queryset.tiers:
        return queryset.sought.everything
    return value(queryset.db, (IN_ALL, []), one_plan=True)
