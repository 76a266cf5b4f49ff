from datetime import timedelta

import pytest
from django.utils import timezone

from products.models import Product
from tests.conftest import faults, problem
from tests.factories import ProductFactory
from tests.products.conftest import stored

pytestmark = pytest.mark.django_db


def test_what_was_read_can_be_put_back_and_changes_nothing(editor):
    product = ProductFactory(description="a\nb")
    before = stored()
    shown = editor.get(f"/api/products/{product.pk}/").json()
    response = editor.put(f"/api/products/{product.pk}/", shown)
    assert (response.status_code, response.json()) == (200, shown)
    assert stored() == before


@pytest.mark.parametrize("body", [{}, {"price": "9.99"}, {"name": "Mug", "price": 9.99}])
def test_a_patch_that_changes_nothing_leaves_the_time_alone(editor, body):
    product = ProductFactory(name="Mug")
    before = stored()
    assert editor.patch(f"/api/products/{product.pk}/", body).status_code == 200
    assert stored() == before


def test_a_patch_writes_what_was_sent_and_moves_the_time(editor):
    product = ProductFactory()
    earlier = timezone.now() - timedelta(days=1)
    Product.objects.update(updated_at=earlier)
    shown = editor.patch(f"/api/products/{product.pk}/", {"price": 5}).json()
    assert (shown["price"], shown["name"]) == ("5.00", product.name)
    assert Product.objects.get().updated_at > earlier


def test_the_time_never_goes_back_though_the_clock_does(editor):
    """Another host's, which was ahead."""
    product = ProductFactory()
    ahead = timezone.now() + timedelta(seconds=2)
    Product.objects.update(updated_at=ahead)
    seen = editor.patch(f"/api/products/{product.pk}/", {"price": "1.00"}).json()["updated_at"]
    product.refresh_from_db()
    assert product.updated_at == ahead + timedelta(microseconds=1)
    assert seen == f"{product.updated_at:%Y-%m-%dT%H:%M:%S.%fZ}"


def test_a_patch_keeps_what_another_writer_changed_meanwhile(editor, monkeypatch):
    product = ProductFactory(name="Old", price=1)
    original = Product.save

    def save_after_another_writer(self, **kwargs):
        Product.objects.filter(pk=self.pk).update(name="New")
        original(self, **kwargs)

    monkeypatch.setattr(Product, "save", save_after_another_writer)
    editor.patch(f"/api/products/{product.pk}/", {"price": 2})
    product.refresh_from_db()
    assert (product.name, product.price) == ("New", 2)


def test_a_patch_of_a_product_that_is_deleted_meanwhile_is_404(editor, monkeypatch):
    product = ProductFactory()
    original = Product.save

    def save_after_deletion(self, **kwargs):
        Product.objects.all().delete()
        original(self, **kwargs)

    monkeypatch.setattr(Product, "save", save_after_deletion)
    assert problem(editor.patch(f"/api/products/{product.pk}/", {"price": 2})) == (404, "not_found")


def test_a_deleted_product_is_gone_and_gone_again(editor):
    product = ProductFactory()
    response = editor.delete(f"/api/products/{product.pk}/")
    assert (response.status_code, response.content) == (204, b"")
    assert problem(editor.delete(f"/api/products/{product.pk}/")) == (404, "not_found")
    assert problem(editor.get(f"/api/products/{product.pk}/")) == (404, "not_found")


def test_a_refused_change_changes_nothing(editor):
    product = ProductFactory()
    before = stored()
    response = editor.patch(f"/api/products/{product.pk}/", {"name": "Better", "price": -1})
    assert faults(response) == {"price": ["min_value"]}
    assert stored() == before
