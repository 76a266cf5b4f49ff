"""What a range of prices, or of days, is made of: buckets of the tally, and what is left at its ends.

Migration 0008 says which buckets a product is in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from products.totals import ANY_PRICE

if TYPE_CHECKING:
    from products.querysets.selection import Selection

# The widths of the buckets of prices; in one of the last there is every price.
STEPS = (1, 100, 10_000, ANY_PRICE)
HIGHEST = Decimal("99999999.99")
CENT = Decimal("0.01")
# Those of the buckets of days of creation by UTC, which are numbered from 1970 on. As steps they are negative.
DAYS = (1, 64)
FIRST_DAY, LAST_DAY = -1_000_000, 3_000_000  # all that there are lie between them
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_DAY = timedelta(days=1) // MICROSECOND
# By column, from wide to narrow; but for the one with everything.
STEPS_OF = {"price": tuple(reversed(STEPS[:-1])), "created_at": tuple(-width for width in reversed(DAYS))}


@dataclass(frozen=True)
class Buckets:
    """The buckets of one width from `first` to `last`."""

    step: int
    first: int
    last: int


class Covering(NamedTuple):
    """The buckets that a range is made of, and the ends of it that are in none: from and to, both included."""

    buckets: list[Buckets]
    column: str = "price"
    ends: Sequence[tuple[Any, Any]] = ()


EVERYTHING = Covering([Buckets(ANY_PRICE, 0, 0)])


def covering(selection: "Selection") -> Covering:
    """What the prices or the days of a selection are made of. There may be bounds on one of the two, and no others."""
    if selection.has_prices:
        return _prices(selection.min_price, selection.max_price)
    if selection.created_after or selection.created_before:
        return _days(_microseconds(selection.created_after), _microseconds(selection.created_before))
    return EVERYTHING


def preceding(selection: "Selection", *, is_descending: bool) -> Covering | None:
    """What comes before a selection in the order of its prices or its days; None where it has no bound there."""
    low, high = selection.min_price, selection.max_price
    after, before = _microseconds(selection.created_after), _microseconds(selection.created_before)
    if is_descending and high is not None:
        return _prices(high + CENT, None)
    if is_descending and before is not None:
        return _days(before + 1, None)
    if not is_descending and low is not None:
        return _prices(None, low - CENT)
    if not is_descending and after is not None:
        return _days(None, after - 1)
    return None


def span(column: str, bucket: int) -> tuple[Any, Any]:
    """From where to where, both included, one of the narrowest buckets of a column goes."""
    if column == "price":
        return Decimal(bucket), bucket + 1 - CENT
    return EPOCH + timedelta(days=bucket), EPOCH + timedelta(days=bucket, microseconds=_DAY - 1)


def _prices(lowest: Decimal | None, highest: Decimal | None) -> Covering:
    low, high = min(lowest or Decimal(0), HIGHEST + 1), HIGHEST if highest is None else min(highest, HIGHEST)
    ranges, ends = _split(int(low / CENT), int(high / CENT), 100, STEPS)
    return Covering([Buckets(*each) for each in ranges], "price", [(start * CENT, stop * CENT) for start, stop in ends])


def _microseconds(moment: datetime | None) -> int | None:
    # The day after the last one that there is has no datetime.
    return None if moment is None else (moment - EPOCH) // MICROSECOND


def _days(after: int | None, before: int | None) -> Covering:
    low = FIRST_DAY * _DAY if after is None else after
    high = LAST_DAY * _DAY - 1 if before is None else before
    ranges, ends = _split(low, high, _DAY, DAYS)
    moments = [(EPOCH + start * MICROSECOND, EPOCH + stop * MICROSECOND) for start, stop in ends]
    return Covering([Buckets(-width, first, last) for width, first, last in ranges], "created_at", moments)


def _split(
    low: int, high: int, unit: int, widths: Sequence[int]
) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]]]:
    """`low` to `high`, both included: the whole units in it, as the widest buckets, and what is left at its ends."""
    first, end = -(-low // unit), (high + 1) // unit  # from `first` to below `end` whole units lie inside
    if end <= first:
        return [], [(low, high)] if low <= high else []
    ends = [(low, first * unit - 1), (end * unit, high)]
    return list(_widest(first, end, widths)), [(start, stop) for start, stop in ends if start <= stop]


def _widest(first: int, end: int, widths: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """What is from `first` to below `end` in the widest buckets that fit: their width, the first and the last one."""
    for width, wider in zip(widths, [*widths[1:], None], strict=True):
        inner_first, inner_end = (-(-first // wider) * wider, end // wider * wider) if wider else (end, end)
        if inner_first >= inner_end:  # no wider bucket fits
            yield width, first // width, end // width - 1
            return
        if first < inner_first:
            yield width, first // width, inner_first // width - 1
        if inner_end < end:
            yield width, inner_end // width, end // width - 1
        first, end = inner_first, inner_end
