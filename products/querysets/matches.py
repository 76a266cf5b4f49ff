"""Pages of a search.

Of a common word there are too many matches to count and to sort; but along the index of any order the next one is never
far. Of a rare word it is the other way round. Which of the two it is, the tally of stems says, or a count that stops at
COUNTED_MATCHES.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q, Value

from ecommerce_backend.statements import fetch
from products.querysets import pages, plans, stems
from products.querysets.rows import ProductRow, conditions, number
from products.querysets.sample import sampled
from products.querysets.tally import Counts, number_in_index
from products.search import NOTHING
from products.words import words

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

COUNTED_MATCHES = 10_000  # a search with more is estimated, where the tally of stems does not know
# What the planner takes for so many of one word, by a sample of the rows, need not be counted to know that. Left out is
# what it adds for each word that is in hardly any row of its sample: there may be none.
SURELY_MORE = 3 * COUNTED_MATCHES // 2
# In a larger table there are more matches than a planner expects that does not know which words go together, and those
# that are counted lie farther apart: so a sample is worth asking where fewer are expected.
LARGE = 1_000_000
FEW_IN_A_TIER = 1_000  # are sorted; to find a page of more, a walk is short


# Beside it, a word that no product has.
_PLAN = (
    "EXPLAIN (FORMAT JSON) SELECT FROM products_product WHERE {conditions} "
    "UNION ALL SELECT FROM products_product WHERE words @@ '''='''::tsquery"
)


class Planned(NamedTuple):
    """Rows that the planner expects: of a selection, and of a word that it does not know."""

    rows: int
    rows_of_unknown: int


class Expected(NamedTuple):
    """How many a search is expected to have, whether they need not be counted, and how many the index has."""

    selected: int
    are_many: bool
    in_index: int


@dataclass(frozen=True)
class Matches:
    """Rows of a search, and how many it has."""

    rows: list[ProductRow]
    count: int
    is_estimate: bool


def page(queryset: "ProductQuerySet", offset: int, limit: int) -> Matches:
    """`limit` rows from row `offset` on, and how many there are.

    That is an estimate when they are more than COUNTED_MATCHES and the tally of stems does not know.

    Cost: one to three queries, none for what no name has; up to six for a common search, and for the best matches of it
    up to five for each tier that the page reaches into.
    """
    if queryset.tiers[-1] is NOTHING:
        return Matches([], 0, is_estimate=False)
    known = stems.counted(queryset)
    if known == 0:
        return Matches([], 0, is_estimate=False)
    if known is not None and known > FEW_IN_A_TIER:
        counts = Counts(known, number_in_index(queryset))
        rows = _find(queryset, offset, limit, counts) if limit and offset < known else []
        return Matches(rows, known, is_estimate=False)
    expected = expected_number(queryset) if known is None else Expected(known, False, known)
    if not expected.are_many:
        rows, count = pages.counted_rows(queryset, offset, limit, at_most=COUNTED_MATCHES + 1)
        if count <= COUNTED_MATCHES:
            return Matches(rows, count, is_estimate=False)
        expected = expected._replace(selected=max(count, expected.selected))
    counts = Counts(expected.selected, expected.in_index)
    rows = _find(queryset, offset, limit + 1, counts)
    found = offset + len(rows)
    if len(rows) <= limit and (rows or not offset) and not queryset.start:  # this is the last page, so they are counted
        return Matches(rows, found, is_estimate=False)
    return Matches(rows[:limit], max(found, counts.selected), is_estimate=True)  # else there is another page, it says


def _find(queryset: "ProductQuerySet", offset: int, limit: int, counts: Counts) -> list[ProductRow]:
    """`limit` rows from row `offset` on, of many. Cost: see `page`."""
    find = _best if queryset.query.order_by[:1] == ("rank",) else plans.rows
    return find(queryset, offset, limit, counts)


def expected_number(queryset: "ProductQuerySet") -> Expected:
    """How many they may be: as the planner says, or for more than one word a sample. Cost: at most three queries."""
    at_most = queryset.sought.at_most
    if at_most is not None and at_most <= COUNTED_MATCHES:
        return Expected(at_most, False, at_most)
    in_index = number_in_index(queryset)
    if in_index <= COUNTED_MATCHES:
        return Expected(in_index, False, in_index)
    planned = _planned(queryset)
    selected = min(planned.rows, in_index)  # its statistics may be of yesterday, when there were more
    if _is_one_word(queryset):
        return Expected(
            selected, selected - queryset.sought.alternatives * planned.rows_of_unknown >= SURELY_MORE, in_index
        )
    everything = _everything(queryset, in_index)
    if selected * max(1, everything // LARGE) ** 2 < SURELY_MORE:
        return Expected(selected, False, in_index)
    found = sampled(queryset, everything)
    return Expected(found.about, found.at_least > COUNTED_MATCHES, in_index)


def exist(queryset: "ProductQuerySet") -> bool:
    """Whether there is any. Cost: at most one query."""
    return queryset.tiers[-1] is not NOTHING and pages.counted_rows(queryset, 0, 0, at_most=1)[1] > 0


def _best(queryset: "ProductQuerySet", offset: int, limit: int, expected: Counts) -> list[ProductRow]:
    """Tier after tier, each in the order of its index: sorting them by rank would take reading them all."""
    tiers = list(enumerate(queryset.tiers))
    rows = list[ProductRow]()
    left = expected.selected
    for place, condition in tiers if queryset.query.standard_ordering else tiers[::-1]:
        if condition is NOTHING:
            continue
        in_better = reduce(or_, (Q(each) for each in queryset.tiers[:place] if each is not NOTHING), Q())
        tier = queryset.searched.in_tier(Q(condition) & ~in_better if in_better else condition)
        tier.start = queryset.start
        # The rank is the same for all of them; so known, it drops out of where the rows begin.
        ranked = tier.annotate(rank=Value(place)).order_by("-created_at", "-pk")
        if not queryset.query.standard_ordering:
            ranked = ranked.reverse()
        if queryset.query.standard_ordering and place == len(tiers) - 1:
            guess = left  # the last one has all the rest
        elif place and _is_one_word(queryset):
            guess = _planned(ranked).rows
        elif place == 1 and stems.are_known(queryset):
            guess = left
        elif place == 1 and not queryset.is_near:  # most of those with several words have them all whole
            guess = sampled(ranked, _everything(queryset, expected.in_index)).about
        else:  # few have the name
            guess = 0
        found, count = _of_tier(ranked, offset, limit - len(rows), Counts(guess, expected.in_index))
        rows += found
        left -= count
        offset = 0 if found else max(0, offset - count)
        if len(rows) == limit:
            break
    return rows


def _of_tier(tier: "ProductQuerySet", offset: int, limit: int, expected: Counts) -> tuple[list[ProductRow], int]:
    """Rows of a tier, and how many it has: about, where there are some; where there are none any more, exactly.

    Cost: one query, up to four when it is taken for few and they are more; beyond the end of many, one more.
    """
    most = min(max(offset + limit, FEW_IN_A_TIER), COUNTED_MATCHES)
    if expected.selected < most:
        rows, count = pages.counted_rows(tier, offset, limit, at_most=most + 1)
        if count <= most:
            return rows, count
        expected = Counts(max(count, _planned(tier).rows), expected.in_index)
    rows = plans.rows(tier, offset, limit, expected)
    return rows, expected.selected if rows else number(tier.started())


def _is_one_word(queryset: "ProductQuerySet") -> bool:
    """Whether the planner's statistics of words say how many there are, and nothing else does."""
    one = len(words(queryset.selection.search)) == 1 and queryset.sought.alternatives > 0
    return one and not queryset.is_near and queryset.selection.is_only_a_search


def _everything(queryset: "ProductQuerySet", in_index: int) -> int:
    """How many products there are: what the index has, unless it is that of some categories. Cost: no query."""
    return in_index if queryset.chosen is None else queryset.chosen.everything


def _planned(queryset: "ProductQuerySet") -> Planned:
    """What the planner expects. Cost: one query, which is not run."""
    where, params = conditions(queryset)
    [[[found]]] = fetch(queryset.db, _PLAN.format(conditions=where), params)
    rows, rows_of_unknown = (int(plan["Plan Rows"]) for plan in found["Plan"]["Plans"])
    return Planned(rows, rows_of_unknown)
