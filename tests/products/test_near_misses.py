"""What is found when nothing is, by words that are spelled nearly so. Their order is among the rankings of searches."""

import pytest
from django.db import connection

from products.models import Product, ProductWord
from products.querysets.selection import Selection
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


@pytest.mark.parametrize(
    ("names", "text", "stem"),
    [
        (["Laptop", "Laptops"], "labtop", "laptop"),
        (["Smartphone", "Smartphones"], "smartphnoe", "smartphon"),
        (["Laptop", "Lap-top", "Lastop"], "labtop", None),  # two words are one slip away
        (["Laptop", "Laptopper"], "labtop", None),  # and inflections are not all that begins so
        (["Laptop", "Labtops"], "labtop", "labtop"),
        (["Red laptop"], "red labtop", None),
    ],
)
def test_near_misses_that_have_one_stem_in_common_are_known_by_it(api, monkeypatch, names, text, stem):
    monkeypatch.setattr("products.querysets.matches.FEW_IN_A_TIER", 0)
    for name in names * 2:
        ProductFactory(name=name)
    queryset = Product.objects.all().selected(Selection(search=text))
    if not queryset.exists():
        queryset = queryset.near_misses()
    assert queryset.sought.stem == stem
    answer = api.get("/api/products/", {"search": text}).json()
    assert answer["count"] == len(answer["results"]) == queryset.count() > 0
    assert api.get("/api/products/facets/", {"search": text}).json()["count"] == answer["count"]


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
        assert cursor.fetchone()[0] < 100  # with one for each slip they would be 2,800
