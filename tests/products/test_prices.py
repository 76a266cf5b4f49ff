"""From the lowest to the highest price of what a search finds, where the prices of some of it are known."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from products.models import Product
from products.querysets.counts import on_the_way
from products.querysets.prices import prices
from products.querysets.selection import Selection
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

RED_LAMPS = [5, 6, 7, 8, 9, 4, 10, 3, 11]  # what is counted first is neither the cheapest nor the dearest


@pytest.fixture(params=["along the index", "by their words"])
def lamps(request, monkeypatch):
    """More than are counted, between cheaper and dearer mugs. Beyond what is known they are found in either way."""
    monkeypatch.setattr("products.querysets.expectation.COUNTED_MATCHES", 4)
    monkeypatch.setattr("products.querysets.best.FEW_IN_A_TIER", 1)
    matches = {"along the index": 0.01, "by their words": 1000}[request.param]
    monkeypatch.setattr("products.querysets.prices.MATCHES", matches)
    shelves = CategoryFactory(slug="a"), CategoryFactory(slug="b")
    for place, price in enumerate([1, 2, *RED_LAMPS, 12, 13]):
        name = "Lamp red" if price in RED_LAMPS else "Mug"
        moment = timezone.now() + timedelta(hours=place)
        ProductFactory(name=name, price=price, category=shelves[place % 2], created_at=moment)
    return request.param


@pytest.mark.parametrize(
    ("more", "low", "high"),
    [
        ("", "3.00", "11.00"),
        ("&category=a", "5.00", "11.00"),
        ("&category=b", "3.00", "8.00"),
        ("&category=a,b", "3.00", "11.00"),
        ("&min_price=3.5", "4.00", "11.00"),
        ("&min_price=3.5&max_price=10.5&category=a", "5.00", "10.00"),
    ],
)
def test_the_cheapest_and_the_dearest_are_exact_where_the_number_is_none(api, lamps, more, low, high):
    facets = api.get(f"/api/products/facets/?search=lamp+red{more}").json()
    assert facets["price"] == {"min": low, "max": high}


def test_they_are_exact_between_days_as_well(api, lamps):
    since = timezone.now() + timedelta(hours=5, minutes=30)  # without those for 5, 6, 7 and 8
    facets = api.get(f"/api/products/facets/?search=lamp+red&max_price=10&created_after={since:%Y-%m-%dT%H:%M:%SZ}")
    assert facets.json()["price"] == {"min": "3.00", "max": "10.00"}


@pytest.mark.parametrize("known", [(5, 9), (3, 11), (7, 7), (2, 9), (5, 12), (1, 13)])
def test_what_was_known_and_is_gone_is_not_missed(lamps, known):
    queryset = Product.objects.all().selected(Selection(search="lamp red"))
    found = prices(queryset, len(RED_LAMPS), (Decimal(known[0]), Decimal(known[1])))
    assert found == (3, 11)


def test_what_is_dearer_than_what_is_known_is_read_and_nothing_else(lamps):
    queryset = Product.objects.all().selected(Selection(search="lamp red"))
    with CaptureQueriesContext(connection) as queries:
        assert prices(queryset, len(RED_LAMPS), (Decimal(3), Decimal(11))) == (3, 11)
    read = [each["sql"] for each in queries if "min(price)" in each["sql"]]
    assert ["<= 3" in sql and ">= 11" in sql for sql in read] == ([True] if lamps == "by their words" else [])
    assert len(queries) == (2 if read else 3)


@pytest.mark.parametrize(
    ("slugs", "numbers"),
    [(["a"], [2, 1]), (["b"], [1, 0]), (["a", "b"], [3, 1]), (["a", "full"], [13, 10]), (None, [13, 10])],
)
def test_a_walk_meets_what_its_index_has(db, slugs, numbers):
    """That of one category, those of some that are merged, or that of all."""
    shelves = {slug: CategoryFactory(slug=slug) for slug in ("a", "b", "full")}
    for slug, price in [("a", 1), ("a", 7), ("b", 2), *(("full", n) for n in (3, *range(5, 14)))]:
        ProductFactory(price=price, category=shelves[slug])
    queryset = Product.objects.all().selected(Selection(category=slugs))
    assert on_the_way(queryset, [Selection(max_price=Decimal(100)), Selection(min_price=Decimal("4.50"))]) == numbers


def test_of_nothing_there_are_no_prices(lamps):
    queryset = Product.objects.all().selected(Selection(search="lamp red"))
    assert prices(queryset, 0) == (None, None)
