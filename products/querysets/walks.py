"""Walks along the index of an order: the first rows that are met there, whatever else they have to fulfil."""

from typing import TYPE_CHECKING

from ecommerce_backend.statements import SQL, value
from products.querysets.rows import columns, conditions, has_rank, order_by, where
from products.querysets.selection import BOUNDED
from products.search import condition, may_have

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

# Nothing is changed before it is created. If a clock went back and something was, there is an index of that alone.
_NOT_CHANGED_BEFORE = """
    products_product.updated_at >= least(%s::timestamptz, (
        SELECT min(odd.updated_at) FROM products_product AS odd WHERE odd.updated_at < odd.created_at
    ))
"""


def first_rows(queryset: "ProductQuerySet", number: int, *, whole: bool, in_order: bool = True) -> SQL:
    """The first `number` rows along the index of the order, `whole` or with what a page needs of them.

    Unless they are to be `in_order`, those with the same first value may come in any. Of several categories that are
    merged, each is walked along its own part of the index, all at once.
    """
    where, params = _begun(queryset)
    wanted = "*" if whole else ", ".join(_needed(queryset))
    order = order_by(queryset, of="products_product", first_alone=not in_order)
    ending = f"ORDER BY {order} LIMIT {number}"
    sql = f"SELECT {wanted} FROM products_product WHERE {where}"  # noqa: S608 - columns, and what the ORM writes
    if queryset.chosen is not None and queryset.chosen.are_merged:
        # Of parts that are in order and end PostgreSQL takes the next row of all, when it is wanted.
        ids = queryset.chosen.ids
        parts = " UNION ALL ".join([f"({sql} AND category_id = %s {ending})"] * len(ids))
        sql, params = f"SELECT * FROM ({parts}) AS products_product", [each for pk in ids for each in (*params, pk)]  # noqa: S608
    return f"({sql} {ending}) AS products_product", params


def is_covered(queryset: "ProductQuerySet") -> bool:
    """Whether the index of the order has all of its columns: names are in no other order's."""
    return {columns(queryset)[0], "id", *BOUNDED} >= set(columns(queryset))


def is_signed(queryset: "ProductQuerySet") -> bool:
    """Whether the index of the order says of most rows that a search does not find them: see `indexing.Signature`."""
    return bool(queryset.sought.stems_by_word) and is_covered(queryset)


def candidates(queryset: "ProductQuerySet", number: int) -> SQL:
    """Rows as `products_product`, and as `passed` what the index has of them; to be sorted by the columns of that.

    They are those of the first `number` along the index that are in the categories, within the bounds, and may have the
    words by their signatures. Only these are read: OFFSET keeps the planner from finding them in another way.
    """
    sql, params = first_rows(queryset, number, whole=False)
    within = queryset.within_bounds()
    within.chosen = queryset.chosen
    ruled_in, values = conditions(where(within.in_its_categories(), may_have(queryset.sought.stems_by_word)))
    passed = f"(SELECT products_product.* FROM {sql} WHERE {ruled_in}) AS passed"  # noqa: S608 - as above
    row = "SELECT * FROM products_product WHERE products_product.id = passed.id OFFSET 0"
    return f"{passed}, LATERAL ({row}) AS products_product", [*params, *values]


def first_rows_number(queryset: "ProductQuerySet", at_most: int) -> int:
    """How many rows a walk meets that may go no further than `at_most`. Cost: one query."""
    sql, params = first_rows(queryset, at_most, whole=False, in_order=False)
    return value(queryset.db, (f"(SELECT count(*) FROM {sql})", params))  # noqa: S608 - as above


def _begun(queryset: "ProductQuerySet") -> SQL:
    """What says where on the index the walk begins and ends: bounds on what orders, the category, the page before."""
    first = columns(queryset)[0]
    bounds = queryset.selection.bounds()
    of_first = {name: bounds[name] for name in bounds if name.startswith(first)}
    created = bounds.get("created_at__gte") if first == "updated_at" else None
    if not (of_first or created or queryset.start or queryset.chosen):
        return "true", []
    rows = queryset.model._default_manager.filter(**of_first)
    rows = where(rows, condition(_NOT_CHANGED_BEFORE, created)) if created else rows
    rows.chosen, rows.start = queryset.chosen, queryset.start
    if has_rank(queryset):
        rows = rows.annotate(rank=queryset.query.annotations["rank"])
    # An index has the rows of one category in their order. Of several they are merged, or picked out afterwards.
    return conditions(rows.started() if queryset.has_several_categories else rows.in_its_categories().started())


def _needed(queryset: "ProductQuerySet") -> list[str]:
    signature = ["signature"] if is_signed(queryset) else []
    return sorted({"category_id", *columns(queryset), *queryset.selection.columns, *signature})
