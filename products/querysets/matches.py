"""Pages of a search.

Of a common word there are too many matches to count and to sort; but along the index of any order the next one is never
far. Of a rare word it is the other way round. Which of the two it is, a count that stops at COUNTED_MATCHES says.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q, Value

from products import search
from products.querysets import plans
from products.querysets.rows import ProductRow, conditions, fetch
from products.querysets.tally import Counts, counted_at_any_price

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

COUNTED_MATCHES = 10_000  # a search with more is estimated
# What the planner takes for so many of one word, by a sample of the rows, need not be counted to know that.
SURELY_MORE = 2 * COUNTED_MATCHES
FEW_IN_A_TIER = 1_000  # are sorted; to find a page of more, a walk is short


@dataclass(frozen=True)
class Matches:
    """Rows of a search, and how many it has."""

    rows: list[ProductRow]
    count: int
    is_estimate: bool


def page(queryset: "ProductQuerySet", offset: int, limit: int) -> Matches:
    """`limit` rows from row `offset` on, and how many there are; estimated, when they are more than COUNTED_MATCHES.

    Cost: one to three queries; for best matches of a common word, one or two for each tier that the page reaches into.
    """
    expected = _expected(queryset) if _is_one_word(queryset) else None
    if expected is None or expected.selected < SURELY_MORE:
        rows, count = plans.sorted_rows(queryset, offset, limit, at_most=COUNTED_MATCHES + 1)
        if count <= COUNTED_MATCHES:
            return Matches(rows, count, is_estimate=False)
        expected = expected or _expected(queryset)
        expected = expected._replace(selected=max(count, expected.selected))
    if queryset.query.order_by[:1] == ("rank",):
        rows = _best(queryset, offset, limit, expected.at_any_price)
    else:
        rows = _further(queryset, offset, limit, expected)
    return Matches(rows, expected.selected, is_estimate=True)


def exist(queryset: "ProductQuerySet") -> bool:
    """Whether there is any. Cost: one query."""
    return plans.sorted_rows(queryset, 0, 0, at_most=1)[1] > 0


def _best(queryset: "ProductQuerySet", offset: int, limit: int, at_any_price: int) -> list[ProductRow]:
    """Tier after tier, each in the order of its index: sorting them by rank would take reading them all."""
    tiers = list(enumerate(queryset.tiers))
    rows = list[ProductRow]()
    for number, condition in tiers if queryset.query.standard_ordering else tiers[::-1]:
        in_better = reduce(or_, queryset.tiers[:number], Q())
        tier = queryset.searched.in_tier(condition & ~in_better if in_better else condition)
        tier.start = queryset.start
        # The rank is the same for all of them; so known, it drops out of where the rows begin.
        ranked = tier.annotate(rank=Value(number)).order_by("-created_at", "-pk")
        if not queryset.query.standard_ordering:
            ranked = ranked.reverse()
        found, count = _of_tier(ranked, offset, limit - len(rows), at_any_price, is_name=not (number or tier.is_near))
        rows += found
        offset = 0 if found else max(0, offset - count)
        if len(rows) == limit:
            break
    return rows


def _of_tier(
    tier: "ProductQuerySet", offset: int, limit: int, at_any_price: int, *, is_name: bool
) -> tuple[list[ProductRow], int]:
    """Rows of a tier, and how many it has, which matters only where its end is: of a page and some more, nobody asks.

    Cost: one query, or two when the planner is asked whether they are few. Of those with one name it would not know.
    """
    most = min(max(offset + limit, FEW_IN_A_TIER), COUNTED_MATCHES)
    expected = _planned(tier) if _is_one_word(tier) and not is_name else 0
    if expected < most:
        rows, count = plans.sorted_rows(tier, offset, limit, at_most=most + 1)
        if count <= most:
            return rows, count
        expected = max(count, expected or _planned(tier))
    counts = Counts(min(expected, at_any_price), at_any_price)
    return _further(tier, offset, limit, counts), counts.selected


def _further(queryset: "ProductQuerySet", offset: int, limit: int, counts: Counts) -> list[ProductRow]:
    """Rows of many. The first ones are near; further down sorting may read less. Cost: one query."""
    return plans.rows(queryset, offset, limit, counts if offset else None)


def _is_one_word(queryset: "ProductQuerySet") -> bool:
    """Whether the planner's statistics of words say how many there are, and nothing else does."""
    one = len(search.words(queryset.selection.search)) == 1
    return one and not queryset.is_near and queryset.selection.is_only_a_search


def _expected(queryset: "ProductQuerySet") -> Counts:
    """How many the planner takes them for, if there are so many products. Cost: two queries, one of them not run."""
    at_any_price = counted_at_any_price(queryset)
    # Its statistics may be of yesterday, when there were more.
    return Counts(min(_planned(queryset), at_any_price), at_any_price)


def _planned(queryset: "ProductQuerySet") -> int:
    """How many rows the planner expects. Cost: one query, which is not run."""
    where, params = conditions(queryset)
    [[plan]] = fetch(queryset.db, f"EXPLAIN (FORMAT JSON) SELECT FROM products_product WHERE {where}", params)
    return int(plan[0]["Plan"]["Plan Rows"])
