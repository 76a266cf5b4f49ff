"""Pages of a search.

Of a common word there are too many matches to count and to sort; but along the index of any order the next one is never
far. Of a rare word it is the other way round. Which of the two it is, the tally of stems says, or what is expected
(`expectation`), or a count that stops where there are more than COUNTED_MATCHES.
"""

from typing import TYPE_CHECKING

from products.querysets import best, expectation, pages, plans, stems
from products.querysets.counts import Counts
from products.querysets.expectation import Expected
from products.querysets.rows import Page, ProductRow
from products.querysets.tally import number_in_index
from products.querysets.words_first import words_first
from products.search import NOTHING

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet


def page(queryset: "ProductQuerySet", offset: int, limit: int) -> Page[ProductRow]:
    """`limit` rows from row `offset` on, and how many there are.

    That is an estimate when they are more than COUNTED_MATCHES and the tally of stems does not know.

    Cost: one to three queries, none for what no name has; up to seven for a common search, and for the best matches of
    it up to five for each tier that the page reaches into.
    """
    known = _known(queryset)
    if known == 0:
        return Page([], 0)
    in_index = number_in_index(queryset)
    if known is not None and known > best.FEW_IN_A_TIER:
        rows = _find(queryset, offset, limit, Counts(known, in_index)) if limit and offset < known else []
        return Page(rows, known)
    expected = expectation.expected_number(queryset) if known is None else Expected(known, False, in_index)
    if not expected.are_many:
        at_most = expectation.COUNTED_MATCHES + 1
        found = words_first(queryset, expected, at_most=at_most)
        rows, count = pages.counted_rows(found, offset, limit, at_most=at_most)
        if count <= expectation.COUNTED_MATCHES:
            return Page(rows, count)
        expected = expectation.more_than_counted(queryset, expected)
    return _of_many(queryset, offset, limit, expected)


def _known(queryset: "ProductQuerySet") -> int | None:
    """How many matches there are, where the tally says so and it is worth asking: few are counted anyway."""
    if queryset.tiers[-1] is NOTHING:
        return 0
    at_most = queryset.sought.at_most
    if len(queryset.sought.stems) > 1 and at_most is not None and at_most <= best.FEW_IN_A_TIER:
        return None
    return stems.counted(queryset)


def _of_many(queryset: "ProductQuerySet", offset: int, limit: int, expected: Expected) -> Page[ProductRow]:
    """A page of about so many, which are not counted. Cost: see `page`; none beyond all that there can be."""
    if expected.at_most is not None and offset > max(expected.at_most, expected.selected):
        return Page([], expected.selected, is_estimate=True)
    rows = _find(queryset, offset, limit + 1, Counts(expected.selected, expected.in_index))
    found = offset + len(rows)
    if len(rows) <= limit and (rows or not offset) and not queryset.start:  # this is the last page, so they are counted
        return Page(rows, found)
    return Page(rows[:limit], max(found, expected.selected), is_estimate=True)  # else there is another page, it says


def _find(queryset: "ProductQuerySet", offset: int, limit: int, counts: Counts) -> list[ProductRow]:
    """`limit` rows from row `offset` on, of many. Cost: see `page`."""
    find = best.rows if queryset.query.order_by[:1] == ("rank",) else plans.rows
    return find(queryset, offset, limit, counts)


def exist(queryset: "ProductQuerySet") -> bool:
    """Whether there is any. Cost: at most four queries; that there are many a sample says sooner than an index."""
    known = _known(queryset)
    if known is not None:
        return known > 0
    return expectation.expected_number(queryset).are_many or pages.counted_rows(queryset, 0, 0, at_most=1)[1] > 0
