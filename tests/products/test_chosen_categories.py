"""How a search looks for its categories: among the words, or in the rows when nearly everything is in them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import CategoryFactory, ProductFactory

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
