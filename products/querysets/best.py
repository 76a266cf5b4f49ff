"""The best matches of a search first: tier after tier, each in the order of its index.

Sorting all of them by rank would take reading them all.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.db.models import IntegerField, Value
from django.db.models.expressions import RawSQL

from products.querysets import expectation, pages, plans, stems
from products.querysets.counts import Counts
from products.querysets.rows import ProductRow, number
from products.querysets.sample import sampled
from products.search import NOTHING
from products.words import words

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

FEW_IN_A_TIER = 1_000  # are sorted; to find a page of more, a walk is short

_INTEGER = IntegerField()


def rows(queryset: "ProductQuerySet", offset: int, limit: int, expected: Counts) -> list[ProductRow]:
    """`limit` rows from row `offset` on, of about `expected.selected`, by rank.

    Cost: up to five queries for each tier that the page reaches into.
    """
    found = list[ProductRow]()
    left = expected.selected
    parts = list(_parts(queryset))
    for first, last in parts:
        part = _part(queryset, first, last)
        guess = _guess(queryset, part, first, expected._replace(selected=left))
        those, count = _of_part(part, offset, limit - len(found), expected._replace(selected=guess))
        found += those
        if len(found) == limit or (first, last) == parts[-1]:
            break
        if count is None:
            count = number(part.started())
        left -= count
        offset = 0 if those else max(0, offset - count)
    return found


def rank_in(conditions: Sequence[RawSQL]) -> RawSQL:
    """The number of the first of the `conditions` that holds; the last of them always does. Sort ascending."""
    others = [(number, each) for number, each in enumerate(conditions[:-1]) if each is not NOTHING]
    whens = " ".join(f"WHEN {each.sql} THEN {number}" for number, each in others)
    params = [param for _, each in others for param in each.params]
    last = len(conditions) - 1
    sql = (
        f"CASE {whens} ELSE {last} END" if others else f"{last}::integer"
    )  # a bare number would be a position in ORDER BY
    return RawSQL(sql, params, _INTEGER)  # noqa: S611 - constants, and parameters


def _parts(queryset: "ProductQuerySet") -> Iterator[tuple[int, int]]:
    """The tiers, from the first to the last of each part, in the order that is asked for.

    Each is a part by itself; but where the better ones are known to have few matches together, they are found as one.
    """
    tiers, better = queryset.tiers, queryset.sought.better
    last = len(tiers) - 1
    together = last and better is not None and better <= FEW_IN_A_TIER
    parts = [(0, last - 1), (last, last)] if together else [(place, place) for place in range(last + 1)]
    for part in parts if queryset.query.standard_ordering else reversed(parts):
        if tiers[part[1]] is not NOTHING:
            yield part


def _part(queryset: "ProductQuerySet", first: int, last: int) -> "ProductQuerySet":
    """Matches in some of the tiers, in their order."""
    tiers = queryset.tiers
    part = queryset.searched.in_tier(tiers[last])
    if first and tiers[first - 1] is not NOTHING:  # which has all that is in better ones
        part = part.exclude(tiers[first - 1])
    part.start = queryset.start
    # A rank that is the same for all of them is a constant, which PostgreSQL removes from the condition of a cursor.
    rank, by_rank = (Value(first, _INTEGER), []) if first == last else (rank_in(tiers), ["rank"])
    part = part.annotate(rank=rank).order_by(*by_rank, "-created_at", "-pk")
    return part if queryset.query.standard_ordering else part.reverse()


def _guess(queryset: "ProductQuerySet", part: "ProductQuerySet", first: int, left: Counts) -> int:
    """About how many matches there are in a part, of those that are left. Cost: at most one query."""
    if queryset.query.standard_ordering and first == len(queryset.tiers) - 1:
        return left.selected  # the last one has all the rest
    if first < queryset.sought.names:  # few names are the query, and what is found together is few
        return 0
    if _is_one_word(queryset):
        return expectation.planned(part)
    if first > queryset.sought.names:
        return 0
    if stems.are_known(queryset):
        better = queryset.sought.better
        return left.selected if better is None else min(left.selected, better)
    if queryset.is_near:
        return 0
    # Most of those with several words have them all whole.
    return sampled(part, expectation.everything(queryset, left.in_index)).about


def _is_one_word(queryset: "ProductQuerySet") -> bool:
    """Whether the planner's statistics of words say about how many there are, and nothing else does."""
    is_one = len(words(queryset.selection.search)) == 1
    return is_one and not queryset.is_near and queryset.selection.is_only_a_search


def _of_part(part: "ProductQuerySet", offset: int, limit: int, expected: Counts) -> tuple[list[ProductRow], int | None]:
    """Rows of a part, and how many it has: about, where there are some; None beyond the end of many.

    Cost: one query, up to four when it is taken for few and they are more.
    """
    most = min(max(offset + limit, FEW_IN_A_TIER), expectation.COUNTED_MATCHES)
    if expected.selected < most:
        rows, count = pages.counted_rows(part, offset, limit, at_most=most + 1)
        if count <= most:
            return rows, count
        expected = expected._replace(selected=max(count, expectation.planned(part)))
    rows = plans.rows(part, offset, limit, expected)
    return rows, expected.selected if rows else None
