"""Which way the rows of a page are found, of a million products, and how far a walk may go."""

from datetime import UTC, datetime

import pytest

from products.models import Product
from products.querysets import plans
from products.querysets.counts import Counts
from products.querysets.selection import Selection
from products.search import Sought

JUNE = datetime(2025, 6, 1, tzinfo=UTC)
NOTHING_KNOWN = Sought([])


@pytest.fixture
def in_vain(monkeypatch):
    """How far a walk may go that finds nothing; None where there is none."""
    walks = []
    monkeypatch.setattr(plans, "walked", lambda *args, no_further: (walks.append(no_further), ([], 0))[1])
    monkeypatch.setattr(plans, "on_the_way", lambda queryset, bounds, with_ends: [1_000_000])
    monkeypatch.setattr(plans, "sorted_page", lambda *args: "sorted")

    def walked(order, depth, matches, selection, sought=NOTHING_KNOWN):
        queryset = Product.objects.order_by(*order.split(","), "pk")
        queryset.selection, queryset.sought = selection, sought
        assert plans.rows(queryset, depth - 20, 20, Counts(matches, 1_000_000)) == "sorted"  # after a walk in vain, too
        return walks[-1] if walks else None

    return walked


@pytest.mark.parametrize(
    ("order", "depth", "matches", "no_further"),
    [
        ("price", 20, 500, None),  # few are sorted at once
        ("price", 20, 5_000, None),
        ("updated_at", 20, 5_000, 8_000),  # 4,000 should do; by date rows stand together
        ("updated_at", 20, 3_200, 6_400),  # never more are walked than take as long as what there is to sort
        ("price", 20, 6_000, 6_000),
        ("price", 500, 40_000, 25_000),  # twice the 12,500 rows that should do
        ("price", 20, 26_000, 8_666),  # a third of what there is to sort
        ("price", 20_000, 150_000, None),
        ("-created_at", 20_000, 150_000, 250_000),
        ("-created_at", 100_000, 420_000, 250_000),
        ("-created_at", 100_000, 390_000, None),  # a quarter of all would not do
        ("price", 100_000, 820_000, 125_000),
        ("price", 100_000, 780_000, None),  # an eighth of all would not do
    ],
)
def test_a_walk_of_a_search_goes_no_further_than_is_worth_it(in_vain, order, depth, matches, no_further):
    assert in_vain(order, depth, matches, Selection(search="lamp")) == no_further


@pytest.mark.parametrize(
    ("order", "matches", "no_further"),
    [
        ("price", 500, None),
        ("price", 2_000, None),
        ("price", 2_300, 9_074),  # 8,695 entries of the index should do, each read in a quarter of the time for a row
        ("-updated_at", 26_000, 52_000),  # twice what there is to sort
        ("name", 300_000, 250_000),  # a quarter of all
        ("price,name", 3_500, None),  # the index has no names: each row is read
        ("price,-created_at", 3_500, None),
        ("price,-created_at", 4_000, 5_291),  # what has the same price is sorted
        ("-created_at,price", 3_500, 6_927),
    ],
)
def test_a_walk_of_a_search_goes_further_where_signatures_say_what_has_the_words(in_vain, order, matches, no_further):
    sought = Sought([], stems_by_word=[["lamp"]], at_most=matches, everything=1_000_000)
    assert in_vain(order, 20, matches, Selection(search="lamp"), sought) == no_further


@pytest.mark.parametrize(
    ("depth", "matches", "no_further"),
    [
        (20, 500, None),  # few are sorted at once
        (20, 2_000, None),
        (20, 2_500, 24_000),  # 8,000 entries of the index should do, each read in a fifth of the time for a row
        (20, 26_000, 26_000),  # as many as there are to sort
        (20, 600_000, 250_000),  # a quarter of all
        (100_000, 300_000, 999_999),  # but three times as many as should do
        (100_000, 820_000, 365_853),
        (100_000, 150_000, 1_000_000),  # there are no more
        (90_000, 90_000, None),
    ],
)
@pytest.mark.parametrize("order", ["price", "-updated_at", "name"])
def test_a_walk_that_reads_nothing_but_an_index_goes_further(in_vain, order, depth, matches, no_further):
    assert in_vain(order, depth, matches, Selection(max_price=3000, created_after=JUNE)) == no_further


@pytest.fixture
def newest(monkeypatch):
    """Products below some price that came since June. Walks have no more than ten rows; where they begin is `way`."""
    walks = []
    monkeypatch.setattr(plans, "walked", lambda *args, no_further: (walks.append(no_further), (["a row"] * 10, 0))[1])
    monkeypatch.setattr(plans, "sorted_page", lambda *args: "sorted")

    def rows(offset, *, way, search="lamp", number=192_000):
        monkeypatch.setattr(plans, "on_the_way", lambda queryset, bounds, with_ends: [way])
        queryset = Product.objects.order_by("-created_at", "-pk")
        queryset.selection = Selection(max_price=3000, created_after=JUNE, search=search)
        return plans.rows(queryset, offset, 20, Counts(number, 1_000_000)), walks

    return rows


@pytest.mark.parametrize(("way", "no_further"), [(194_000, 202_082), (190_000, 200_000), (1_000_000, None)])
def test_a_walk_between_bounds_on_its_order_meets_nothing_that_is_outside(newest, way, no_further):
    """A page in the middle of the 192,000 newest, which are not passed over as if they were spread among a million."""
    assert newest(99_980, way=way) == ("sorted", [] if no_further is None else [no_further])


def test_a_walk_along_an_index_alone_takes_account_of_the_bounds_as_well(newest):
    assert newest(89_980, way=100_000, search="", number=90_000) == ("sorted", [300_000])


def test_a_last_page_that_is_all_there_is_is_not_looked_for_again(newest):
    assert newest(191_990, way=194_000, search="") == (["a row"] * 10, [582_030])


def test_the_last_page_of_a_search_which_has_about_so_many_is_sorted_at_once(newest):
    assert newest(191_990, way=194_000) == ("sorted", [])
    assert newest(99_980, way=194_000) == ("sorted", [202_082])
