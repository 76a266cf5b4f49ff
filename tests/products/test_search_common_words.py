"""Searches with more matches than are counted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.paging import pages

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["walked", "sorted"])
def common(request, monkeypatch):
    """From ten matches on a word is a common one; its pages are walked to, but for deep ones, or all of them sorted."""
    monkeypatch.setattr("products.querysets.expectation.COUNTED_MATCHES", 10)
    monkeypatch.setattr("products.querysets.best.FEW_IN_A_TIER", 3)
    if request.param == "walked":
        monkeypatch.setattr("products.querysets.plans.FEW", 0)


@pytest.mark.parametrize("expected", [None, 1, 1_000])
def test_a_search_with_more_matches_than_are_counted_is_estimated_and_pages_on(api, common, expected, monkeypatch):
    if expected:  # by the planner, whose statistics may be old
        monkeypatch.setattr("products.querysets.expectation.planned", lambda queryset: expected)
    names = [*("Lamp",) * 2, *(f"Lamp {n}" for n in range(8)), *(f"Lampshade{letter}" for letter in "abcdefgh")]
    for name in names:
        ProductFactory(name=name)
    first = api.get("/api/products/?search=lamp&page_size=7").json()
    assert (first["count_is_estimate"], first["count"] > 10) == (True, True)
    found = []
    for page in (1, 2, 3):
        found += api.get(f"/api/products/?search=lamp&page_size=7&page={page}").json()["results"]
    assert [product["name"] for product in found] == [*names[:2], *names[9:1:-1], *names[:9:-1]]
    last = api.get("/api/products/?search=lamp&page_size=7&page=3").json()
    assert (last["count"], last["count_is_estimate"], last["next"]) == (18, False, None)
    cheapest = api.get("/api/products/?search=lamp&page_size=3&ordering=name").json()["results"]
    assert [product["name"] for product in cheapest] == ["Lamp", "Lamp", "Lamp 0"]


def test_better_matches_that_are_few_are_found_together(api, common):
    names = ["Lamp", "Red lamp", "Lamps", *(f"Lampshade {n}" for n in range(30))]
    for name in names:
        ProductFactory(name=name)
    api.get("/api/products/?search=lamp")
    with CaptureQueriesContext(connection) as queries:
        page = api.get("/api/products/?search=lamp&page_size=10").json()
    assert [each["name"] for each in page["results"]] == [*names[:3], *names[:-8:-1]]
    found = [each["sql"] for each in queries if each["sql"].count("products_category.slug")]
    assert ["THEN 2" in sql for sql in found] == [True, False]  # the three better tiers, and the last one


@pytest.mark.parametrize("few", [0, 3])  # the better tiers by themselves, or found together
def test_cursors_lead_through_the_tiers_and_back(api, common, monkeypatch, few):
    monkeypatch.setattr("products.querysets.best.FEW_IN_A_TIER", few)
    names = ["Lamp", "Red lamp", "Lamps", *(f"Lampshade {n}" for n in range(20))]
    for name in names:
        ProductFactory(name=name)
    there = list(pages(api, "/api/products/?search=lamp&page_size=2&cursor="))
    assert [product["name"] for page in there for product in page["results"]] == [*names[:3], *names[:2:-1]]
    back = list(pages(api, there[-2]["next"], "previous"))
    assert [page["results"] for page in back[::-1]] == [page["results"] for page in there]


@pytest.mark.parametrize(("expected", "large"), [(1_000, 1_000_000), (1, 9)])  # in a large table also where few are
@pytest.mark.parametrize("more", ["", "&ordering=name", "&category=a", "&category=a,b&ordering=-price"])
@pytest.mark.parametrize("share", [0, 20])  # the categories are counted, as far as they are, or taken from a sample
def test_what_a_sample_shows_to_be_many_is_not_counted(api, common, monkeypatch, more, expected, large, share):
    monkeypatch.setattr("products.querysets.facets.SHARE_TO_SAMPLE", share)
    monkeypatch.setattr("products.querysets.expectation.PERHAPS_MORE", 3)
    monkeypatch.setattr("products.querysets.expectation.LARGE", large)
    monkeypatch.setattr("products.querysets.expectation.planned", lambda queryset: expected)
    monkeypatch.setattr("products.querysets.sample.DEVIATIONS", 0)
    shelf = CategoryFactory(slug="a")
    for number in range(18):
        ProductFactory(name=f"Red lamp {number:02}", category=shelf, price=number)
    ProductFactory(name="Red mug", category=CategoryFactory(slug="b"))
    search = f"search=lamp+red{more}"
    first, second = (api.get(f"/api/products/?{search}&page_size=9&page={page}").json() for page in (1, 2))
    found = [product["name"] for page in (first, second) for product in page["results"]]
    names = [f"Red lamp {number:02}" for number in range(18)]
    assert found == (names if more == "&ordering=name" else names[::-1])
    assert [(page["count"], page["count_is_estimate"]) for page in (first, second)] == [(18, True), (18, False)]
    facets = api.get(f"/api/products/facets/?{search}".partition("&ordering")[0]).json()
    assert (facets["count"], facets["price"]) == (18, {"min": "0.00", "max": "17.00"})
    assert {each["slug"]: each["count"] for each in facets["categories"]} == {"a": 18}


@pytest.mark.parametrize("ordering", ["", "price"])
@pytest.mark.parametrize(("matches", "expected"), [(21, 1), (21, 1_000), (25, 1), (25, 1_000)])
def test_next_leads_through_all_pages_whatever_is_expected(api, common, monkeypatch, matches, expected, ordering):
    monkeypatch.setattr("products.querysets.expectation.planned", lambda queryset: expected)
    for _ in range(30):
        ProductFactory(name="Mug")
    for number in range(matches):
        ProductFactory(name=f"Lamp {number}", price=number)
    *others, last = pages(api, f"/api/products/?search=lamp&page_size=7&ordering={ordering}")
    found = [product["name"] for page in (*others, last) for product in page["results"]]
    assert sorted(found) == sorted(f"Lamp {number}" for number in range(matches))
    assert [page["page"] < page["total_pages"] for page in (*others, last)] == [True] * len(others) + [False]
    assert (last["count"], last["count_is_estimate"]) == (matches, False)


@pytest.mark.parametrize("path", ["/api/products/", "/api/products/facets/"])
def test_what_the_planner_takes_for_more_than_are_counted_is_counted_where_a_sample_shows_less(
    api, common, monkeypatch, path
):
    monkeypatch.setattr("products.querysets.expectation.PERHAPS_MORE", 15)
    monkeypatch.setattr("products.querysets.expectation.planned", lambda queryset: 30)
    for letter in "abcdefghi":  # of so many words the stems are not looked up
        ProductFactory(name=f"Lamp{letter}s lamp{letter}")
        ProductFactory(name="Mug")
    answer = api.get(path, {"search": "lamp"}).json()
    assert (answer["count"], answer.get("count_is_estimate", False)) == (9, False)


@pytest.mark.parametrize("path", ["/api/products/", "/api/products/facets/"])
def test_of_more_than_are_counted_a_sample_says_how_many(api, common, monkeypatch, path):
    monkeypatch.setattr("products.querysets.expectation.planned", lambda queryset: 1)
    for number in range(18):
        ProductFactory(name=f"Red lamp {number}")
        ProductFactory(name="Red mug")
    assert api.get(path, {"search": "lamp red"}).json()["count"] == 18


def test_names_with_several_words_that_begin_so_are_counted_once(api, monkeypatch):
    monkeypatch.setattr("products.querysets.expectation.COUNTED_MATCHES", 20)
    monkeypatch.setattr("products.querysets.expectation.PERHAPS_MORE", 30)
    for number in range(100):
        ProductFactory(name="Mug" if number % 6 else "Samsung smart series slim silver stand speaker set sound studio")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_product")
    answer = api.get("/api/products/?search=s").json()
    assert (answer["count"], answer["count_is_estimate"]) == (17, False)


def test_what_was_deleted_since_the_statistics_were_made_is_not_counted(api, monkeypatch):
    monkeypatch.setattr("products.querysets.expectation.COUNTED_MATCHES", 20)
    monkeypatch.setattr("products.querysets.expectation.PERHAPS_MORE", 30)
    for number in range(100):
        ProductFactory(name=f"Lamp{'abcdefghijkl'[number % 12]}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE products_product")
    Product.objects.exclude(pk__in=Product.objects.values("pk")[:15]).delete()
    for _ in range(85):
        ProductFactory(name="Mug")
    answer = api.get("/api/products/?search=lamp").json()
    assert (answer["count"], answer["count_is_estimate"]) == (15, False)


@pytest.mark.parametrize(("search", "found"), [("lamp።m", ["Lamp።Mug"]), ("lamp።x", ["Lamp", "Lamp።Mug"])])
def test_words_that_stand_together_are_counted(api, monkeypatch, search, found):
    monkeypatch.setattr("products.querysets.expectation.PERHAPS_MORE", 3)
    monkeypatch.setattr("products.querysets.expectation.planned", lambda queryset: 1_000)
    for name in ["Lamp።Mug", "Lamp", "Mug", "Xylophone"]:
        ProductFactory(name=name)
    answer = api.get("/api/products/", {"search": search}).json()
    assert (answer["count_is_estimate"], answer["count"]) == (False, len(found))
    assert [each["name"] for each in answer["results"]] == found


@pytest.mark.parametrize("ordering", ["", "price"])
def test_a_word_that_is_gone_since_it_was_counted_is_none(api, monkeypatch, ordering):
    monkeypatch.setattr("products.querysets.expectation.PERHAPS_MORE", 3)
    monkeypatch.setattr("products.querysets.expectation.planned", lambda queryset: 1_000)
    for _ in range(9):
        ProductFactory(name="Mug")
    ProductFactory(name="Lantern").delete()
    answer = api.get("/api/products/", {"search": "lantern", "ordering": ordering}).json()
    assert (answer["count_is_estimate"], answer["count"], answer["results"]) == (False, 0, [])


@pytest.mark.parametrize("ordering", ["", "price", "-created_at"])
def test_a_common_word_in_several_categories_is_found_there_and_nowhere_else(api, common, ordering):
    shelves = [CategoryFactory(slug=slug) for slug in ("a", "b", "c")]
    for number in range(27):
        ProductFactory(name=f"Lamp {number}", category=shelves[number % 3], price=number)
        ProductFactory(name=f"Chair {number}", category=shelves[number % 3], price=number)
    url = f"/api/products/?search=lamp&category=a,b&page_size=5&cursor=&ordering={ordering}"
    found = [product["name"] for page in pages(api, url) for product in page["results"]]
    expected = [f"Lamp {number}" for number in range(27) if number % 3 < 2]
    assert found == (expected if ordering == "price" else expected[::-1])


@pytest.mark.parametrize("ordering", ["", "price"])
def test_a_page_beyond_all_that_there_can_be_is_not_looked_for(api, common, monkeypatch, ordering):
    monkeypatch.setattr("products.querysets.matches.best.rows", lambda *args: pytest.fail("It was looked for."))
    monkeypatch.setattr("products.querysets.matches.plans.rows", lambda *args: pytest.fail("It was looked for."))
    for number in range(12):
        ProductFactory(name=f"Lamp {number} red")
    url = f"/api/products/?search=lamp+red&page_size=100&ordering={ordering}"
    assert api.get(f"{url}&page=900").status_code == 404
