"""Which way the rows of a page are found, of a million products, and how far a walk may go."""

from datetime import UTC, datetime

import pytest

from products.models import Product
from products.querysets import plans
from products.querysets.counts import Counts
from products.querysets.selection import Selection


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
def test_a_walk_goes_no_further_than_is_worth_it(monkeypatch, order, depth, matches, no_further):
    walks = []
    monkeypatch.setattr(plans, "walked", lambda *args, no_further: (walks.append(no_further), ([], 0))[1])
    monkeypatch.setattr(plans, "sorted_page", lambda *args: "sorted")
    queryset = Product.objects.order_by(order, "pk")
    assert plans.rows(queryset, depth - 20, 20, Counts(matches, 1_000_000)) == "sorted"  # after a walk in vain, too
    assert walks == ([] if no_further is None else [no_further])


@pytest.mark.parametrize(("way", "no_further"), [(194_000, 202_082), (190_000, 200_000), (1_000_000, None)])
def test_a_walk_between_bounds_on_its_order_meets_nothing_that_is_outside(monkeypatch, way, no_further):
    """The last page of 192,000 of the newest: all of those, and not of a million."""
    walks = []
    monkeypatch.setattr(plans, "walked", lambda *args, no_further: (walks.append(no_further), ([], 0))[1])
    monkeypatch.setattr(plans, "sorted_page", lambda *args: "sorted")
    monkeypatch.setattr(plans, "on_the_way", lambda queryset, bounds: [way for each in bounds if each.created_after])
    queryset = Product.objects.order_by("-created_at", "-pk")
    queryset.selection = Selection(max_price=3000, created_after=datetime(2025, 6, 1, tzinfo=UTC))
    assert plans.rows(queryset, 99_980, 20, Counts(192_000, 1_000_000)) == "sorted"
    assert walks == ([] if no_further is None else [no_further])
