"""Bounds that leave nothing out: "from 2000 on", "until tonight", "from 0", "changed since May" of what came in June.

Without them the tally knows how many products there are, and an index has them in their order.
"""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from ecommerce_backend.statements import fetch
from products.querysets.buckets import HIGHEST
from products.querysets.selection import Selection

CLOCKS_DIFFER = timedelta(minutes=1)  # at most, of two hosts
_OF_DATES = """
    SELECT (SELECT min(created_at) FROM products_product), (SELECT max(created_at) FROM products_product),
    (SELECT min(updated_at) FROM products_product),
    (SELECT min(updated_at) FROM products_product WHERE updated_at < created_at)
"""


def needed(using: str, selection: Selection) -> Selection:
    """The same products, asked for with no more bounds than it takes. Cost: one query with dates, else none."""
    low, high = selection.min_price, selection.max_price
    if low is not None and low <= 0:
        selection = replace(selection, min_price=None)
    if high is not None and high >= HIGHEST:
        selection = replace(selection, max_price=None)
    return _with_needed_dates(using, selection) if selection.has_dates else selection


def _with_needed_dates(using: str, selection: Selection) -> Selection:
    [[first, last, first_change, first_odd_change]] = fetch(using, _OF_DATES, generic_plan=True)
    if first is None:  # there are no products
        return selection
    after, before, changed_after = selection.created_after, selection.created_before, selection.updated_after
    # Until the page is read there may be newer products and newer changes; older ones only by an import that began
    # before, and is done in between.
    soon = timezone.now() + CLOCKS_DIFFER
    if after is not None:  # what is created since then is changed since then, but where a clock went back
        first_change = max(first_change, min(after, first_odd_change or after))
    return replace(
        selection,
        created_after=None if after is not None and after <= first else after,
        created_before=None if before is not None and before >= max(last, soon) else before,
        updated_after=None if changed_after is not None and changed_after <= first_change else changed_after,
    )
