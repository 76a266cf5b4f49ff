"""Counting with the tally: buckets of whole prices are summed up, and what is left at the ends of a range is counted.

In SQL by hand: it is part of every page, and the ORM takes four times as long to make these statements.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connections
from django.db.models import Count, Q

from products.querysets.rows import number

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet
    from products.querysets.selection import Selection

# The widths of the tally's buckets; in one of the last there is every price.
STEPS = (1, 100, 10_000, 100_000_000)
ANY_PRICE = STEPS[-1]
ANY_CATEGORY = UUID(int=0)
HIGHEST = Decimal("99999999.99")
CENT = Decimal("0.01")

_SUMS = """
    SELECT tally.category_id, sum(tally.products)::bigint
    FROM unnest(%s::integer[], %s::integer[], %s::integer[]) AS wanted (step, first, last)
    JOIN products_producttally AS tally
      ON tally.category_id = ANY(%s::uuid[]) AND tally.step = wanted.step
     AND tally.bucket BETWEEN wanted.first AND wanted.last
    GROUP BY tally.category_id
"""


@dataclass(frozen=True)
class Buckets:
    """The buckets of one width from `first` to `last`."""

    step: int
    first: int
    last: int


def counted(queryset: "ProductQuerySet") -> int:
    """How many products a selection by categories and prices has. Cost: one query, or two with odd prices."""
    chosen = [ANY_CATEGORY] if queryset.category_ids is None else queryset.category_ids
    buckets, ends = _covering(queryset.selection)
    total = sum(_sums(queryset, buckets, chosen).values())
    return total if ends is None else total + number(queryset.filter(ends))


def counted_by_category(queryset: "ProductQuerySet", categories: Iterable[UUID]) -> dict[UUID, int]:
    """How many of them there are in each of the categories. Cost: one query, or two with odd prices."""
    buckets, ends = _covering(queryset.selection)
    numbers = _sums(queryset, buckets, categories)
    if ends is not None:
        for pk, number in queryset.order_by().filter(ends).values_list("category_id").annotate(number=Count("pk")):
            numbers[pk] = numbers.get(pk, 0) + number
    return numbers


def counted_at_any_price(queryset: "ProductQuerySet") -> int:
    """How many products there are in the categories of a selection, or in all. Cost: one query."""
    chosen = [ANY_CATEGORY] if queryset.category_ids is None else queryset.category_ids
    return sum(_sums(queryset, [Buckets(ANY_PRICE, 0, 0)], chosen).values())


def _sums(queryset: "ProductQuerySet", buckets: list[Buckets], categories: Iterable[UUID]) -> dict[UUID, int]:
    categories = list(categories)
    if not categories or not buckets:
        return {}
    columns = zip(*((each.step, each.first, each.last) for each in buckets), strict=True)
    with connections[queryset.db].cursor() as cursor:
        cursor.execute(_SUMS, [*map(list, columns), categories])
        return dict(cursor.fetchall())


def _covering(selection: "Selection") -> tuple[list[Buckets], Q | None]:
    """The buckets that a range of prices is made of, and the condition on the products that are in none; or None."""
    if not selection.has_prices:
        return [Buckets(ANY_PRICE, 0, 0)], None
    low = min(selection.min_price or Decimal(0), HIGHEST + 1)
    high = HIGHEST if selection.max_price is None else min(selection.max_price, HIGHEST)
    first, end = ceil(low), floor(high + CENT)  # from `first` to below `end` whole prices lie inside
    if end <= first:
        return [], Q(price__gte=low, price__lte=high)
    ends = [Q(price__gte=low, price__lt=first)] if low < first else []
    ends += [Q(price__gte=end, price__lte=high)] if high >= end else []
    return list(_buckets(first, end)), (ends[0] | ends[-1] if ends else None)


def _buckets(first: int, end: int) -> Iterator[Buckets]:
    """What the whole prices from `first` to below `end` are made of, in the widest buckets that fit."""
    for step, wider in zip(STEPS, [*STEPS[1:], end + 1], strict=True):
        inner_first, inner_end = -(-first // wider) * wider, end // wider * wider
        if inner_first >= inner_end:  # no wider bucket fits
            yield Buckets(step, first // step, end // step - 1)
            return
        if first < inner_first:
            yield Buckets(step, first // step, inner_first // step - 1)
        if inner_end < end:
            yield Buckets(step, inner_end // step, end // step - 1)
        first, end = inner_first, inner_end
