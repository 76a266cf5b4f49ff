"""Two writers at once, each held at the moment that matters by a barrier or a row lock. No sleeps."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError
from django.db.models import DO_NOTHING

from products import services
from products.models import Category, Product
from tests.conftest import problem
from tests.factories import CategoryFactory, ProductFactory
from tests.processes import at_once, waits_for_a_lock
from tests.products.writers import as_user, insert_product, statuses, written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_a_product_that_is_moved_meanwhile_is_still_found(editor, other_connection, method):
    product, shelf = ProductFactory(), CategoryFactory(slug="shelf")
    url, body = f"/api/products/{product.pk}/", {"name": "Lamp", "price": "5.00"}
    body |= {"category": "shelf"} if method == "put" else {}
    with other_connection.cursor() as cursor, ThreadPoolExecutor() as pool:
        cursor.execute("UPDATE products_product SET category_id = %s WHERE id = %s", [shelf.pk, product.pk])
        answer = pool.submit(written, editor.user, method, url, body)
        waits_for_a_lock(cursor)
        other_connection.commit()
        assert answer.result().status_code == (204 if method == "delete" else 200)
    if method == "delete":
        assert not Product.objects.exists()
    else:
        assert answer.result().json()["category"]["slug"] == "shelf"


@pytest.mark.parametrize("condition", [{}, {"if-match": "as it was"}])
def test_a_category_that_is_renamed_meanwhile_is_shown_as_it_is(editor, other_connection, condition):
    product = ProductFactory(category=CategoryFactory(name="Old"))
    url = f"/api/products/{product.pk}/"
    headers = condition and {"if-match": editor.get(url)["ETag"]}
    with other_connection.cursor() as cursor, ThreadPoolExecutor() as pool:
        cursor.execute("SELECT FROM products_product WHERE id = %s FOR UPDATE", [product.pk])
        answer = pool.submit(written, editor.user, "patch", url, {"price": "5.00"}, headers)
        waits_for_a_lock(cursor)
        cursor.execute("UPDATE products_category SET name = 'New'")
        other_connection.commit()
    if condition:
        assert problem(answer.result()) == (412, "precondition_failed")
    else:
        assert answer.result().json()["category"]["name"] == "New"
        assert answer.result()["ETag"] == editor.get(url)["ETag"]


def test_a_category_that_gets_a_product_meanwhile_counts_it(editor, other_connection):
    CategoryFactory(slug="lamps")
    with other_connection.cursor() as cursor, ThreadPoolExecutor() as pool:
        cursor.execute("SELECT FROM products_category FOR NO KEY UPDATE")
        answer = pool.submit(written, editor.user, "patch", "/api/categories/lamps/", {"name": "New"})
        waits_for_a_lock(cursor)
        insert_product(other_connection, Category.objects.get())
        other_connection.commit()
    assert answer.result().json()["product_count"] == 1


def test_a_product_in_flight_is_refused_when_its_category_goes_first(editor, other_connection):
    insert_product(other_connection, CategoryFactory(slug="lamps"))
    assert editor.delete("/api/categories/lamps/").status_code == 204
    with pytest.raises(IntegrityError):
        other_connection.commit()
    assert Product.objects.count() == 0


def test_a_category_stays_when_a_product_arrives_after_the_look_for_one(editor, other_connection, monkeypatch):
    category = CategoryFactory(slug="lamps")

    def delete_too_late(found):
        insert_product(other_connection, category)
        other_connection.commit()
        found.delete()

    # Django's own look for products would still come in time.
    monkeypatch.setattr(Product._meta.get_field("category").remote_field, "on_delete", DO_NOTHING)
    monkeypatch.setattr(services, "delete_category", delete_too_late)
    assert problem(editor.delete("/api/categories/lamps/")) == (409, "conflict")
    assert Product.objects.get().category == category


def test_a_product_is_not_added_to_a_category_that_is_deleted_meanwhile(editor, monkeypatch):
    CategoryFactory(slug="lamps")
    create = Product.save

    def save_after_deletion(self, **kwargs):
        Category.objects.all().delete()
        create(self, **kwargs)

    monkeypatch.setattr(Product, "save", save_after_deletion)
    body = {"name": "Lamp", "price": "1", "category": "lamps"}
    assert problem(editor.post("/api/products/", body)) == (409, "conflict")
    assert Product.objects.count() == 0


def test_additions_and_a_deletion_of_their_category_leave_no_orphan(editor):
    CategoryFactory(slug="lamps")
    user = editor.user

    def act(number):
        if number == 0:
            return as_user(user).delete("/api/categories/lamps/")
        body = {"name": f"Lamp {number}", "price": "1", "category": "lamps"}
        return as_user(user).post("/api/products/", body)

    result = statuses(at_once(5, act))
    assert set(result) <= {201, 204, 400, 409}
    assert Product.objects.count() == result[201]
    assert (Category.objects.count() == 0) == (result[204] == 1)
