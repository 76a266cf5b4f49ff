"""Two writers at once, each held at the moment that matters by a barrier or a row lock. No sleeps."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import DO_NOTHING

from products import services
from products.models import Category, Product
from tests.conftest import Client, problem
from tests.factories import CategoryFactory, ProductFactory
from tests.processes import at_once, waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def statuses(responses):
    for response in responses:
        if response.status_code >= 400:
            problem(response)
    return Counter(response.status_code for response in responses)


def as_user(user):
    client = Client()
    client.force_authenticate(user)
    return client


def written(user, method, path, body=None, headers=None):
    """The answer to a write, on a connection of its own."""
    try:
        return getattr(as_user(user), method)(path, body, headers=headers)
    finally:
        connection.close()


def test_of_six_who_add_one_category_one_does(editor):
    names = ["Café", "café", "CAFÉ", "Cafe\u0301", " Café ", "cAFÉ"]
    user = editor.user
    result = statuses(at_once(6, lambda number: as_user(user).post("/api/categories/", {"name": names[number]})))
    assert (result[201], result[400] + result[409]) == (1, 5)
    assert Category.objects.count() == 1


def test_twelve_names_with_one_slug_get_twelve_slugs():
    at_once(12, lambda number: services.create_category(name="C" + "+" * number))
    assert set(Category.objects.values_list("slug", flat=True)) == {"c", *(f"c-{number}" for number in range(2, 13))}


def test_slugs_that_end_in_a_number_do_not_clash_with_those_that_are_counted_up():
    CategoryFactory(name="Lamps", slug="lamps")
    names = ["Lamps+", "Lamps 2", "Lamps++", "Lamps 3", "Lamps?", "Lamps 4"]
    at_once(6, lambda number: services.create_category(name=names[number]))
    assert Category.objects.filter(slug__startswith="lamps").count() == 7


def test_a_category_does_not_wait_for_another_one_whose_import_goes_on():
    made, end = Event(), Event()

    def import_slowly():
        try:
            with transaction.atomic():
                services.category_named("Shelves")
                made.set()
                assert end.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        slow = pool.submit(import_slowly)
        assert made.wait(10)
        try:
            assert services.create_category(name="Lamps").slug == "lamps"
        finally:
            end.set()
        slow.result()
    assert {*Category.objects.values_list("slug", flat=True)} == {"lamps", "shelves"}


def test_a_category_that_somebody_else_makes_meanwhile_is_found(other_connection):
    def look_for():
        try:
            return services.category_named("lamps")
        finally:
            connection.close()

    with other_connection.cursor() as cursor, ThreadPoolExecutor() as pool:
        cursor.execute("INSERT INTO products_category (id, name, slug) VALUES (%s, 'Lamps', 'lamps')", [uuid4()])
        found = pool.submit(look_for)
        waits_for_a_lock(cursor)
        other_connection.commit()
        category, is_new = found.result()
    assert (category.name, is_new, Category.objects.count()) == ("Lamps", False, 1)


def test_a_slug_that_somebody_names_meanwhile_is_not_taken(editor, other_connection):
    with other_connection.cursor() as cursor, ThreadPoolExecutor() as pool:
        cursor.execute("INSERT INTO products_category (id, name, slug) VALUES (%s, 'Other', 'lamps')", [uuid4()])
        answer = pool.submit(written, editor.user, "post", "/api/categories/", {"name": "Lamps"})
        waits_for_a_lock(cursor)
        other_connection.commit()
    assert (answer.result().status_code, answer.result().json()["slug"]) == (201, "lamps-2")


def test_a_unique_value_that_only_the_database_catches_is_409(editor, monkeypatch):
    CategoryFactory(name="Lamps")
    monkeypatch.setattr("ecommerce_backend.api.serializers._unique_fields", lambda _: set())
    assert problem(editor.post("/api/categories/", {"name": "lamps"})) == (409, "conflict")
    assert Category.objects.count() == 1


def insert_product(other_connection, category):
    """Add a product as another writer, who has not committed yet."""
    new = ProductFactory.build(category=category)
    values = [new.pk, "Lamp", "", 1, category.pk, new.created_at, new.created_at]
    columns = "id, name, description, price, category_id, created_at, updated_at"
    with other_connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO products_product ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s)", values)


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
