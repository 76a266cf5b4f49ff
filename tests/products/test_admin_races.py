"""Forms of the admin that were opened before somebody else wrote."""

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission

from ecommerce_backend.api.admin import STALE
from products.models import Category, Product
from tests.factories import CategoryFactory, ProductFactory, UserFactory
from tests.products.conftest import opened, stored

pytestmark = pytest.mark.django_db


def path_of(row):
    return f"/admin/products/{row._meta.model_name}/{row.pk}/change/"


def test_a_form_does_not_undo_what_was_written_since_it_was_opened(staff, editor):
    product = ProductFactory(description="old", price="1.00")
    form = opened(staff, path_of(product))
    editor.patch(f"/api/products/{product.pk}/", {"description": "new"})
    before, entries = stored(), LogEntry.objects.count()
    answer = staff.post(path_of(product), form | {"price": "2.00"})
    assert (answer.status_code, answer.context["adminform"].errors) == (200, {"__all__": [STALE]})
    assert STALE in answer.content.decode()
    assert (stored(), LogEntry.objects.count()) == (before, entries)


def test_opened_again_it_changes_what_is_there_now(staff, editor):
    product = ProductFactory(description="old", price="1.00")
    editor.patch(f"/api/products/{product.pk}/", {"description": "new"})
    form = opened(staff, path_of(product)) | {"price": "2.00"}
    assert staff.post(path_of(product), form).status_code == 302
    product.refresh_from_db()
    assert (product.description, str(product.price)) == ("new", "2.00")
    assert staff.post(path_of(product), form).status_code == 200  # sent once more, it is of what was there before


def test_a_form_of_a_category_does_not_either_but_takes_new_products(staff, editor):
    category = CategoryFactory(name="Lamps", slug="lamps")
    form = opened(staff, path_of(category))
    ProductFactory(category=category)
    assert staff.post(path_of(category), form | {"name": "Lights"}).status_code == 302
    assert staff.post(path_of(category), form | {"slug": "lights"}).context["adminform"].errors == {"__all__": [STALE]}
    assert list(Category.objects.values_list("name", "slug")) == [("Lights", "lamps")]


def test_a_form_that_does_not_say_what_it_was_opened_with_changes_nothing(staff):
    product = ProductFactory()
    form = opened(staff, path_of(product)) | {"name": "Cup"}
    del form["seen"]
    before = stored()
    assert staff.post(path_of(product), form).context["adminform"].errors == {"__all__": [STALE]}
    assert stored() == before


@pytest.mark.django_db(transaction=True)
def test_a_row_is_locked_before_the_form_is_looked_at(client, other_connection):
    # By then other tests have emptied the database, and the group of editors is gone.
    client.force_login(UserFactory(is_staff=True, is_superuser=True), backend="users.backends.ModelBackend")
    product = ProductFactory(description="old")
    form = opened(client, path_of(product))
    with other_connection.cursor() as cursor:
        cursor.execute("UPDATE products_product SET description = 'new' WHERE id = %s", [product.pk])
    assert client.post(path_of(product), form | {"price": "2.00"}).status_code == 503
    other_connection.commit()
    assert client.post(path_of(product), form | {"price": "2.00"}).status_code == 200
    assert Product.objects.get().description == "new"


@pytest.mark.parametrize("make", [ProductFactory, CategoryFactory])
def test_who_may_only_look_sees_a_page(client, make):
    row = make(name="Blue Mug")
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_product", "view_category"]))
    client.force_login(user, backend="users.backends.ModelBackend")
    page = client.get(path_of(row))
    assert b"Blue Mug" in page.content
    assert b'name="seen"' not in page.content
