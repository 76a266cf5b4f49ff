from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from products.models import Product
from tests.conftest import faults, problem
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def names(response):
    assert response.status_code == 200, response.content
    return [product["name"] for product in response.json()["results"]]


@pytest.mark.parametrize("more", ["", "&ordering=price", "&min_price=1", "&page=2", "&cursor="])
def test_a_category_that_does_not_exist_has_no_products(api, more):
    ProductFactory()
    answer = api.get(f"/api/products/?category=nope{more}")
    assert (answer.status_code, answer.json().get("results")) == ((404, None) if "page" in more else (200, []))


def test_a_product_is_shown_as_the_contract_says(api):
    moment = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
    product = ProductFactory(name="Café Mug", description="Blue.", price=Decimal("19.9"), created_at=moment)
    Product.objects.update(updated_at=moment)
    [shown] = api.get("/api/products/").json()["results"]
    category = product.category
    assert shown == {
        "id": str(product.id),
        "name": "Café Mug",
        "description": "Blue.",
        "price": "19.90",
        "category": {"id": str(category.id), "name": category.name, "slug": category.slug},
        "created_at": "2024-05-01T12:30:00Z",
        "updated_at": "2024-05-01T12:30:00Z",
    }
    assert api.get(f"/api/products/{product.id}/").json() == shown


def test_the_envelope_counts_and_links_absolutely_with_the_other_parameters(api):
    ProductFactory.create_batch(5, price="7.00")
    page = api.get("/api/products/", {"page": 2, "page_size": 2, "min_price": "1.00"}).json()
    del page["results"]
    link = "http://testserver/api/products/?min_price=1.00&"
    assert page == {
        "count": 5,
        "count_is_estimate": False,
        "next": f"{link}page=3&page_size=2",
        "previous": f"{link}page_size=2",
        "page": 2,
        "page_size": 2,
        "total_pages": 3,
    }


def test_an_empty_list_is_one_empty_page(api):
    page = api.get("/api/products/").json()
    assert (page["count"], page["page"], page["total_pages"], page["next"], page["results"]) == (0, 1, 1, None, [])


def test_pages_never_overlap_when_every_row_ties(api):
    moment = timezone.now()
    ProductFactory.create_batch(23, price="5.00", created_at=moment)
    for ordering in ("price", "-price", "created_at", "-price,-created_at", ""):
        seen = []
        for page in range(1, 6):
            query = {"page": page, "page_size": 5, "ordering": ordering}
            seen += [product["id"] for product in api.get("/api/products/", query).json()["results"]]
        assert sorted(seen) == sorted(str(pk) for pk in Product.objects.values_list("pk", flat=True))


def test_the_newest_product_comes_first_by_default(api):
    now = timezone.now()
    for days in (2, 1, 3):
        ProductFactory(name=f"{days} days old", created_at=now - timedelta(days=days))
    assert names(api.get("/api/products/")) == ["1 days old", "2 days old", "3 days old"]


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("price", ["b", "a", "c"]),
        ("-price", ["c", "a", "b"]),
        ("name", ["a", "b", "c"]),
        ("-name", ["c", "b", "a"]),
        ("-created_at", ["c", "b", "a"]),
        ("updated_at", ["a", "b", "c"]),
        ("price,-name", ["b", "a", "c"]),
        (",".join(["price"] * 500), ["b", "a", "c"]),
        ("price,", ["b", "a", "c"]),
    ],
)
def test_the_list_is_sorted_as_asked(api, ordering, expected):
    for name, price in (("a", 2), ("b", 1), ("c", 3)):
        ProductFactory(name=name, price=price)
    assert names(api.get("/api/products/", {"ordering": ordering})) == expected


def test_equal_prices_are_sorted_by_the_second_field(api):
    for name in "bca":
        ProductFactory(name=name, price=1)
    assert names(api.get("/api/products/", {"ordering": "price,-name"})) == ["c", "b", "a"]


@pytest.mark.parametrize("ordering", ["cost", "price,nope", "-", "category__name", "id;drop", "--price"])
def test_an_unknown_ordering_is_refused_by_name(api, ordering):
    assert list(faults(api.get("/api/products/", {"ordering": ordering}))) == ["ordering"]


@pytest.mark.parametrize("page", ["0", "-1", "2", "9" * 30, "9" * 5_000, "٢", "1_0", "x", "last", "1.0", " 1"])
def test_a_page_that_does_not_exist_is_404(api, page):
    ProductFactory()
    assert problem(api.get("/api/products/", {"page": page})) == (404, "not_found")


def test_the_page_size_is_clamped_to_a_hundred(api):
    ProductFactory.create_batch(101, category=CategoryFactory())
    for page_size in (100_000, 10**300, "9" * 5_000):
        page = api.get("/api/products/", {"page_size": page_size}).json()
        assert (page["page_size"], len(page["results"])) == (100, 100)


@pytest.mark.parametrize("page_size", ["0", "-5", "x", "٢", "1e2"])
def test_a_page_size_that_is_no_size_is_refused(api, page_size):
    assert faults(api.get("/api/products/", {"page_size": page_size})) == {"page_size": ["invalid"]}


def test_rows_too_deep_are_refused_and_not_linked_to(api, monkeypatch):
    monkeypatch.setattr("ecommerce_backend.api.pagination.LAST_ROW", 4)
    ProductFactory.create_batch(7, category=CategoryFactory())
    page = api.get("/api/products/", {"page": 2, "page_size": 2}).json()
    assert (page["count"], page["next"]) == (7, None)
    assert faults(api.get("/api/products/", {"page": 3, "page_size": 2})) == {"page": ["invalid"]}


def test_head_answers_like_get_without_a_body(api):
    ProductFactory()
    response = api.head("/api/products/")
    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Length"] == api.get("/api/products/")["Content-Length"]


@pytest.mark.parametrize(
    "pk",
    [
        "nope",
        "0",
        "01856aa0-c800-722b-b99c-b9d4ffc07a0",
        "{01856aa0-c800-722b-b99c-b9d4ffc07a04}",
        "urn:uuid:01856aa0-c800-722b-b99c-b9d4ffc07a04",
        "'; --",
        "%00",
    ],
)
def test_an_id_that_is_none_is_404(api, pk):
    assert problem(api.get(f"/api/products/{pk}/")) == (404, "not_found")


def test_an_unknown_id_is_404(api):
    assert problem(api.get("/api/products/01856aa0-c800-722b-b99c-b9d4ffc07a01/")) == (404, "not_found")
