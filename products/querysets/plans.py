"""How the rows of a page are found: by walking along the index of their order, or by sorting all that there are.

The planner chooses by how many rows it expects, and expects wrongly where filters have to do with each other: there are
no books over 5,000, and to find twenty of them by date it walks past every book. Here their number is known, so the
choice is made by what each way reads.
"""

from typing import TYPE_CHECKING, NamedTuple

from ecommerce_backend.statements import SQL, value
from products.querysets.counts import Counts, counting, counting_all, counts_of, on_the_way
from products.querysets.deep import sorted_page
from products.querysets.pages import FEW, RowsAndCount, is_in_order, sorted_rows, walked
from products.querysets.rows import ProductRow, columns
from products.querysets.skips import skipped
from products.querysets.walks import first_rows_number, is_signed

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

MANY = 20 * FEW  # rows are read in a hundredth of a second
MOST_OF_INDEX = 4  # a quarter, unless a walk should go further: of more, the planner would rather sort the table
COST_OF_READING = 1.5  # of a row on a walk, wherever it stands; what is sorted is read page after page, and costs 1
_UNCOUNTED: SQL = ("0", [])


class Pace(NamedTuple):
    """How a walk goes. `cost`: what a row takes, of that for one that is sorted; `part`: of an index to walk at most.

    `in_vain`: how many rows of a search it may pass in any case, for each that there is to sort.
    """

    cost: float
    part: int
    in_vain: float = 1 / 3


def page(queryset: "ProductQuerySet", offset: int, limit: int) -> RowsAndCount:
    """`limit` rows from row `offset` on, and how many there are, exactly. Not for searches.

    Cost: one query where an index has the rows in their order, or its first ones will do; else two, or three with
    categories, and one more when a walk is given up; one more where the tally does not know their number, and one for a
    deep page.
    """
    if is_in_order(queryset):
        return _in_order(queryset, offset, limit, counting(queryset))
    if _may_be_among_the_first(queryset, offset + limit):
        found, numbers = walked(queryset, offset, limit, counting_all(queryset), no_further=FEW)
        counts = Counts(*numbers)
        if len(found) == min(limit, max(0, counts.selected - offset)):
            return found, counts.selected
    else:
        counts = counts_of(queryset)
    return (rows(queryset, offset, limit, counts) if limit and offset < counts.selected else []), counts.selected


def rows_from_start(queryset: "ProductQuerySet", limit: int) -> list[ProductRow]:
    """The first `limit` rows from where the queryset starts. Not for searches.

    Cost: one query where an index has the rows in their order, or the next ones will do; two at the end; else up to
    six; one more with a category, where no index has the order.
    """
    if queryset.selection.id is not None:  # of which there are few
        return sorted_rows(queryset, 0, limit)
    if is_in_order(queryset):
        return _in_order(queryset, 0, limit, _UNCOUNTED)[0]
    if queryset.selection.is_tallied:
        return rows(queryset, 0, limit, counts_of(queryset))
    if queryset.category_ids == []:  # by now it has to be known: the planner would sort all that it takes for few
        return []
    found = next_rows(queryset, limit, MANY)  # to count them may take longer
    if len(found) == limit or first_rows_number(queryset, MANY) < MANY:
        return found
    counts = counts_of(queryset)
    # A walk of MANY was in vain already.
    return sorted_rows(queryset, 0, limit) if counts.selected <= MANY else rows(queryset, 0, limit, counts)


def next_rows(queryset: "ProductQuerySet", limit: int, no_further: int) -> list[ProductRow]:
    """The first `limit` rows, where an index has them in their order; else those among the next `no_further` of it.

    Cost: one query.
    """
    if is_in_order(queryset):
        return _in_order(queryset, 0, limit, _UNCOUNTED)[0]
    return walked(queryset, 0, limit, _UNCOUNTED, no_further=no_further)[0]


def rows(queryset: "ProductQuerySet", offset: int, limit: int, counts: Counts) -> list[ProductRow]:
    """`limit` rows from row `offset` on, of about `counts.selected`. Not where an index has them in their order.

    Where those that are met on the walk are fewer than they should be, because the order has to do with what is asked
    for, it is given up: after three times as many as should do, or as many as there are to sort, of a quarter of all at
    most, whichever are more. In a search after twice those that should do, or a third of those that there are to sort,
    with signatures twice those; at the latest after those that take as long as to sort, or a part of all. Cost: one
    query, or two; up to four for a deep page; one more where there are bounds on what orders them.
    """
    depth = offset + limit
    # Of a search there are about so many. Whether its last page is all of it, a walk does not say.
    full = limit if queryset.selection.search else min(limit, max(0, counts.selected - offset))
    no_further = _no_further(queryset, depth, counts, counts.in_index)
    within = queryset.selection.on(columns(queryset)[0])
    if no_further is None and within and counts.selected > FEW and offset + full <= counts.selected:
        [way] = on_the_way(queryset, [within], with_ends=False)
        no_further = _no_further(queryset, depth, counts, max(way, counts.selected))
    found = walked(queryset, offset, limit, _UNCOUNTED, no_further=no_further)[0] if no_further is not None else []
    return found if len(found) == full else sorted_page(queryset, offset, limit, counts)


def _in_order(queryset: "ProductQuerySet", offset: int, limit: int, number: SQL) -> RowsAndCount:
    """Rows in the order of an index that has nothing else, or has it in each category; and what `number` is.

    Of several categories the first rows of each are sorted, where these are at most MANY. Deeper down there is one walk
    along all of their parts of the index at once; where they are too many for that, or have most of the products, one
    along all of it, past the products of others; and when that has found too little, the first rows of each after all.
    Cost: one query, or two; one more for a deep page.
    """
    place = skipped(queryset, offset)
    if place is None:
        return [], value(queryset.db, number)
    queryset, offset = place
    chosen = queryset.chosen
    if chosen and chosen.are_several:
        if offset >= chosen.products:
            return [], value(queryset.db, number)
        first_of_each = len(chosen.ids) * (offset + limit)
        if first_of_each > MANY:
            no_further = offset + limit if chosen.are_merged else min(first_of_each, chosen.in_index // 4)
            found, counted = walked(queryset, offset, limit, number, no_further=no_further)
            if chosen.are_merged or len(found) == limit:
                return found, counted
    return walked(queryset, offset, limit, number)


def _may_be_among_the_first(queryset: "ProductQuerySet", depth: int) -> bool:
    """Whether it is worth a look at the first rows of the order, before it is known how many there are.

    It is where the prices have to do with no other condition: then the look costs a tenth of a millisecond.
    """
    by_price_alone = queryset.chosen is None and queryset.selection.is_tallied and not queryset.selection.has_dates
    return by_price_alone and columns(queryset)[1:] == ["id"] and 0 < depth <= FEW


def _no_further(queryset: "ProductQuerySet", depth: int, counts: Counts, way: int) -> int | None:
    """How far to walk at most, along `way` rows; None where sorting reads less."""
    should_do = depth * way // max(1, counts.selected)
    pace = _pace(queryset)
    if counts.selected <= max(FEW, pace.cost * should_do) or columns(queryset)[0] == "rank":  # which no index has
        return None
    if not queryset.selection.search:
        return min(max(min(counts.selected, counts.in_index // pace.part), 3 * should_do), counts.in_index)
    no_further = max(int(pace.in_vain * counts.selected), 2 * should_do)
    no_further = min(no_further, int(counts.selected / min(1, pace.cost)), counts.in_index // pace.part)
    return no_further if should_do <= no_further else None


def _pace(queryset: "ProductQuerySet") -> Pace:
    """How a walk goes, by what is read on it.

    Without a search it is the index alone, as long as VACUUM keeps up with the changes. In a search it is that and what
    has the rarest of the words, where signatures say what has not; and where the order goes on, those of each value are
    sorted. Else each row is read, and those that follow each other by date mostly stand together; what does not is
    sorted in less time when the walk would be long.
    """
    first, *others = columns(queryset)
    by_date = first in ("created_at", "updated_at")
    if not queryset.selection.search:
        return Pace(0.2, MOST_OF_INDEX)
    if is_signed(queryset):
        looked_up = COST_OF_READING * (queryset.sought.at_most or 0) / max(1, queryset.sought.everything)
        of_index = 0.25 if others == ["id"] else 0.5 if by_date else 0.75
        return Pace(of_index + looked_up, MOST_OF_INDEX, in_vain=2)
    return Pace(0.5, MOST_OF_INDEX) if by_date else Pace(COST_OF_READING, 2 * MOST_OF_INDEX)
