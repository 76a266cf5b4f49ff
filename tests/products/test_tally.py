"""The tally of prices and days, and the counts that come from it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.models import Category, Product, ProductTally, ProductWord
from products.querysets.buckets import DAYS, EPOCH, STEPS
from products.totals import ANY_CATEGORY
from tests.factories import CategoryFactory, ProductFactory
from tests.processes import at_once

pytestmark = pytest.mark.django_db


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
def test_the_tally_follows_those_who_look_for_tables_nowhere(shop):
    """As psql does that reads a dump, and a server that writes to this one."""
    product = Product.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = ''")
        cursor.execute(
            "UPDATE public.products_product SET price = price + 100, name = 'Zorgblat' WHERE id = %s", [product.pk]
        )
        cursor.execute("INSERT INTO public.products_category (id, name, slug) VALUES (gen_random_uuid(), 'New', 'new')")
        cursor.execute("DELETE FROM public.products_product WHERE id <> %s", [product.pk])
        cursor.execute("SET LOCAL search_path TO DEFAULT")
    assert tally() == counted()
    assert ProductWord.objects.filter(word="zorgblat").exists()


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
    ends = [f"{end(prices):.2f}" if prices else None for end in (min, max)]
    assert [facets["price"][end] for end in ("min", "max")] == ends
    everywhere = api.get(
        "/api/products/", {k: v for k, v in query.items() if k != "category"} | {"page_size": 100}
    ).json()
    numbers = Counter(each["category"]["slug"] for each in everywhere["results"])
    assert {each["slug"]: each["count"] for each in facets["categories"]} == numbers
