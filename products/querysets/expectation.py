"""How many matches a search is expected to have: from PostgreSQL's statistics, and from a sample."""

from typing import TYPE_CHECKING, NamedTuple

from ecommerce_backend.statements import fetch
from products.querysets.rows import conditions
from products.querysets.sample import sampled
from products.querysets.tally import number_in_index
from products.words import words

if TYPE_CHECKING:
    from products.querysets.products import ProductQuerySet

COUNTED_MATCHES = 10_000  # a search with more is estimated, where the tally of stems does not know
# What the planner takes for so many of one word, by a sample of the rows, need not be counted to know that. It takes a
# word and its stem for two that have nothing to do with each other, so there may be half as many as it says, or fewer
# where names have several of the words. Left out is what it adds for each word that is in hardly any row of its sample:
# there may be none.
SURELY_MORE = 4 * COUNTED_MATCHES
# Else a sample is worth asking where the planner expects so many. It does not know which words go together, so in a
# larger table there are more than it expects, and those that are counted lie farther apart: there a sample is worth it
# where fewer are expected.
PERHAPS_MORE = 3 * COUNTED_MATCHES // 2
LARGE = 1_000_000

# Beside it, a word that no product has. The function is not called: what has it is not planned for several processes,
# of which each would expect its share.
_PLAN = (
    "EXPLAIN (FORMAT JSON) SELECT pg_current_xact_id() FROM products_product WHERE {conditions} "
    "UNION ALL SELECT NULL FROM products_product WHERE words @@ '''='''::tsquery"
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
    is_sampled: bool = False


def expected_number(queryset: "ProductQuerySet") -> Expected:
    """How many they may be: as the planner says, or where that is not sure a sample. Cost: at most two queries."""
    in_index, at_most = number_in_index(queryset), queryset.sought.at_most
    most = in_index if at_most is None else min(at_most, in_index)
    if most <= COUNTED_MATCHES:
        return Expected(most, False, in_index)
    by_planner = planned(queryset)
    selected = min(by_planner.rows, in_index)  # its statistics may be of yesterday, when there were more
    if is_one_word(queryset):
        surely = selected - queryset.sought.alternatives * by_planner.rows_of_unknown
        if surely >= SURELY_MORE:
            return Expected(selected, True, in_index)
    total = everything(queryset, in_index)
    if selected * max(1, total // LARGE) ** 2 < PERHAPS_MORE:
        return Expected(selected, False, in_index)
    found = sampled(queryset, total)
    return Expected(found.about, found.at_least > COUNTED_MATCHES, in_index, is_sampled=True)


def more_than_counted(queryset: "ProductQuerySet", expected: Expected) -> Expected:
    """The same, where more were found than are counted. Cost: one query, when no sample was asked before."""
    if not expected.is_sampled:
        about = sampled(queryset, everything(queryset, expected.in_index)).about
        expected = expected._replace(selected=about, is_sampled=True)
    return expected._replace(selected=max(COUNTED_MATCHES + 1, expected.selected))


def planned(queryset: "ProductQuerySet") -> Planned:
    """What the planner expects. Cost: one query, which is not run."""
    where, params = conditions(queryset)
    [[[found]]] = fetch(queryset.db, _PLAN.format(conditions=where), params)
    rows, rows_of_unknown = (int(plan["Plan Rows"]) for plan in found["Plan"]["Plans"])
    return Planned(rows, rows_of_unknown)


def is_one_word(queryset: "ProductQuerySet") -> bool:
    """Whether the planner's statistics of words say how many there are, and nothing else does."""
    one = len(words(queryset.selection.search)) == 1 and queryset.sought.alternatives > 0
    return one and not queryset.is_near and queryset.selection.is_only_a_search


def everything(queryset: "ProductQuerySet", in_index: int) -> int:
    """How many products there are: what the index has, unless it is that of some categories. Cost: no query."""
    return in_index if queryset.chosen is None else queryset.chosen.everything
