"""How many matches a search is expected to have: from PostgreSQL's statistics, and from a sample."""

from typing import TYPE_CHECKING, NamedTuple

from ecommerce_backend.statements import fetch
from products.querysets.rows import conditions
from products.querysets.sample import sampled
from products.querysets.tally import number_in_index

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

COUNTED_MATCHES = 10_000  # a search with more is estimated, where the tally of stems does not know
# A sample is worth asking where the planner expects so many. That they are so many it does not know: it takes words for
# independent of each other, and its statistics may be of yesterday. In a larger table there are more than it expects,
# and those that are counted lie farther apart: there a sample is worth it where fewer are expected.
PERHAPS_MORE = 3 * COUNTED_MATCHES // 2
LARGE = 1_000_000

_PLAN = "EXPLAIN (FORMAT JSON) SELECT FROM products_product WHERE {conditions}"


class Expected(NamedTuple):
    """How many a search is expected to have, whether they need not be counted, and how many the index has.

    After a sample, it has so many `at_most`.
    """

    selected: int
    are_many: bool
    in_index: int
    at_most: int | None = None


def expected_number(queryset: "ProductQuerySet") -> Expected:
    """How many they may be: as the planner says, or a sample where that is many. Cost: at most two queries."""
    in_index, at_most = number_in_index(queryset), queryset.sought.at_most
    most = in_index if at_most is None else min(at_most, in_index)
    if most <= COUNTED_MATCHES:
        return Expected(most, False, in_index)
    selected = min(planned(queryset), in_index)
    total = everything(queryset, in_index)
    if selected * max(1, total // LARGE) ** 2 < PERHAPS_MORE:
        return Expected(selected, False, in_index)
    found = sampled(queryset, total)
    return Expected(found.about, found.at_least > COUNTED_MATCHES, in_index, found.at_most)


def more_than_counted(queryset: "ProductQuerySet", expected: Expected) -> Expected:
    """The same, where more were found than are counted. Cost: one query, when no sample was asked before."""
    if expected.at_most is None:
        found = sampled(queryset, everything(queryset, expected.in_index))
        expected = expected._replace(selected=found.about, at_most=found.at_most)
    return expected._replace(selected=max(COUNTED_MATCHES + 1, expected.selected))


def planned(queryset: "ProductQuerySet") -> int:
    """How many rows the planner expects. Cost: one query, which is not run."""
    where, params = conditions(queryset)
    [[[found]]] = fetch(queryset.db, _PLAN.format(conditions=where), params)
    return int(found["Plan"]["Plan Rows"])


def everything(queryset: "ProductQuerySet", in_index: int) -> int:
    """How many products there are: what the index has, unless it is that of some categories. Cost: no query."""
    return in_index if queryset.chosen is None else queryset.chosen.everything
