"""Deep pages of what has to be sorted: a sample says between which values they lie."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from products.models import Product
from products.querysets import deep
from products.querysets.counts import Counts
from products.querysets.sample import surroundings
from products.querysets.selection import Selection
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

ROWS = 2_400
ORDERS = [["price"], ["-price"], ["name", "-price"], ["-name"], ["created_at"], ["-updated_at", "name"]]
SELECTIONS = [Selection(search="lamp"), Selection(search="lamp re", max_price=900), Selection(category=["shelf"])]


@pytest.fixture(autouse=True)
def half_of_many_are_sampled(monkeypatch):
    """Lamps in no order, of which many have the same price or name; a page is deep from the first."""
    monkeypatch.setattr("products.querysets.deep.DEEP", 0)
    monkeypatch.setattr("products.querysets.sample.SAMPLED_ROWS", ROWS // 2)
    dice = random.Random(5)
    shelf, start = CategoryFactory(slug="shelf"), datetime(2025, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(minutes=dice.randrange(50_000)) for _ in range(ROWS)]
    Product.objects.bulk_create(
        ProductFactory.build(
            name=f"Lamp {dice.choice(['red', 'green', 'regal'])} {dice.randrange(60)}",
            price=dice.randrange(1, 1_000),
            category=shelf,
            created_at=moment,
            updated_at=moment + timedelta(days=dice.randrange(9)),
        )
        for moment in moments
    )


def found(queryset, offset, limit):
    rows = deep.sorted_page(queryset, offset, limit, Counts(queryset.count(), ROWS))
    return [row.pk for row in rows], [str(pk) for pk in queryset.values_list("pk", flat=True)[offset : offset + limit]]


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
def test_it_has_the_rows_of_the_order(order, monkeypatch):
    monkeypatch.setattr(deep, "sorted_rows", lambda *args: pytest.fail("All were sorted."))
    for selection in SELECTIONS:
        queryset = Product.objects.selected(selection).order_by(*order, "pk")
        number = queryset.count()
        for offset in (number // 50, number // 3, number // 2, number - 30, number - 7, number, 2 * number):
            those, right = found(queryset, offset, 20)
            assert those == right
            assert len(those) == max(0, min(20, number - offset))


def test_it_lies_between_values_that_are_near_to_it():
    queryset = Product.objects.order_by("price", "pk")
    low, high = surroundings(queryset, ROWS, ROWS, ROWS // 2, 20)
    assert queryset[ROWS // 2].price > low > queryset[ROWS // 5].price
    assert queryset[ROWS // 2].price < high < queryset[ROWS * 4 // 5].price
    assert surroundings(queryset, ROWS, ROWS, 20, 20)[0] is None
    assert surroundings(queryset, ROWS, ROWS, ROWS - 40, 20)[1] is None


@pytest.mark.parametrize("order", ["price", "-price"])
def test_where_the_sample_was_wrong_all_are_sorted(order, monkeypatch, django_assert_num_queries):
    queryset = Product.objects.order_by(order, "pk")
    right = [str(pk) for pk in queryset.values_list("pk", flat=True)[1_200:1_220]]
    for wrong in ((800, 900), (100, 200), (None, 300), (700, None)):
        bounds = wrong if order == "price" else tuple(each and 1_000 - each for each in wrong)
        monkeypatch.setattr(deep, "surroundings", lambda *args, bounds=bounds: bounds)
        with django_assert_num_queries(2):  # the sample is not asked here
            rows = deep.sorted_page(queryset, 1_200, 20, Counts(ROWS, ROWS))
        assert [row.pk for row in rows] == right


def test_nothing_is_sampled_where_a_sample_has_none():
    queryset = Product.objects.filter(price__gte=10_000).order_by("price", "pk")
    assert deep.sorted_page(queryset, 0, 20, Counts(1, ROWS)) == []
