"""Reads are made by plain functions, in a tenth of the time; the serializers document them. Both say the same."""

import json
from datetime import UTC
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from products.models import Category, Product
from products.serializers import CategorySerializer, ProductSerializer, category_row, product_row
from tests.factories import ProductFactory

moments = st.datetimes(timezones=st.just(UTC))
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)


def as_json(shown):
    """What a client reads, keys in their order."""
    return [*json.loads(JSONRenderer().render(shown)).items()]


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
    assert as_json(product_row(product)) == as_json(ProductSerializer(product).data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=texts, slug=texts, count=st.integers(0, 10**9))
def test_a_category_is_shown_as_its_serializer_documents_it(name, slug, count):
    category = Category(name=name, slug=slug)
    category.product_count = count
    assert as_json(category_row(category)) == as_json(CategorySerializer(category).data)


@pytest.mark.django_db
def test_a_product_that_comes_from_the_database_is_shown_alike(api):
    product = ProductFactory(price="5")
    stored = Product.objects.for_listing().get()
    assert api.get(f"/api/products/{product.pk}/").json() == ProductSerializer(stored).data
