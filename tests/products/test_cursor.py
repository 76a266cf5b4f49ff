"""Paging by cursor: forwards and backwards, in every ordering, while others write."""

from itertools import chain
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.models import Category, Product
from tests.conftest import faults
from tests.factories import CategoryFactory, ProductFactory
from tests.paging import pages

pytestmark = pytest.mark.django_db

FIELDS = ("price", "created_at", "updated_at", "name")
ORDERINGS = [
    *(f"{sign}{field}" for field in FIELDS for sign in ("", "-")),
    *("price,name", "-price,-name", "price,-name", "-name,price,-created_at", "name,-updated_at,price"),
]


@pytest.fixture
def shop():
    """Twenty products with many ties."""
    shelves = [CategoryFactory(slug="a"), CategoryFactory(slug="b")]
    return [ProductFactory(name=f"Mug {n % 3}", price=n % 4, category=shelves[n % 2]) for n in range(20)]


def ids(page):
    return [product["id"] for product in page["results"]]


@pytest.mark.parametrize("ordering", ["", *ORDERINGS])
@pytest.mark.parametrize("filters", ["", "category=a", "min_price=1&category=a,b", "search=mug", "search=mgug"])
def test_it_leads_through_the_list_and_back(api, shop, ordering, filters):
    assert_it_leads_there_and_back(api, f"{filters}&ordering={ordering}")


def assert_it_leads_there_and_back(api, query):
    expected = ids(api.get(f"/api/products/?{query}&page_size=100").json())
    there = list(pages(api, f"/api/products/?{query}&cursor=&page_size=3"))
    assert list(chain.from_iterable(map(ids, there))) == expected
    back = list(pages(api, there[-1]["previous"], "previous")) if len(there) > 1 else []
    assert [ids(page) for page in back[::-1]] == [ids(page) for page in there[:-1]]


@pytest.mark.parametrize("ordering", ["created_at", "-price", "price,-name", "-name,price,-created_at"])
@pytest.mark.parametrize("filters", ["search=mug", "updated_after={}"])
def test_it_leads_along_some_categories_of_many_and_back(api, shop, ordering, filters, monkeypatch):
    for what in ("plans.FEW", "expectation.COUNTED_MATCHES", "best.FEW_IN_A_TIER"):  # so that all is walked to
        monkeypatch.setattr(f"products.querysets.{what}", 0)
    monkeypatch.setattr("products.querysets.plans.MOST_OF_INDEX", 1)
    ProductFactory.create_batch(30, name="Mug 1", price=2, category=CategoryFactory(slug="c"))
    filters = filters.format(f"{shop[2].updated_at:%Y-%m-%dT%H:%M:%S.%fZ}")
    with CaptureQueriesContext(connection) as captured:
        assert_it_leads_there_and_back(api, f"{filters}&category=a,b&ordering={ordering}")
    assert any("UNION ALL (" in query["sql"] for query in captured)


def test_the_envelope_has_no_counts(api, shop):
    page = api.get("/api/products/?cursor=&page_size=5").json()
    assert list(page) == ["next", "previous", "page_size", "results"]
    assert (page["previous"], page["page_size"], len(page["results"])) == (None, 5, 5)
    assert page["next"].startswith("http://testserver/api/products/?cursor=")


def test_a_page_costs_one_query_at_any_depth(api, shop, django_assert_num_queries):
    url = "/api/products/?cursor=&page_size=5&ordering=price"
    while url:
        with django_assert_num_queries(1):  # the page, and the generation
            url = api.get(url).json()["next"]


def test_between_changes_it_counts_nothing(api, shop):
    url = f"/api/products/?cursor=&page_size=7&ordering=price&updated_after={shop[2].updated_at:%Y-%m-%dT%H:%M:%S.%fZ}"
    queries = []
    while url:
        with CaptureQueriesContext(connection) as captured:
            page = api.get(url).json()
        queries.append(len(captured))
        url = page["next"]
    # 1. the first and last moments, and the generation  2. the page  3. whether these were the last rows
    assert queries == [2, 2, 3]


def test_ids_are_found_by_themselves(api, shop, django_assert_num_queries):
    with django_assert_num_queries(1):  # the page, and the generation
        page = api.get(f"/api/products/?cursor=&id={shop[0].pk},{shop[1].pk}").json()
    assert sorted(ids(page)) == sorted([str(shop[0].pk), str(shop[1].pk)])


@pytest.mark.parametrize("ordering", ["", "price"])
@pytest.mark.parametrize("search", ["", "mug"])
def test_there_is_nothing_more_when_the_category_is_gone_meanwhile(api, shop, search, ordering):
    url = f"/api/products/?search={search}&ordering={ordering}&category=a&page_size=1&cursor="
    following = api.get(url).json()["next"]
    Category.objects.filter(slug="a").update(slug="c")
    page = api.get(following).json()
    assert (page["results"], page["next"]) == ([], None)
    page = api.get(page["previous"]).json()  # the last page, of a list that has none any more
    assert (page["results"], page["next"], page["previous"]) == ([], None, None)


@pytest.mark.parametrize("ordering", ["", "created_at", "price,-name", "-name,price,-created_at"])
@pytest.mark.parametrize("filters", ["", "min_price=1&category=a,b", "search=mug", "search=mgug"])
def test_where_all_later_rows_are_gone_it_leads_to_the_last_page(api, shop, ordering, filters):
    first, second, *later = pages(api, f"/api/products/?{filters}&ordering={ordering}&cursor=&page_size=4")
    Product.objects.filter(pk__in=chain.from_iterable(map(ids, later))).delete()
    page = api.get(second["next"]).json()
    assert (page["results"], page["next"]) == ([], None)
    last = api.get(page["previous"]).json()
    assert (last["results"], last["next"]) == (second["results"], None)
    assert api.get(last["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize("ordering", ["", "created_at", "price,-name", "-name,price,-created_at"])
@pytest.mark.parametrize("filters", ["", "min_price=1&category=a,b", "search=mug", "search=mgug"])
def test_where_all_earlier_rows_are_gone_it_leads_to_the_first_page(api, shop, ordering, filters):
    first, second, third, *_ = pages(api, f"/api/products/?{filters}&ordering={ordering}&cursor=&page_size=4")
    Product.objects.filter(pk__in=ids(first)).delete()
    page = api.get(second["previous"]).json()
    assert (page["results"], page["previous"]) == ([], None)
    now_first = api.get(page["next"]).json()
    assert (now_first["results"], now_first["previous"]) == (second["results"], None)
    assert api.get(now_first["next"]).json()["results"] == third["results"]


def test_an_empty_list_leads_nowhere(api, db):
    page = api.get("/api/products/?cursor=").json()
    assert (page["results"], page["next"], page["previous"]) == ([], None, None)


def test_a_row_that_goes_or_comes_moves_no_other(api, shop):
    first = api.get("/api/products/?cursor=&page_size=5&ordering=created_at").json()
    rest = [str(product.pk) for product in shop[5:]]
    shop[4].delete()
    shop[0].delete()
    assert ids(api.get(first["next"].replace("page_size=5", "page_size=100")).json()) == rest


@pytest.mark.parametrize("text", ["x", "eA:1:2", "W10:1:2", "٢", "%00", "'", "a" * 500])
def test_what_is_no_cursor_is_refused(api, shop, text):
    assert faults(api.get(f"/api/products/?cursor={text}")) == {"cursor": ["invalid"]}


@pytest.mark.parametrize("change", ["&ordering=price", "&search=mug", "&category=a", "&min_price=1"])
def test_the_cursor_of_another_list_is_refused(api, shop, change):
    following = api.get("/api/products/?cursor=&page_size=5").json()["next"]
    assert api.get(following + "&fields=id").status_code == 200
    assert faults(api.get(following + change)) == {"cursor": ["invalid"]}


def test_a_changed_cursor_is_refused(api, shop):
    following = urlsplit(api.get("/api/products/?cursor=&page_size=5").json()["next"])
    [cursor] = parse_qs(following.query)["cursor"]
    for changed in (cursor[:-1], cursor + "a", "A" + cursor[1:], cursor.swapcase()):
        assert faults(api.get("/api/products/", {"cursor": changed, "page_size": 5})) == {"cursor": ["invalid"]}


def test_a_page_and_a_cursor_do_not_go_together(api):
    assert faults(api.get("/api/products/?cursor=&page=1")) == {"page": ["exclusive"]}


@pytest.mark.parametrize("ordering", ["", "name", "-slug", "product_count", "-product_count"])
def test_categories_have_cursors_too(api, shop, ordering):
    for _ in range(4):
        CategoryFactory()
    whole = api.get(f"/api/categories/?ordering={ordering}").json()["results"]
    there = list(pages(api, f"/api/categories/?cursor=&page_size=2&ordering={ordering}"))
    assert list(chain.from_iterable(page["results"] for page in there)) == whole


def test_a_cursor_of_a_search_leads_on_after_its_words_have_come_into_other_names(api):
    for number in range(6):
        ProductFactory(name=f"Wi-Fi Router {number}")
    first = api.get("/api/products/?search=wi-fi+rout&cursor=&page_size=2").json()
    second = api.get(first["next"]).json()
    ProductFactory(name="Zzz rout")
    for page in (second, api.get(first["next"]).json()):
        assert [product["name"] for product in page["results"]] == ["Wi-Fi Router 3", "Wi-Fi Router 2"]
    assert api.get(second["previous"]).json()["results"] == first["results"]
    assert [each["name"] for each in api.get(second["next"]).json()["results"]] == ["Wi-Fi Router 1", "Wi-Fi Router 0"]


def test_what_is_left_blank_belongs_to_no_list(api, shop):
    """As forms send it, which name all of their fields."""
    first = api.get("/api/products/?cursor=&page=&search=&category=&ordering=price&page_size=5").json()
    there = parse_qs(urlsplit(first["next"]).query)["cursor"][0]
    expected = ids(api.get("/api/products/?ordering=price&page=2&page_size=5").json())
    for blank in ({}, {"page": "", "min_price": ""}, {"search": "", "id": ""}):
        answer = api.get("/api/products/", {"cursor": there, "ordering": "price", "page_size": 5} | blank)
        assert ids(answer.json()) == expected
    assert faults(api.get("/api/products/?page=1&cursor=")) == {"page": ["exclusive"]}
