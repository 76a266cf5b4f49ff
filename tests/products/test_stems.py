"""Searches whose matches the tally of stems counts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products import search
from products.models import Product
from products.words import OTHER_NUMBER
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

# Whose stems are others' beginnings, words or stems; whose accents and case go.
NASTY = [
    *("general", "generals", "generous", "generously", "generate", "gener", "Laptop", "LAPTOPS", "lap"),
    *("Café", "cafes", "portable", "portabl", "porter", "coffee", "Coffe", "coff", "professionals", "profess"),
    *("½", "½cups", "m²", "2nd", "Straße", "strasse", "lamp।mug", "mug", "x", "２pens"),
    *("meaning", "mean", "means", "series", "serie", "seri", "Чайник", "чайники", "=a", "#2"),
    *("knife", "Knives", "knive", "men", "mens", "Man", "manual", "bus", "buse", "buses"),
]


@pytest.fixture
def all_tallied(monkeypatch):
    """However few they are, what the tally knows is not counted."""
    monkeypatch.setattr("products.querysets.best.FEW_IN_A_TIER", 0)


@pytest.mark.parametrize(
    ("names", "text", "stems"),
    [
        (["Laptop", "Laptops"], "laptop", ["laptop"]),
        (["Laptop", "Laptops"], "LAPTOPS", ["laptop"]),
        (["Laptop", "Laptops"], "lap", ["laptop"]),
        (["Laptop", "Lap"], "lap", ["lap", "laptop"]),
        (["Portable"], "portable", ["portabl"]),
        (["Portable"], "port", ["portabl"]),
        (["Portable", "Porter"], "port", ["portabl", "porter"]),
        (["Generously"], "generous", ["generous"]),
        (["Coffee"], "coff", ["coffe"]),  # the stem of which is another one
        (["Coffee"], "coffe", ["coffe"]),
        (["Coffee", "Coffe"], "coffe", ["coff", "coffe"]),
        (["Meaning"], "meani", []),  # its stem, "mean", is another's as well
        (["Meaning", "Meant"], "mean", ["mean", "meant"]),
        (["Meaning"], "mea", ["mean"]),
        (["Headphones"], "headphone", ["headphon"]),
        (["Straße"], "STRASSE", ["strass"]),
        (["Knife", "Knives"], "knives", ["knife", "knive"]),  # whose stems are different
        (["Knife"], "Knives", ["knife"]),
        (["Mouse", "Mice"], "mice", ["mice", "mous"]),
        (["Lamp"], "quux", []),
        (["Red lamp"], "red lamp", []),
        ([f"Lamp{letter}" for letter in "abcdefghi"], "lamp", []),
    ],
)
def test_matches_that_have_one_of_some_stems_and_no_others_are_known_by_them(names, text, stems):
    for name in names:
        ProductFactory(name=name)
    assert search.sought(text).stems == stems


def test_a_word_that_is_in_no_name_any_more_does_not_matter(api, all_tallied):
    ProductFactory(name="Laptop")
    other = ProductFactory(name="Laptopp")
    assert search.sought("laptop").stems == ["laptop", "laptopp"]
    other.name = "Red laptop"
    other.save()
    found = search.sought("laptop")
    assert (found.stems, found.at_most) == (["laptop"], 2)
    assert search.sought("laptopp").at_most == 0
    assert search.sought("red laptopp").at_most == 0
    assert api.get("/api/products/?search=laptop").json()["count"] == 2
    with connection.cursor() as cursor:  # what was never counted may have another stem in a name
        cursor.execute("INSERT INTO products_productword (word) VALUES ('laptopb')")
    assert search.sought("laptop").stems == []


@pytest.mark.parametrize("few", [0, 500])  # to be sorted rather than walked to
def test_what_the_tally_knows_is_exact_however_many_there_are(api, all_tallied, monkeypatch, few):
    monkeypatch.setattr("products.querysets.expectation.COUNTED_MATCHES", 5)
    monkeypatch.setattr("products.querysets.plans.FEW", few)
    shelves = [CategoryFactory(slug=slug) for slug in ("a", "b")]
    names = ["Lamp", *(f"{colour} lamp{'s' * (number % 2)}" for number, colour in enumerate("ABCDEFGHIJKLMN"))]
    for number, name in enumerate(names):
        ProductFactory(name=name, category=shelves[number % 3 == 0], price=number)
        ProductFactory(name="Mug", price=number)
    expected = {"": (15, 0, 14), "&category=a": (10, 1, 14), "&category=b": (5, 0, 12), "&category=a,b": (15, 0, 14)}
    for query, (number, *prices) in expected.items():
        for ordering in ("", "&ordering=price", "&ordering=-name"):
            found = []
            for page in range(1, number // 4 + 2):
                answer = api.get(f"/api/products/?search=lamp&page_size=4&page={page}{query}{ordering}").json()
                assert (answer["count"], answer["count_is_estimate"]) == (number, False)
                found += [product["name"] for product in answer["results"]]
            assert len(found) == len({*found}) == number
            if "price" in ordering:
                assert found == [name for name in names if name in found]
        facets = api.get(f"/api/products/facets/?search=lamp{query}").json()
        assert facets["count"] == number
        assert {each["slug"]: each["count"] for each in facets["categories"]} == {"a": 10, "b": 5}
        assert facets["price"] == dict(zip(("min", "max"), (f"{price}.00" for price in prices), strict=True))
    assert api.get("/api/products/?search=lamp&page_size=4&page=5").status_code == 404


def test_what_has_several_of_the_stems_is_counted_once(api, all_tallied, monkeypatch):
    monkeypatch.setattr("products.querysets.expectation.COUNTED_MATCHES", 1)
    shelves = [CategoryFactory(slug=slug) for slug in ("a", "b")]
    names = ["Soft sofa", "Softer soft sofas", "Sofas", "Sofa", "Soft"]
    for number, name in enumerate(names):
        ProductFactory(name=name, category=shelves[number % 2])
        ProductFactory(name="Mug", category=shelves[number % 2])
    assert search.sought("so").stems == ["sofa", "soft", "softer"]
    for query, number in {"": 5, "&category=a": 3, "&category=a,b": 5}.items():
        answer = api.get(f"/api/products/?search=so{query}").json()
        assert (answer["count"], answer["count_is_estimate"], len(answer["results"])) == (number, False, number)
        facets = api.get(f"/api/products/facets/?search=so{query}").json()
        assert (facets["count"], {each["slug"]: each["count"] for each in facets["categories"]}) == (
            number,
            {"a": 3, "b": 2},
        )


def test_stems_that_too_many_products_have_together_are_not_counted_by_the_tally(api, all_tallied, monkeypatch):
    monkeypatch.setattr("products.querysets.stems.MOST_SHARED", 0)
    shelves = [CategoryFactory(slug=slug) for slug in ("a", "b")]
    for number, name in enumerate(["Soft sofa", "Sofa", "Red Sofa", "Soft"]):
        ProductFactory(name=name, category=shelves[number % 2])
    for query, number, counted in (("", 4, True), ("&category=a", 2, True), ("&category=b", 2, False)):
        with CaptureQueriesContext(connection) as captured:
            assert api.get(f"/api/products/?search=so{query}").json()["count"] == number
        assert any("SELECT * FROM hits LIMIT 10001" in each["sql"] for each in captured) is counted
        assert api.get(f"/api/products/facets/?search=so{query}").json()["count"] == number


def test_a_few_matches_are_not_counted_by_the_tally(api):
    for name in ["Soft sofa", "Sofa"]:
        ProductFactory(name=name)
    api.get("/api/products/?search=so")
    with CaptureQueriesContext(connection) as captured:
        assert api.get("/api/products/?search=so").json()["count"] == 2
    assert len(captured) == 2  # what begins so (and the generation), the page


def test_a_stem_that_is_a_word_of_many_others_has_not_few_matches():
    for name in ["Coffee", "Coffee", "Coffe"]:
        ProductFactory(name=name)
    assert search.sought("coffe").better == 3


def test_a_word_that_is_in_no_name_of_a_category_is_not_looked_for_there(api):
    ProductFactory(name="Sofa", category=CategoryFactory(slug="furniture"))
    ProductFactory(name="Mug", category=CategoryFactory(slug="kitchen"))
    query = "/api/products/?search=sofa&category=kitchen"
    api.get(query)  # how it is written in the index is known from now on
    with CaptureQueriesContext(connection) as captured:
        assert api.get(query).json()["count"] == 0
    assert not any("FROM products_product " in each["sql"] for each in captured)


@pytest.fixture
def nasty_shop(all_tallied):
    categories = [CategoryFactory(slug=slug) for slug in ("c0", "c1", "c2")]
    for number, word in enumerate(NASTY):
        ProductFactory(name=f"{word} {NASTY[number - 7]}", category=categories[number % 3])
    Product.objects.filter(name__contains="general").delete()  # its words stay known


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), category=st.sampled_from(["", "c0", "c0,c1"]), ordering=st.sampled_from(["", "name", "-price"]))
def test_any_word_and_beginning_is_found_as_if_there_were_no_tally(api, nasty_shop, data, category, ordering):
    word = data.draw(st.sampled_from(NASTY))
    text = word[: data.draw(st.integers(1, len(word)))].lower()
    parameters = {"search": text, "page_size": 100, "ordering": ordering} | ({"category": category} if category else {})
    answer = api.get("/api/products/", parameters).json()
    facets = api.get("/api/products/facets/", {"search": text} | ({"category": category} if category else {})).json()
    assert answer["count"] == len(answer["results"]) == facets["count"]
    assert {each["id"] for each in answer["results"]} >= (expected := found_without_tally(text, category))
    assert answer["count"] == len(expected) or not found_without_tally(text, "")  # near misses


def found_without_tally(text, category):
    """The products that have a word that begins so, or its stem, or that of its plural."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT product.id::text FROM products_product AS product
            JOIN products_category AS category ON category.id = product.category_id
            WHERE words @@ (to_tsquery('catalogue', %(text)s || ':*') || to_tsquery('catalogue_stems', %(numbers)s))
            AND (%(category)s = '' OR slug = ANY(string_to_array(%(category)s, ',')))
            """,
            {"text": f"'{text}'", "numbers": f"'{text}' | '{OTHER_NUMBER.get(text, text)}'", "category": category},
        )
        return {pk for (pk,) in cursor.fetchall()}
