"""A search finds the same whether it looks at bounds in an index or in the rows that its words find."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from products.models import Product
from products.querysets.expectation import Expected
from products.querysets.selection import Selection
from products.querysets.words_first import words_first
from tests.factories import CategoryFactory, ProductFactory
from tests.paging import pages

pytestmark = pytest.mark.django_db

IN_ROWS = re.compile(r'"price" [<>]= [0-9.]+\)+ IS TRUE')


@pytest.fixture(params=[1, 10**9])
def shop(request, monkeypatch):
    """Lamps of several prices in two categories; bounds are looked at in rows, or in an index."""
    monkeypatch.setattr("products.querysets.words_first.ENTRIES", request.param)
    expected = Expected(9, False, 1_000_000)
    monkeypatch.setattr("products.querysets.expectation.expected_number", lambda queryset: expected)
    shelves = CategoryFactory(slug="a"), CategoryFactory(slug="b")
    since = timezone.now()
    for number in range(12):
        moment = since + timedelta(hours=number)
        ProductFactory(name=f"Lamp {number}", price=number, category=shelves[number % 2], created_at=moment)
        ProductFactory(name=f"Mug {number}", price=number, category=shelves[number % 2])
    return request.param == 1, f"{since + timedelta(hours=2):%Y-%m-%dT%H:%M:%S.%fZ}"


def numbers(products):
    return [int(product["name"].removeprefix("Lamp ")) for product in products]


@pytest.mark.parametrize("more", ["", "&category=a", "&category=a,b"])
@pytest.mark.parametrize("search", ["lamp", "lam", "lampp"])  # the last one is found nearly
@pytest.mark.parametrize(("ordering", "is_up"), [("", False), ("price", True), ("-price", False)])
def test_a_search_between_bounds_is_the_same(api, shop, search, more, ordering, is_up):
    are_in_rows, since = shop
    bounds = f"search={search}{more}&max_price=9&created_after={since}&ordering={ordering}"
    with CaptureQueriesContext(connection) as queries:
        page = api.get(f"/api/products/?{bounds}").json()
    wanted = [n for n in range(2, 10) if n % 2 == 0 or more != "&category=a"]
    assert (page["count"], numbers(page["results"])) == (len(wanted), wanted if is_up else wanted[::-1])
    assert any(IN_ROWS.search(each["sql"]) for each in queries) == are_in_rows
    there = [*pages(api, f"/api/products/?{bounds}&page_size=3&cursor=")]
    assert numbers(row for each in there for row in each["results"]) == numbers(page["results"])
    back = [*pages(api, there[-1]["previous"], "previous")]
    assert [each["results"] for each in back[::-1]] == [each["results"] for each in there[:-1]]


def test_facets_between_bounds_are_the_same(api, shop):
    facets = api.get("/api/products/facets/?search=lamp&min_price=2&max_price=9").json()
    assert (facets["count"], facets["price"]) == (8, {"min": "2.00", "max": "9.00"})
    assert {each["slug"]: each["count"] for each in facets["categories"]} == {"a": 4, "b": 4}


@pytest.mark.parametrize(
    ("matches", "selected", "is_by_words"),
    [
        (33_000, 14_000, True),  # 23,000 rows; or 10,000, and 420,000 entries, which take as long as 21,000 rows
        (33_000, 7_000, False),
        (500, 300, True),
        (158_000, 2_000, False),
        (500, 500, False),  # it was not asked how many
        (0, 0, False),  # it is not known how many
    ],
)
def test_what_reads_less_is_chosen(matches, selected, is_by_words):
    ProductFactory(name="Lamp")
    queryset = Product.objects.all().selected(Selection(search="lamp", min_price=1))
    queryset.sought = queryset.sought._replace(at_most=matches)
    found = words_first(queryset, Expected(selected, False, 1_000_000), at_most=10_001)
    assert bool(IN_ROWS.search(str(found.query))) == is_by_words


@pytest.mark.parametrize("bounds", [{}, {"id": [], "created_after": timezone.now()}])
def test_without_bounds_or_with_few_rows_nothing_changes(bounds):
    ProductFactory(name="Lamp")
    queryset = Product.objects.all().selected(Selection(search="lamp", **bounds))
    assert words_first(queryset, Expected(1, False, 1_000_000), at_most=10_001) is queryset
