"""From the lowest to the highest price of a selection: what a sidebar shows, and no page needs."""

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from ecommerce_backend.statements import fetch
from products.querysets import pages, plans, tally
from products.querysets.counts import on_the_way
from products.querysets.rows import conditions
from products.querysets.selection import Selection

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

Prices = tuple[Decimal | None, Decimal | None]  # the lowest and the highest; None when there are none

WAYS = ("", "-")  # from the lowest on, and from the highest on
# Of so many that there are, spread evenly, the first by price is met after in_index / count rows. A walk is worth it
# where it may go this many times as far.
WORTH_A_WALK = 3
MATCHES = 8  # are collected from the index of words in the time in which a walk passes over a row
# Of the table itself PostgreSQL would walk along the index of prices, however far.
_PRICES = """
    WITH hits AS MATERIALIZED (SELECT price FROM products_product WHERE {conditions})
    SELECT min(price), max(price) FROM hits
"""


def prices(queryset: "ProductQuerySet", count: int, known: Prices = (None, None)) -> Prices:
    """The prices of about so many rows, of which some have the prices that are `known`.

    Cost: two queries where an index has them in order; three where they are many, and one more that reads every row
    where the first and last products by price are others; of few two, the last of which reads them. Where prices are
    known, up to four, and another one if they are there no more.
    """
    if not count:
        return None, None
    low, high = known
    if low is not None and high is not None:
        lowest, highest = _beyond(queryset, low, high, no_further=count // MATCHES)
        if lowest is not None and highest is not None and lowest <= low and highest >= high:
            return lowest, highest
        return _read(queryset)
    no_further = count // 4  # to walk so far both ways, and in vain, takes half as long again as to read every row
    by_price = [queryset.order_by(f"{way}price", f"{way}pk") for way in WAYS]
    if pages.is_in_order(by_price[0]) or no_further * count > WORTH_A_WALK * tally.number_in_index(queryset):
        found = [Decimal(each.price) for row in by_price for each in plans.next_rows(row, 1, no_further)]
        if len(found) == len(by_price):
            return found[0], found[1]
    return _read(queryset)


def _beyond(queryset: "ProductQuerySet", low: Decimal, high: Decimal, *, no_further: int) -> Prices:
    """The prices of those that are not between two prices. Cost: up to four queries.

    They are met first along the index of prices. Where too much else lies there, the index of words has them, too.
    """
    selection = queryset.selection
    bounds = [
        Selection(min_price=selection.min_price, max_price=low),
        Selection(min_price=high, max_price=selection.max_price),
    ]
    found: list[Any] = [None, None]
    for place, number in enumerate(on_the_way(queryset, bounds)):
        if number <= no_further:
            row = queryset.order_by(f"{WAYS[place]}price", f"{WAYS[place]}pk")
            found[place] = next((Decimal(each.price) for each in plans.next_rows(row, 1, number)), None)
    left = [Q(**each.bounds()) for each, price in zip(bounds, found, strict=True) if price is None]
    if left:
        read = _read(queryset.filter(reduce(or_, left)))
        found = [other if price is None else price for price, other in zip(found, read, strict=True)]
    return found[0], found[1]


def _read(queryset: "ProductQuerySet") -> Prices:
    where, params = conditions(queryset)
    [(lowest, highest)] = fetch(queryset.db, _PRICES.format(conditions=where), params)
    return lowest, highest
