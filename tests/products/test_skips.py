"""Deep pages in the order of prices or of days of creation: the tally says where they begin."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.models import Product, ProductTally
from products.querysets import pages, plans, skips
from products.querysets.selection import Selection
from products.querysets.skips import skipped
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

PRICES = [*map(Decimal, ("0", "0.01", "0.99", "1", "99.99", "100", "9999.99", "10000", "1234567.89", "99999999.99"))]
DAYS = [datetime(year, month, 1, tzinfo=UTC) for year in (1, 1969, 1970, 2024, 2025, 9999) for month in (1, 2, 12)]
MOMENTS = [
    day + delta for day in DAYS for delta in (timedelta(0), timedelta(hours=5), timedelta(days=1, microseconds=-1))
]
LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.fixture
def shop(monkeypatch):
    """200 products at the ends of buckets, and counters that stand in several rows. Every page is far."""
    monkeypatch.setattr(skips, "FAR", 0)
    monkeypatch.setattr(pages, "FEW", -1)
    monkeypatch.setattr(plans, "MANY", 5)
    monkeypatch.setattr("products.querysets.extent._with_needed_dates", lambda using, selection: selection)
    dice = random.Random(7)
    shelves = [CategoryFactory(slug=slug) for slug in ("mugs", "lamps", "chairs", "desks")]
    CategoryFactory(slug="empty")
    Product.objects.bulk_create(
        ProductFactory.build(
            name=dice.choice("abc"),
            price=dice.choice(PRICES),
            category=dice.choice([*shelves[:3], *shelves[3:] * 2]),
            created_at=dice.choice([*MOMENTS, LAST]),
        )
        for _ in range(200)
    )
    counters = [*ProductTally.objects.all()]
    ProductTally.objects.bulk_create(
        ProductTally(category_id=each.category_id, step=each.step, bucket=each.bucket, products=change)
        for each in counters
        for change in (-each.products, each.products)
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.sampled_from(
        [
            ["price"],
            ["-price"],
            ["created_at"],
            ["-created_at"],
            ["price", "-name"],
            ["-created_at", "price"],
            ["-name"],
        ]
    ),
    category=st.sampled_from(
        [None, ["mugs"], ["mugs", "lamps"], ["mugs", "lamps", "chairs", "desks"], ["empty"], ["nothing"]]
    ),
    bounds=st.lists(st.sampled_from(PRICES), min_size=2, max_size=2).map(sorted)
    | st.lists(st.sampled_from([*MOMENTS, LAST]), min_size=2, max_size=2).map(sorted),
    given_bounds=st.sets(st.sampled_from(["low", "high"])),
    offset=st.integers(0, 210),
)
def test_whatever_is_skipped_the_page_is_that_of_the_list(shop, order, category, bounds, given_bounds, offset):
    names = ("min_price", "max_price") if isinstance(bounds[0], Decimal) else ("created_after", "created_before")
    given = {
        name: bound for name, bound, end in zip(names, bounds, ("low", "high"), strict=True) if end in given_bounds
    }
    key = "-pk" if order[-1].startswith("-") else "pk"
    queryset = Product.objects.selected(Selection(category=category, **given)).order_by(*order, key)
    rows, count = plans.page(queryset, offset, 7)
    assert [row.pk for row in rows] == [str(pk) for pk in queryset.values_list("pk", flat=True)[offset : offset + 7]]
    assert count == queryset.count()


@pytest.mark.parametrize("order", ["price", "-price", "created_at", "-created_at"])
def test_no_more_than_a_bucket_is_passed_over(shop, order):
    column = order.removeprefix("-")
    queryset = Product.objects.selected(Selection()).order_by(order, "pk")
    for offset in range(0, 200, 9):
        rest, left = skipped(queryset, offset)
        before, row = queryset[offset - left : offset], queryset[offset]
        assert rest.started()[left] == row
        buckets = {each.price // 1 if column == "price" else each.created_at.date() for each in (*before, row)}
        assert len(buckets) == 1
    assert skipped(queryset, 200) is None


@pytest.mark.parametrize(
    ("order", "bounds"),
    [
        ("price", {"min_price": Decimal(0)}),
        ("-price", {"max_price": Decimal("99999999.99")}),
        ("created_at", {"created_after": datetime(1, 1, 1, tzinfo=UTC)}),
        ("-created_at", {"created_before": LAST}),
    ],
)
def test_before_a_bound_that_leaves_nothing_out_there_is_nothing(shop, order, bounds):
    queryset = Product.objects.order_by(order, "pk")
    _, all_left = skipped(queryset, 150)
    queryset.selection = Selection(**bounds)
    assert skipped(queryset, 150)[1] == all_left < 150


def test_it_is_not_asked_for_a_page_that_is_near_or_an_order_that_has_no_buckets(
    shop, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(skips, "FAR", 100)
    with django_assert_num_queries(1):
        plans.page(Product.objects.selected(Selection()).order_by("price", "pk"), 99, 7)
    with django_assert_num_queries(2):
        plans.page(Product.objects.selected(Selection()).order_by("price", "pk"), 100, 7)
    with django_assert_num_queries(1):
        plans.page(Product.objects.selected(Selection()).order_by("updated_at", "pk"), 100, 7)
