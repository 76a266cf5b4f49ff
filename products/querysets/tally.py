"""Counting with the tally: whole prices are summed up by the bucket, and only what is left of a range at its ends is
counted.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import reduce
from math import ceil, floor
from operator import or_
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet, Sum

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

# The widths of the tally's buckets; in the last one there is every price.
STEPS = (1, 100, 10_000, 100_000_000)
ANY_CATEGORY = UUID(int=0)
HIGHEST = Decimal("99999999.99")
CENT = Decimal("0.01")


def in_all_prices() -> Q:
    """The rows that count products whatever their price."""
    return Q(step=STEPS[-1])


def tally_rows(queryset: "ProductQuerySet", categories: list[UUID]) -> tuple[QuerySet[Any], Q | None]:
    """Rows of the tally that cover the prices of a selection in `categories`, and the condition on the products that
    they do not cover; None when there are none of those.
    """
    tally: Any = apps.get_model("products", "ProductTally")
    rows = tally.objects.filter(category_id__in=categories)
    selection = queryset.selection
    if not selection.has_prices:
        return rows.filter(in_all_prices()), None
    low = min(selection.min_price or Decimal(0), HIGHEST + 1)
    high = HIGHEST if selection.max_price is None else min(selection.max_price, HIGHEST)
    first, end = ceil(low), floor(high + CENT)  # from `first` to below `end` whole prices lie inside
    if end <= first:
        return rows.none(), Q(price__gte=low, price__lte=high)
    ends = [Q(price__gte=low, price__lt=first)] if low < first else []
    ends += [Q(price__gte=end, price__lte=high)] if high >= end else []
    return rows.filter(reduce(or_, _buckets(first, end))), (ends[0] | ends[-1] if ends else None)


def _buckets(first: int, end: int) -> Iterator[Q]:
    """The buckets that the whole prices from `first` to below `end` are made of, the widest that fit."""
    for step, wider in zip(STEPS, [*STEPS[1:], None], strict=True):
        inner_first, inner_end = (-(-first // wider) * wider, end // wider * wider) if wider else (end, end)
        if inner_first >= inner_end:  # no wider bucket fits
            yield Q(step=step, bucket__gte=first // step, bucket__lt=end // step)
            return
        if first < inner_first:
            yield Q(step=step, bucket__gte=first // step, bucket__lt=inner_first // step)
        if inner_end < end:
            yield Q(step=step, bucket__gte=inner_end // step, bucket__lt=end // step)
        first, end = inner_first, inner_end


def tallied(queryset: "ProductQuerySet") -> int:
    """How many products a selection by categories and prices has. Cost: one query, or two with odd prices."""
    categories = [ANY_CATEGORY] if queryset.category_ids is None else queryset.category_ids
    rows, ends = tally_rows(queryset, categories)
    total = int(rows.aggregate(total=Sum("products"))["total"] or 0) if not rows.query.is_empty() else 0
    return total if ends is None else total + queryset.order_by().filter(ends).count()


def counted_at_any_price(categories: list[UUID] | None) -> int:
    """How many products there are in the categories; None: in all. Cost: one query."""
    tally: Any = apps.get_model("products", "ProductTally")
    rows = tally.objects.filter(in_all_prices(), category_id__in=[ANY_CATEGORY] if categories is None else categories)
    return int(rows.aggregate(total=Sum("products"))["total"] or 0)
