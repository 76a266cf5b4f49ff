"""What holds for any input, by hypothesis."""

from decimal import Decimal
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework import serializers

from ecommerce_backend.api.text import normalize_text
from products.models import Category, Product
from products.serializers import PriceField
from products.services.loading import LoadedProduct, insert_products
from products.words import words
from tests.conftest import Client
from tests.factories import CategoryFactory, ProductFactory
from tests.paging import pages

# One database transaction serves all examples of a test; each example cleans up after itself.
in_one_transaction = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(st.decimals(min_value=0, max_value=Decimal("99999999.99"), places=2, allow_nan=False, allow_infinity=False))
def test_every_price_survives_as_it_was_written(price):
    field = PriceField()
    assert field.to_representation(field.run_validation(f"{price:f}")) == f"{abs(price):.2f}"


@given(st.text(max_size=50) | st.floats() | st.integers() | st.decimals() | st.booleans() | st.none())
def test_whatever_is_sent_as_a_price_is_a_price_or_refused(sent):
    try:
        price = PriceField().run_validation(sent)
    except serializers.ValidationError:
        return
    assert isinstance(price, Decimal)
    assert Decimal(0) <= price <= Decimal("99999999.99")
    assert price == price.quantize(Decimal("0.01"))


@given(st.text(max_size=200))
def test_normalising_text_twice_is_normalising_it_once(text):
    assert normalize_text(normalize_text(text)) == normalize_text(text)


@given(st.text(max_size=100))
def test_the_words_of_a_search_hold_nothing_that_means_something_to_postgresql(text):
    assert not any(set(word) & set("'\"\\:&|!()<>*% ") for word in words(text))


@pytest.mark.django_db
@in_one_transaction
@given(text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=100))
def test_any_text_can_be_searched_for(text):
    assert Client().get("/api/products/", {"search": text}).status_code == 200


@pytest.mark.django_db
@in_one_transaction
@given(name=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_text_that_is_loaded_comes_back_as_it_was(name):
    row = ProductFactory.build(category=CategoryFactory())
    loaded = LoadedProduct(row.pk, name, name, Decimal(1), row.category_id, row.created_at, row.created_at)
    assert insert_products([loaded]) == 1
    product = Product.objects.get(pk=row.pk)
    assert (product.name, product.description) == (name, name)


@pytest.mark.django_db
@settings(in_one_transaction, max_examples=25)
@given(
    prices=st.lists(st.integers(1, 3), max_size=12),
    page_size=st.integers(1, 5),
    ordering=st.sampled_from(["price", "-price", "name", "-created_at", "price,-name", ""]),
)
def test_the_pages_of_a_list_are_the_list(prices, page_size, ordering):
    Product.objects.all().delete()
    category = CategoryFactory()
    for price in prices:
        ProductFactory(price=price, category=category)
    found = [*pages(Client(), f"/api/products/?page_size={page_size}&ordering={ordering}")]
    seen = [product["id"] for page in found for product in page["results"]]
    assert {page["count"] for page in found} == {len(prices)}
    assert (len(seen), len(set(seen))) == (len(prices), len(prices))


@pytest.mark.django_db
@in_one_transaction
@given(
    prices=st.lists(st.integers(0, 3), max_size=12),
    size=st.integers(1, 5),
    ordering=st.sampled_from(["price,name", "-price,name", "name,-price,updated_at", "-name,-created_at"]),
    narrowed=st.sampled_from(["", "category=mugs", "min_price=1"]),
)
def test_deep_pages_of_an_order_that_goes_on_after_its_index_are_the_list(prices, size, ordering, narrowed):
    Product.objects.all().delete()
    Category.objects.all().delete()
    categories = [CategoryFactory(slug="mugs"), CategoryFactory()]
    for number, price in enumerate(prices):
        ProductFactory(price=price, name=f"Mug {number % 3}", category=categories[number % 2])
    address = f"/api/products/?{narrowed}&ordering={ordering}"
    whole = Client().get(f"{address}&page_size=100").json()["results"]
    with patch("products.querysets.pages.FEW", -1):
        found = [*pages(Client(), f"{address}&page_size={size}")]
        beyond = Client().get(f"{address}&page_size={size}&page={len(found) + 1}")
    assert [product for page in found for product in page["results"]] == whole
    assert beyond.status_code == 404


@pytest.mark.django_db
@in_one_transaction
@given(
    prices=st.lists(st.integers(0, 3), max_size=12),
    size=st.integers(1, 5),
    ordering=st.sampled_from(["", "price", "-price,name", "name,-price"]),
)
def test_the_pages_that_cursors_lead_to_are_the_list(prices, size, ordering):
    Product.objects.all().delete()
    category = CategoryFactory()
    for price in prices:
        ProductFactory(price=price, name=f"Mug {price % 2}", category=category)
    whole = Client().get(f"/api/products/?ordering={ordering}&page_size=100").json()["results"]
    found = pages(Client(), f"/api/products/?ordering={ordering}&page_size={size}&cursor=")
    assert [product for page in found for product in page["results"]] == whole


@pytest.mark.django_db
@in_one_transaction
@given(st.text(min_size=1, max_size=200))
def test_any_text_but_a_blank_is_no_cursor(text):
    answer = Client().get("/api/products/", {"cursor": text})
    assert (answer.status_code, *answer.json()["errors"]) == (400, "cursor")
