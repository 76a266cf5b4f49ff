"""Counts between bounds on several columns: what is within them is counted, or what is outside is subtracted."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.models import Category, Product
from products.querysets import Selection
from products.querysets.counts import counted_by_category
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

FIRST = datetime(2024, 5, 1, tzinfo=UTC)
PRICES = [None, Decimal("0.01"), Decimal("4.50"), Decimal(9), Decimal("15.99"), Decimal(40)]
MOMENTS = [None, *(FIRST + timedelta(hours=hours) for hours in (-1, 0, 30, 55, 72, 200, 500))]


@pytest.fixture
def calendar(db, monkeypatch):
    """Products of every price and day, some of which changed later; no bound goes without saying."""
    monkeypatch.setattr("products.querysets.extent._with_needed_dates", lambda using, selection: selection)
    categories = cycle([CategoryFactory(slug="mugs"), CategoryFactory(slug="lamps")])
    for number in range(20):
        created = FIRST + timedelta(hours=12 * number)
        product = ProductFactory(category=next(categories), price=number, created_at=created)
        Product.objects.filter(pk=product.pk).update(updated_at=created + timedelta(hours=number % 3 * 40))
    return Product.objects.select_related("category").all()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    prices=st.tuples(st.sampled_from(PRICES), st.sampled_from(PRICES)),
    created=st.tuples(st.sampled_from(MOMENTS), st.sampled_from(MOMENTS)),
    updated=st.sampled_from(MOMENTS),
    category=st.sampled_from(["", "mugs", "mugs,lamps", "nope"]),
)
def test_what_is_between_any_bounds_is_counted_as_it_is(api, calendar, prices, created, updated, category):
    if None not in prices:
        prices = sorted(prices)
    bounds = {"min_price": prices[0], "max_price": prices[1], "created_after": created[0], "created_before": created[1]}
    bounds = {name: bound for name, bound in (bounds | {"updated_after": updated}).items() if bound is not None}
    within = [each for each in calendar if is_within(each, **bounds)]
    slugs = [slug for slug in category.split(",") if slug]
    number = sum(not slugs or each.category.slug in slugs for each in within)
    query = {name: str(bound).replace("+00:00", "Z") for name, bound in bounds.items()} | (
        {"category": category} if slugs else {}
    )
    facets = api.get("/api/products/facets/", query).json()
    assert api.get("/api/products/", query).json()["count"] == facets["count"] == number
    assert sum(each["count"] for each in facets["categories"]) == len(within)


def is_within(product, min_price=0, max_price=99, created_after=FIRST, created_before=None, updated_after=None):
    since = max(created_after, FIRST)
    until = created_before or product.created_at
    return (
        min_price <= product.price <= max_price
        and since <= product.created_at <= until
        and (updated_after is None or product.updated_at >= updated_after)
    )


def test_a_category_of_which_there_is_but_what_is_outside_has_none(calendar):
    wide = Selection(min_price=Decimal(2), created_after=FIRST + timedelta(days=1))
    mugs = Category.objects.get(slug="mugs")
    number = sum(is_within(each, 2, created_after=wide.created_after) for each in calendar if each.category == mugs)
    assert counted_by_category(Product.objects.all().selected(wide), [mugs.pk]) == {mugs.pk: number}


@pytest.mark.parametrize(
    ("bounds", "outside"),
    [
        ("min_price=2&created_after=2024-05-02", 1),  # the narrower are those since a day; few of these are cheaper
        ("min_price=1&max_price=18&created_after=2024-05-03", 2),
        ("min_price=2&created_after=2024-05-02&updated_after=2024-05-03", 2),
        ("updated_after=2024-05-03", 1),
        ("min_price=19&created_after=2024-05-02", 0),
        ("updated_after=2024-05-10", 0),
    ],
)
def test_what_is_outside_is_counted_where_it_is_less(api, calendar, bounds, outside):
    with CaptureQueriesContext(connection) as captured:
        api.get(f"/api/products/?{bounds}")
    [counting] = [each["sql"] for each in captured if "count(*)" in each["sql"]]
    assert counting.count("- (SELECT count(*)") == outside
