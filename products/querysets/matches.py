"""Pages of a search.

Of a common word there are too many matches to count and to sort; but along the index of any order the next one is never
far. Of a rare word it is the other way round. Which of the two it is, a count that stops at COUNTED_MATCHES says.
"""

import json
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q, Value

from products import search
from products.querysets import plans, tally
from products.querysets.rows import ProductRow

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
    """`limit` rows from row `offset` on, and how many there are. Cost: one to three queries; for best matches of a
    common word, as many for each tier that the page reaches into.
    """
    return _page(queryset, offset, limit, most=COUNTED_MATCHES, surely_more=SURELY_MORE)


def _page(queryset: "ProductQuerySet", offset: int, limit: int, *, most: int, surely_more: int) -> Matches:
    """A page; of more than `most` matches their number is an estimate, and of `surely_more` they are not counted."""
    expected = _expected(queryset) if _is_one_word(queryset) else 0
    if expected < surely_more:
        rows, count = plans.sorted_rows(queryset, offset, limit, at_most=most + 1)
        if count <= most:
            return Matches(rows, count, is_estimate=False)
        expected = max(count, expected or _expected(queryset))
    if queryset.query.order_by[:1] == ("rank",):
        return Matches(_best(queryset, offset, limit), expected, is_estimate=True)
    # Of so many the first ones are near; further down sorting may read less.
    rows = plans.rows(queryset, offset, limit, expected) if offset else plans.walked_rows(queryset, offset, limit)
    return Matches(rows, expected, is_estimate=True)


def exist(queryset: "ProductQuerySet") -> bool:
    """Whether there is any. Cost: one query."""
    return plans.sorted_rows(queryset, 0, 0, at_most=1)[1] > 0


def _best(queryset: "ProductQuerySet", offset: int, limit: int) -> list[ProductRow]:
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
        # How many are in a tier, nobody asks: of more than a page and some more, it is enough to know that.
        most = min(max(offset + limit, FEW_IN_A_TIER), COUNTED_MATCHES)
        found = _page(ranked, offset, limit - len(rows), most=most, surely_more=most)
        rows += found.rows
        offset = 0 if found.rows else max(0, offset - found.count)
        if len(rows) == limit:
            break
    return rows


def _is_one_word(queryset: "ProductQuerySet") -> bool:
    """Whether the planner's statistics of words say how many there are, and nothing else does."""
    one = len(search.words(queryset.selection.search)) == 1
    return one and not queryset.is_near and queryset.selection.is_only_a_search


def _expected(queryset: "ProductQuerySet") -> int:
    """How many the planner takes them for, if there are so many products. Cost: two queries, one of them not run."""
    plan = json.loads(queryset.order_by().values("pk").explain(format="json"))
    # Its statistics may be of yesterday, when there were more.
    return min(int(plan[0]["Plan"]["Plan Rows"]), tally.counted_at_any_price(queryset))
