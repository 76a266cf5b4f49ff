"""How the rows of a page are found: by walking along the index of their order, or by sorting all that there are.

The planner chooses by how many rows it expects, and expects wrongly where filters have to do with each other: there are
no books over 5,000, and to find twenty of them by date it walks past every book. Here their number is known, so the
choice is made by what each way reads.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connections
from django.db.models.expressions import RawSQL

from products.querysets import tally

if TYPE_CHECKING:
    from products.models import Product
    from products.querysets.products import ProductQuerySet

# So few are read and sorted in a millisecond.
FEW = 500

# Materialised, the hits are found by the conditions alone, as if all of them were wanted. `counted` stops at its limit.
_SORTED = """
    WITH hits AS MATERIALIZED ({hits}), counted AS MATERIALIZED (SELECT * FROM hits LIMIT %s)
    SELECT (SELECT count(*) FROM counted), ARRAY(SELECT id FROM counted ORDER BY {order} LIMIT %s OFFSET %s)
"""
# The first rows of each category, from its own part of the index.
_MERGED = """
    SELECT ARRAY(
        SELECT found.id FROM unnest(%s::uuid[]) AS picked (id), LATERAL ({first_rows}) AS found
        ORDER BY {order} LIMIT %s OFFSET %s
    )
"""


def rows(queryset: "ProductQuerySet", offset: int, limit: int, count: int | None) -> list["Product"]:
    """`limit` rows from row `offset` on, of `count`; None when that is not known. Cost: one query, or two."""
    if is_in_order(queryset):
        return walked_rows(queryset, offset, limit)
    if count is not None and _sorting_reads_less(queryset, offset + limit, count):
        return sorted_rows(queryset, offset, limit, at_most=count)[0]
    return walked_rows(queryset, offset, limit)


def walked_rows(queryset: "ProductQuerySet", offset: int, limit: int) -> list["Product"]:
    """Rows in the order of an index. Cost: one query, or two, which read as many as it takes to find them."""
    if len(queryset.category_ids or ()) > 1 and _is_indexed(queryset):
        return merged_rows(queryset, offset, limit)
    # On a walk the categories count by their column: its indexes have the order.
    page = queryset.in_its_categories().filter(queryset.start)[offset : offset + limit]
    if not offset:
        return list(page)
    # Down to a deep page the index alone is read, and the rows of the page afterwards.
    found = queryset.model._default_manager.for_listing().filter(pk__in=page.values("pk"))
    return list(found.order_by(*_ordering(queryset)))


def sorted_rows(queryset: "ProductQuerySet", offset: int, limit: int, *, at_most: int) -> tuple[list["Product"], int]:
    """Rows of the first `at_most` that are found, sorted, and how many were found. Cost: two queries."""
    matches = queryset.filter(queryset.start).order_by()
    hits, params = matches.values("id", *_columns(queryset)[:-1]).query.sql_with_params()
    with connections[queryset.db].cursor() as cursor:
        cursor.execute(_SORTED.format(hits=hits, order=_order_by(queryset)), [*params, at_most, limit, offset])
        count, ids = cursor.fetchone()
    return _in_order(queryset, ids), count


def merged_rows(queryset: "ProductQuerySet", offset: int, limit: int) -> list["Product"]:
    """Rows of several categories in one order. Cost: two queries, which read `offset + limit` rows of each category."""
    one = queryset.filter(queryset.start, category=RawSQL("picked.id", []))
    first_rows, params = one.values("id", *_columns(queryset)[:-1])[: offset + limit].query.sql_with_params()
    with connections[queryset.db].cursor() as cursor:
        cursor.execute(
            _MERGED.format(first_rows=first_rows, order=_order_by(queryset)),
            [queryset.category_ids, *params, limit, offset],
        )
        [ids] = cursor.fetchone()
    return _in_order(queryset, ids)


def is_in_order(queryset: "ProductQuerySet") -> bool:
    """Whether an index has nothing but these rows, or those of each category, in this order."""
    bounded = {lookup.partition("__")[0] for lookup in queryset.selection.bounds()}
    return _is_indexed(queryset) and bounded <= {_columns(queryset)[0]}


def _is_indexed(queryset: "ProductQuerySet") -> bool:
    """Whether there is an index of the order, and one for it in each category."""
    first, *rest = _columns(queryset)
    return first in ("created_at", "updated_at", "price", "name") and rest == ["id"]


def _in_order(queryset: "ProductQuerySet", ids: list[UUID]) -> list["Product"]:
    found = queryset.order_by().in_bulk(ids) if ids else {}
    return [found[pk] for pk in ids if pk in found]


def _sorting_reads_less(queryset: "ProductQuerySet", depth: int, count: int) -> bool:
    # On a walk, `depth` rows of `count` are met after depth / count of all rows.
    return count <= FEW or count * count <= depth * tally.counted_at_any_price(queryset)


def _ordering(queryset: "ProductQuerySet") -> list[str]:
    """The names of the ordering, "-" before descending ones; the last is the key."""
    names: Any = queryset.query.order_by or queryset.model._meta.ordering
    if queryset.query.standard_ordering:
        return [str(name) for name in names]
    return [name[1:] if name.startswith("-") else f"-{name}" for name in map(str, names)]


def _columns(queryset: "ProductQuerySet") -> list[str]:
    return [name.lstrip("-").replace("pk", "id") for name in _ordering(queryset)]


def _order_by(queryset: "ProductQuerySet") -> str:
    directions = ("DESC" if name.startswith("-") else "ASC" for name in _ordering(queryset))
    return ", ".join(f'"{column}" {way}' for column, way in zip(_columns(queryset), directions, strict=True))
