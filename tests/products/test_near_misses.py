"""What is found when nothing is, by words that are spelled nearly so. Their order is among the rankings of searches."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products import suggestions
from products.models import Product, ProductWord
from products.querysets import matches
from products.querysets.expectation import Expected
from products.querysets.selection import Selection
from products.words import by_word
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def test_near_misses_keep_to_the_other_filters(api):
    cheap = ProductFactory(name="Laptop", price=5)
    ProductFactory(name="Laptop", price=50)
    answer = api.get("/api/products/", {"search": "labtop", "category": cheap.category.slug, "max_price": 9}).json()
    assert (answer["count"], [each["id"] for each in answer["results"]]) == (1, [str(cheap.pk)])
    assert api.get("/api/products/", {"search": "labtop", "max_price": 4}).json()["count"] == 0


def test_part_numbers_are_not_near(db):
    ProductFactory(name="Laptop AB1200")
    assert suggestions.near("ab12001")["ab12001"].words == []
    assert suggestions.near("labtop")["labtop"].words == ["laptop"]


@pytest.mark.parametrize(("once", "text"), [("Headfones", "headfones"), ("Headphonse", "headphonze")])
def test_what_stands_in_no_name_any_more_is_no_slip(api, once, text):
    product = ProductFactory(name=once)
    product.name = "Headphones"
    product.save()
    found = api.get("/api/products/", {"search": text}).json()["results"]
    assert [product["name"] for product in found] == ["Headphones"]


def test_the_word_itself_is_no_slip(api):
    ProductFactory(name="Blue headfones")
    ProductFactory(name="Red headphones", category=CategoryFactory(slug="audio"))
    found = api.get("/api/products/", {"search": "red headfones"}).json()["results"]
    assert [product["name"] for product in found] == ["Red headphones"]


@pytest.mark.parametrize("search", ["vase", "smart watch", "wase"])
def test_filters_only_take_away(api, search):
    for name in ("Vase", "Smartwatch"):
        ProductFactory(name=name, price=5)
    ProductFactory(name="Base", price=50)
    ProductFactory(name="Smart match", price=50)
    everything = [each["name"] for each in api.get("/api/products/", {"search": search}).json()["results"]]
    for bounds in ({"min_price": 9}, {"max_price": 9}, {"id": str(Product.objects.get(name="Base").pk)}):
        query = {"search": search} | bounds
        listed = api.get("/api/products/", query).json()
        names = [each["name"] for each in listed["results"]]
        those = Product.objects.filter(name__in=everything)
        those = those.filter(name="Base") if "id" in bounds else those.filter(price=50 if "min_price" in bounds else 5)
        assert names == [name for name in everything if name in {each.name for each in those}]
        assert names == [each["name"] for each in api.get("/api/products/", query | {"cursor": ""}).json()["results"]]
        assert api.get("/api/products/facets/", query).json()["count"] == listed["count"] == len(names)


def test_words_that_are_others_when_they_are_typed_are_found_as_they_are(api):
    for name in ("Hawai\u02bbi shirt", "Part I print"):
        ProductFactory(name=name)
    found = api.get("/api/products/", {"search": "hawaai"}).json()["results"]
    assert [product["name"] for product in found] == ["Hawai\u02bbi shirt"]


def test_near_misses_are_found_by_few_queries(api, django_assert_num_queries):
    for name in ("Laptop", "Laptops", "Lastop"):
        ProductFactory(name=name)
    by_word.cache_clear()
    query = {"search": "labtop"}
    with django_assert_num_queries(7):  # and how the word, and those like it, are written in the index
        api.get("/api/products/", query)
    with django_assert_num_queries(5):  # what begins so, slips, compounds, what begins like these, the page
        api.get("/api/products/", query)


def test_near_misses_of_many_words_are_found_by_as_few_queries(api, django_assert_num_queries):
    words = {
        "labtop": "Laptop",
        "moniter": "Monitor",
        "keybord": "Keyboard",
        "headfones": "Headphones",
        "soffa": "Sofa",
    }
    ProductFactory(name=" ".join(words.values()))
    by_word.cache_clear()
    query = {"search": " ".join(words)}
    with django_assert_num_queries(7):
        assert api.get("/api/products/", query).json()["count"] == 1
    with django_assert_num_queries(5):
        api.get("/api/products/", query)


@pytest.mark.parametrize(
    ("names", "text", "stem", "matches"),
    [
        (["Laptop", "Laptops"], "labtop", "laptop", 2),
        (["Smartphone", "Smartphones"], "smartphnoe", "smartphon", 2),
        (["Laptop", "Lap-top", "Lastop"], "labtop", None, 2),  # two words are one slip away
        (["Laptop", "Laptopper"], "labtop", None, 1),  # and inflections are not all that begins so
        (["Red laptop"], "red labtop", None, 1),
    ],
)
@pytest.mark.parametrize(("category", "times"), [(None, 6), ("c0", 2), ("c0,c1", 4)])
def test_near_misses_of_one_stem_are_known_by_it(api, monkeypatch, names, text, stem, matches, category, times):
    monkeypatch.setattr("products.querysets.best.FEW_IN_A_TIER", 0)
    categories = [CategoryFactory(slug=slug) for slug in ("c0", "c1", "c2")]
    for number, name in enumerate(names * 6):
        ProductFactory(name=name, category=categories[number // len(names) % 3])
    slugs = category.split(",") if category else None
    queryset = Product.objects.all().selected(Selection(search=text, category=slugs)).near_misses()
    assert queryset is not None
    assert queryset.sought.stems == ([stem] if stem else [])
    query = {"search": text} | ({"category": category} if category else {})
    answer = api.get("/api/products/", query).json()
    assert answer["count"] == len(answer["results"]) == matches * times
    assert api.get("/api/products/facets/", query).json()["count"] == matches * times


def test_a_plan_for_any_words_looks_for_slips_among_all_words():
    words = [f"part{number}" for number in range(5_000)] + [
        letter * number for letter in "abcde" for number in range(3, 40)
    ]
    ProductWord.objects.bulk_create(ProductWord(word=word) for word in words)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_productword")
        before = searches(cursor)
        for _ in range(10):  # by when it is prepared
            assert suggestions.near("bbbqb")["bbbqb"].words == ["bbbb", "bbbbb"]
        assert searches(cursor) - before == 10


def searches(cursor):
    """How often the index of near misses was searched; tests before this one may be counted as well."""
    cursor.execute("SELECT pg_stat_get_xact_numscans('product_word_trigrams'::regclass)")
    return cursor.fetchone()[0]


def test_what_stands_in_no_name_any_more_keeps_no_other_word_from_being_near(api):
    ProductFactory(name="Headphones")
    for letter in "abcdefghij":
        ProductFactory(name=f"Hedphone{letter * 3}").delete()
    found = api.get("/api/products/?search=hedphonez").json()["results"]
    assert [product["name"] for product in found] == ["Headphones"]


def test_cursors_of_near_misses_lead_on_when_others_become_the_nearest(api):
    for number in range(7):
        ProductFactory(name=f"Tablecloth {number}")
    url = "/api/products/?search=tabletclot&page_size=2&cursor="
    first = api.get(url).json()
    tablet = ProductFactory(name="Tablet A")
    assert [each["name"] for each in api.get(first["next"]).json()["results"]] == ["Tablecloth 4", "Tablecloth 3"]
    nearest = api.get(url).json()
    assert [each["name"] for each in nearest["results"]] == ["Tablet A", "Tablecloth 6"]
    tablet.delete()
    second = api.get(nearest["next"]).json()
    assert [each["name"] for each in second["results"]] == ["Tablecloth 5", "Tablecloth 4"]
    assert [each["name"] for each in api.get(second["previous"]).json()["results"]] == ["Tablecloth 6"]


@pytest.mark.parametrize("paging", [{}, {"cursor": ""}])
def test_what_finds_nothing_is_looked_for_once(api, paging):
    for name in ("Lamp AB12", "Mug CD34"):  # which nothing is like
        ProductFactory(name=name)
    query = {"search": "ab12 cd34"} | paging
    api.get("/api/products/", query)  # how the words are written in the index is known from now on
    with CaptureQueriesContext(connection) as captured:
        assert api.get("/api/products/", query).json()["results"] == []
    assert sum("FROM products_product " in each["sql"] for each in captured) == 1


@pytest.mark.parametrize(("are_many", "number"), [(True, 0), (False, 1)])
def test_of_many_that_are_elsewhere_none_is_looked_for(db, monkeypatch, django_assert_num_queries, are_many, number):
    ProductFactory(name="Red lamp")
    expected = Expected(20_000, are_many, 1_000_000)
    monkeypatch.setattr("products.querysets.expectation.expected_number", lambda queryset: expected)
    queryset = Product.objects.all().selected(Selection(search="red lamp"))
    with django_assert_num_queries(number):
        assert matches.exist(queryset)
