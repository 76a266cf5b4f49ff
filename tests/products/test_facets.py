"""Counts and prices for a sidebar, and the tally that most of them come from."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.models import Category, Product, ProductTally
from products.querysets.buckets import DAYS, EPOCH, STEPS
from products.querysets.matches import Planned
from products.querysets.tally import ANY_CATEGORY
from tests.conftest import faults
from tests.factories import CategoryFactory, ProductFactory
from tests.processes import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    mugs, lamps = CategoryFactory(name="Mugs", slug="mugs"), CategoryFactory(name="Lamps", slug="lamps")
    CategoryFactory(name="Empty", slug="empty")
    for price in ("0", "0.99", "5", "5.50", "12"):
        ProductFactory(name=f"Mug {price}", price=price, category=mugs)
    for price in ("5.49", "100"):
        ProductFactory(name=f"Lamp {price}", price=price, category=lamps)


@pytest.fixture
def facets(api, shop):
    """Count, lowest and highest price, and the counts of the categories."""

    def ask(query):
        body = api.get(f"/api/products/facets/?{query}").json()
        assert body["count"] == api.get(f"/api/products/?{query}").json()["count"]
        return (
            body["count"],
            body["price"]["min"],
            body["price"]["max"],
            {each["slug"]: each["count"] for each in body["categories"]},
        )

    return ask


def test_near_misses_in_a_category_leave_the_numbers_of_what_was_found_alone(facets):
    for name, slug in (("Vase", "mugs"), ("Base", "lamps")):
        ProductFactory(name=name, category=Category.objects.get(slug=slug), price=7)
    assert facets("search=vase") == (1, "7.00", "7.00", {"mugs": 1})
    assert facets("search=vase&category=lamps") == (1, "7.00", "7.00", {"mugs": 1})  # the base
    assert facets("search=wase") == (2, "7.00", "7.00", {"lamps": 1, "mugs": 1})
    assert facets("search=wase&category=lamps") == (1, "7.00", "7.00", {"lamps": 1, "mugs": 1})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (7, "0.00", "100.00", {"mugs": 5, "lamps": 2})),
        ("category=mugs", (5, "0.00", "12.00", {"mugs": 5, "lamps": 2})),
        ("category=mugs,lamps", (7, "0.00", "100.00", {"mugs": 5, "lamps": 2})),
        ("category=empty", (0, None, None, {"mugs": 5, "lamps": 2})),
        ("category=nope", (0, None, None, {"mugs": 5, "lamps": 2})),
        ("min_price=5", (5, "5.00", "100.00", {"mugs": 3, "lamps": 2})),
        ("min_price=5&max_price=5.49", (2, "5.00", "5.49", {"mugs": 1, "lamps": 1})),
        ("min_price=5.01&max_price=5.48", (0, None, None, {})),
        ("max_price=5.49&category=lamps", (1, "5.49", "5.49", {"mugs": 3, "lamps": 1})),
        ("min_price=0.01&max_price=99.99", (5, "0.99", "12.00", {"mugs": 4, "lamps": 1})),
        ("search=mug", (5, "0.00", "12.00", {"mugs": 5})),
        ("search=mug&category=lamps", (0, None, None, {"mugs": 5})),
        ("search=lamp&min_price=50", (1, "100.00", "100.00", {"lamps": 1})),
        ("search=lampe", (2, "5.49", "100.00", {"lamps": 2})),
        ("search=quux", (0, None, None, {})),
        ("search=%25", (0, None, None, {})),
        ("created_after=2020-01-01", (7, "0.00", "100.00", {"mugs": 5, "lamps": 2})),
        ("created_before=2020-01-01", (0, None, None, {})),
        ("min_price=999999999", (0, None, None, {})),
    ],
)
def test_facets_count_what_the_list_holds(facets, query, expected):
    assert facets(query) == expected


def test_the_shape_is_the_contracts(api, shop):
    body = api.get("/api/products/facets").json()
    assert list(body) == ["count", "price", "categories"]
    assert body["categories"][1] == {"slug": "mugs", "name": "Mugs", "count": 5}


@pytest.mark.parametrize("name", ["page", "page_size", "ordering", "fields", "cursor", "prise"])
def test_parameters_that_are_no_filters_are_refused(api, name):
    assert faults(api.get(f"/api/products/facets/?{name}=1")) == {name: ["unknown_parameter"]}


def test_facets_cost_six_queries_whatever_is_in_the_shop(api, shop, django_assert_num_queries):
    for _ in range(2):
        # generation, slugs, categories, the tally, the first and the last by price
        with django_assert_num_queries(6):
            api.get("/api/products/facets/?category=mugs,lamps&min_price=1")
        ProductFactory.create_batch(20)


def test_facets_of_a_search_read_its_matches_once(api, shop, django_assert_num_queries):
    ProductFactory(name="Brass Lamp", category=Category.objects.get(slug="lamps"), price=7)
    query = "/api/products/facets/?category=mugs,lamps&search=brass"
    first = api.get(query).json()  # how the words are written in the index is known from now on
    # generation, slugs, words that begin so (for the selection, and in any category), the matches, the categories
    with django_assert_num_queries(6):
        assert api.get(query).json() == first
    assert first["price"] == {"min": "7.00", "max": "7.00"}


@pytest.mark.parametrize("many", [1, 10_000])
@pytest.mark.parametrize("query", ["category=lamps", "search=lamp"])
def test_products_that_go_while_they_are_counted_are_no_error(api, shop, query, many, monkeypatch):
    monkeypatch.setattr("products.querysets.plans.MANY", many)
    monkeypatch.setattr("products.querysets.matches.COUNTED_MATCHES", 1)  # a common word
    monkeypatch.setattr("products.querysets.matches._planned", lambda queryset: Planned(2, 0))

    def remove_before_prices_are_read(execute, sql, params, many, context):
        if re.search(r'ORDER BY .*"price"|max\(price\) FROM hits', sql):
            Product.objects.all().delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(remove_before_prices_are_read):
        answer = api.get(f"/api/products/facets/?{query}")
    assert (answer.status_code, answer.json()["count"]) == (200, 2)
    assert answer.json()["price"] == {"min": None, "max": None}
    assert not Product.objects.exists()


def tally():
    """The tally, by category, step and bucket."""
    totals = Counter()
    for *key, products in ProductTally.objects.values_list("category_id", "step", "bucket", "products"):
        totals[tuple(key)] += products
    return {key: total for key, total in totals.items() if total}


def counted():
    """What the tally should be."""
    buckets = [
        (owner, *bucket)
        for category, price, moment in Product.objects.values_list("category_id", "price", "created_at")
        for owner in (category, ANY_CATEGORY)
        for bucket in [
            *((step, int(price) // step) for step in STEPS),
            *((-days, (moment - EPOCH).days // days) for days in DAYS),
        ]
    ]
    return dict(Counter(buckets))


@pytest.mark.django_db(transaction=True)
def test_the_tally_follows_every_kind_of_write(shop):
    lamps = Product.objects.filter(category__slug="lamps")
    mugs = CategoryFactory(name="Cups")
    Product.objects.filter(price__lt=1).update(price=Decimal("1.50"))
    assert tally() == counted()
    lamps.update(category=mugs)
    assert tally() == counted()
    for moment in (EPOCH - timedelta(microseconds=1), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)):
        Product.objects.filter(price__lt=9).update(created_at=moment)
        assert tally() == counted()
    Product.objects.filter(price__gt=50).delete()
    assert tally() == counted()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE products_product CASCADE")
    assert tally() == {}


@pytest.mark.django_db(transaction=True)
def test_writers_do_not_wait_for_each_other_at_the_tally(other_connection):
    category = ProductFactory(price=9).category
    with other_connection.cursor() as cursor:  # in a transaction that goes on
        cursor.execute("UPDATE products_producttally SET products = products + 1")
    at_once(4, lambda _: ProductFactory(category=category, price=9))
    assert tally() == counted()
    assert tally()[category.pk, 1, 9] == 5


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    low=st.none() | st.decimals(0, 120, places=2),
    high=st.none() | st.decimals(0, 120, places=2),
    category=st.sampled_from(["", "mugs", "lamps", "mugs,lamps", "empty"]),
)
def test_any_range_of_prices_is_counted_as_it_is_listed(api, shop, low, high, category):
    if low is not None and high is not None and low > high:
        low, high = high, low
    bounds = {name: bound for name, bound in (("min_price", low), ("max_price", high)) if bound is not None}
    query = bounds | ({"category": category} if category else {})
    page = api.get("/api/products/", query).json()
    assert page["count"] == len(page["results"]) == api.get("/api/products/facets/", query).json()["count"]


MOMENTS = [
    *("0001-01-01", "1969-12-31", "1970-01-01", "2024-05-01", "2024-05-01T00:00:00.000001Z", "2024-05-01T12:00:00Z"),
    *(
        "2024-05-01T23:59:59.999999Z",
        "2024-05-02",
        "2024-05-02T02:00:00+02:00",
        "2024-05-03",
        "9999-12-31T23:59:59.999999Z",
    ),
]


@pytest.fixture
def calendar(shop, monkeypatch):
    """Products of many days, the first and the last that there are among them; no bound goes without saying."""
    monkeypatch.setattr("products.querysets.extent._with_needed_dates", lambda using, selection: selection)
    slugs = cycle(["mugs", "lamps"])
    for number, moment in enumerate([*MOMENTS, *MOMENTS]):
        created = datetime.fromisoformat(moment)
        created = created if created.tzinfo else created.replace(tzinfo=UTC)
        category = Category.objects.get(slug=next(slugs))
        ProductFactory(name=f"Plate {number}", created_at=created, price=number, category=category)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    after=st.none() | st.sampled_from(MOMENTS),
    before=st.none() | st.sampled_from(MOMENTS),
    category=st.sampled_from(["", "mugs", "lamps", "mugs,lamps", "empty"]),
    ordering=st.sampled_from(["", "price", "-updated_at"]),
)
def test_any_span_of_days_is_counted_as_it_is_listed(api, calendar, after, before, category, ordering):
    query = {"created_after": after, "created_before": before, "category": category}
    query = {name: each for name, each in query.items() if each}
    page = api.get("/api/products/", query | {"ordering": ordering, "page_size": 100}).json()
    facets = api.get("/api/products/facets/", query).json()
    assert page["count"] == len(page["results"]) == facets["count"]
    prices = [Decimal(each["price"]) for each in page["results"]]
    assert facets["price"] == {"min": f"{min(prices):.2f}", "max": f"{max(prices):.2f}"} if prices else True
    everywhere = api.get(
        "/api/products/", {k: v for k, v in query.items() if k != "category"} | {"page_size": 100}
    ).json()
    numbers = Counter(each["category"]["slug"] for each in everywhere["results"])
    assert {each["slug"]: each["count"] for each in facets["categories"]} == numbers
