"""How several categories are found: among the words of a search, in the rows, or by walking along all at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import CategoryFactory, ProductFactory
from tests.paging import pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """Ten mugs in each of two categories, and two in a third."""
    for slug, number in {"kitchen": 10, "office": 10, "toys": 2}.items():
        ProductFactory.create_batch(number, name="Mug", category=CategoryFactory(slug=slug))
    ProductFactory(name="Cup", category__slug="bar")


@pytest.mark.parametrize(
    ("category", "count", "in_rows"),
    [
        ("kitchen,office,toys", 22, True),
        ("kitchen,office,toys,bar,nope", 22, True),
        ("kitchen,office", 20, False),
        ("toys", 2, False),
        ("bar", 0, False),
    ],
)
@pytest.mark.parametrize("ordering", ["", "name"])
def test_they_are_looked_for_where_less_is_read(api, shop, category, count, in_rows, ordering):
    with CaptureQueriesContext(connection) as captured:
        page = api.get("/api/products/", {"search": "mug", "category": category, "ordering": ordering}).json()
    assert page["count"] == count
    assert any("IS TRUE" in query["sql"] for query in captured) == in_rows


@pytest.fixture
def long_shop(monkeypatch):
    """Mugs in three categories, of which the third has most and the dearest; every page that can be is walked to."""
    monkeypatch.setattr("products.querysets.plans.FEW", 0)
    monkeypatch.setattr("products.querysets.plans.MANY", 5)
    monkeypatch.setattr("products.querysets.best.FEW_IN_A_TIER", 3)
    shelves = [CategoryFactory(slug=slug) for slug in ("a", "b", "c")]
    prices = [number if number % 6 < 2 else 1_000 + number for number in range(120)]
    return [
        ProductFactory(name=f"Mug {number:03}", category=shelves[min(2, number % 6)], price=price)
        for number, price in enumerate(prices)
    ]


@pytest.mark.parametrize("filters", ["", "search=mug", "min_price=20", "search=mug&min_price=20", "created_after={}"])
@pytest.mark.parametrize("ordering", ["-price", "name", "-price,name", "-updated_at"])
def test_several_are_walked_along_at_once(api, long_shop, filters, ordering):
    filters = filters.format(f"{long_shop[20].created_at:%Y-%m-%dT%H:%M:%S.%fZ}")
    query = f"/api/products/?category=a,b&{filters}&ordering={ordering}&page_size=7"
    begins = 20 if "20" in filters else 0
    names = [product.name for number, product in enumerate(long_shop) if number % 6 < 2 and number >= begins]
    expected = names if ordering == "name" else names[::-1]
    for cursor in ("", "&cursor="):
        found = [product["name"] for page in pages(api, query + cursor) for product in page["results"]]
        assert found == expected


def test_a_walk_along_some_passes_over_no_others(api, long_shop):
    with CaptureQueriesContext(connection) as captured:
        api.get("/api/products/?category=a,b&search=mug&ordering=-price&page_size=2")
    assert [query["sql"].count("UNION ALL") for query in captured if "UNION ALL" in query["sql"]] == [1]
    with CaptureQueriesContext(connection) as captured:  # of most that there is, nearly all that is met is theirs
        api.get("/api/products/?category=a,c&search=mug&ordering=-price&page_size=2")
    assert not any("UNION ALL" in query["sql"] for query in captured)
