"""Two who name a category at once, each held at the moment that matters by a barrier or a row lock. No sleeps."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection, transaction

from products import services
from products.models import Category
from tests.conftest import problem
from tests.factories import CategoryFactory
from tests.processes import at_once, waits_for_a_lock
from tests.products.writers import as_user, statuses, written

pytestmark = pytest.mark.django_db(transaction=True)


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
                services.get_or_create_category("Shelves")
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
            return services.get_or_create_category("lamps")
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


def test_a_category_that_is_being_filled_is_not_deleted_but_renamed(editor):
    category, gone = CategoryFactory(slug="lamps"), CategoryFactory()
    Category.objects.filter(pk=gone.pk).delete()
    user = editor.user
    with transaction.atomic():
        assert services.hold_category(category)
        assert not services.hold_category(gone)
        with ThreadPoolExecutor() as pool:
            renamed = pool.submit(written, user, "patch", "/api/categories/lamps/", {"name": "Lights"}).result()
            deleted = pool.submit(written, user, "delete", "/api/categories/lamps/").result()
    assert (renamed.status_code, problem(deleted)) == (200, (503, "service_unavailable"))
    assert Category.objects.get().name == "Lights"
