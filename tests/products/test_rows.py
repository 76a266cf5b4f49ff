"""Reads are made by plain functions, in a tenth of the time; the serializers document them. Both say the same."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecommerce_backend.api.renderers import to_json
from products.models import Category, Product
from products.representations import represent_category, represent_product
from products.serializers import CategorySerializer, ProductSerializer
from tests.factories import CategoryFactory, ProductFactory

moments = st.datetimes(timezones=st.just(UTC))
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)


def as_json(shown):
    """What a client reads, keys in their order."""
    return [*json.loads(to_json(shown)).items()]


@given(
    name=texts,
    description=texts,
    price=st.decimals(min_value=0, max_value=Decimal("99999999.99"), places=2),
    category=st.builds(Category, name=texts, slug=texts),
    created_at=moments,
    updated_at=moments,
)
def test_a_product_is_shown_as_its_serializer_documents_it(**values):
    product = Product(**values)
    assert as_json(represent_product(product)) == as_json(ProductSerializer(product).data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=texts, slug=texts, count=st.integers(0, 10**9))
def test_a_category_is_shown_as_its_serializer_documents_it(name, slug, count):
    category = Category(name=name, slug=slug)
    category.product_count = count
    assert as_json(represent_category(category)) == as_json(CategorySerializer(category).data)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"page": 2},
        {"page": 2, "ordering": "-price"},
        {"category": "lamps,mugs"},
        {"category": "lamps,mugs", "page": 2},
        {"search": "blue"},
        {"search": "blue", "ordering": "name", "page": 2},
        {"search": "blume"},
        {"cursor": "", "ordering": "price"},
    ],
    ids=str,
)
def test_whichever_way_a_page_is_found_its_rows_are_shown_alike(api, query):
    for slug in ("lamps", "mugs"):
        ProductFactory.create_batch(2, category=CategoryFactory(slug=slug), name=f"Blue {slug}, 100 %", price="5")
    shown = api.get("/api/products/", query | {"page_size": 2}).json()["results"]
    stored = {str(product.pk): product for product in Product.objects.select_related("category")}
    assert len(shown) == 2
    assert shown == [ProductSerializer(stored[row["id"]]).data for row in shown]


@pytest.mark.django_db
def test_a_product_of_its_own_is_shown_alike(api):
    product = ProductFactory(price="5")
    stored = Product.objects.select_related("category").get()
    assert api.get(f"/api/products/{product.pk}/").json() == ProductSerializer(stored).data


@pytest.mark.django_db
@pytest.mark.parametrize(
    "moment",
    [(2026, 3, 2), (2026, 3, 2, 9, 30, 0, 1), (2026, 3, 2, 9, 30, 0, 500_000), (1, 1, 1), (9999, 12, 31, 23, 59, 59)],
)
def test_every_moment_is_shown_alike_and_paged_by(api, moment):
    at = datetime(*moment, tzinfo=UTC)
    product = ProductFactory(created_at=at)
    ProductFactory(created_at=at)
    Product.objects.update(updated_at=at)
    shown = ProductSerializer(Product.objects.get(pk=product.pk)).data
    assert api.get(f"/api/products/{product.pk}/").json() == shown
    first = api.get("/api/products/", {"cursor": "", "page_size": 1, "ordering": "updated_at"}).json()
    second = api.get(first["next"]).json()
    assert {row["id"]: row["updated_at"] for row in first["results"] + second["results"]} == {
        str(pk): shown["updated_at"] for pk in Product.objects.values_list("pk", flat=True)
    }


@pytest.mark.django_db
@pytest.mark.parametrize("ordering", ["", "name", "-slug", "product_count", "-product_count"])
def test_categories_are_shown_alike_on_every_page_of_every_order(api, ordering):
    for number, slug in enumerate(["lamps", "mugs", "beds"]):
        ProductFactory.create_batch(number, category=CategoryFactory(slug=slug, name=slug.upper()))
    names = [ordering, f"{'-' if ordering.startswith('-') else ''}pk"] if ordering else ["name"]
    stored = Category.objects.with_product_count().order_by(*names)
    pages = [
        api.get("/api/categories/", {"ordering": ordering, "page": page, "page_size": 2}).json() for page in (1, 2)
    ]
    assert [page["count"] for page in pages] == [3, 3]
    assert [row for page in pages for row in page["results"]] == CategorySerializer(stored, many=True).data
