"""What is found when nothing is, by words that are spelled nearly so. Their order is among the rankings of searches."""

import pytest
from django.db import connection

from products.models import ProductWord
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_near_misses_keep_to_the_other_filters(api):
    cheap = ProductFactory(name="Laptop", price=5)
    ProductFactory(name="Laptop", price=50)
    answer = api.get("/api/products/", {"search": "labtop", "category": cheap.category.slug, "max_price": 9}).json()
    assert (answer["count"], [each["id"] for each in answer["results"]]) == (1, [str(cheap.pk)])
    assert api.get("/api/products/", {"search": "labtop", "max_price": 4}).json()["count"] == 0


def test_part_numbers_are_not_near(api):
    ProductFactory(name="Laptop AB1200")
    assert ProductWord.objects.near("ab1201") == []
    assert ProductWord.objects.near("labtop") == ["laptop"]


def test_a_plan_for_any_words_looks_for_slips_among_all_words(db):
    words = [f"part{number}" for number in range(5_000)] + [
        letter * number for letter in "abcde" for number in range(3, 40)
    ]
    ProductWord.objects.bulk_create(ProductWord(word=word) for word in words)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_productword")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        for _ in range(10):  # by when it is prepared
            assert ProductWord.objects.near("bbbqb")[:2] == ["bbbb", "bbbbb"]
        cursor.execute("SELECT pg_stat_get_xact_numscans('product_word_similar'::regclass)")
        assert cursor.fetchone()[0] < 20
