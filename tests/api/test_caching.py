"""Lists that are answered from what was answered before, and never out of date."""

import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ecommerce_backend import caches
from ecommerce_backend.api import caching, kept
from ecommerce_backend.breaker import CircuitBreaker
from products.models import Product
from tests.conftest import Client
from tests.factories import ProductFactory
from tests.processes import at_once, free_port

pytestmark = pytest.mark.django_db

PATHS = ["/api/products/", "/api/products/?search=mug", "/api/products/facets/", "/api/categories/"]


@pytest.fixture(params=["without a cache", "redis", "memcached"])
def cached(request):
    return None if request.param == "without a cache" else request.getfixturevalue(f"use_{request.param}")


@pytest.fixture(params=["redis", "memcached"])
def with_cache(request):
    return request.getfixturevalue(f"use_{request.param}")


def names(api, path="/api/products/"):
    return [product["name"] for product in api.get(path).json()["results"]]


@pytest.mark.parametrize("path", PATHS)
def test_a_list_has_an_etag_and_is_304_until_something_changes(api, cached, path):
    product = ProductFactory(name="Mug")
    first = api.get(path)
    assert first["Cache-Control"] == "public, no-cache"
    for method in (api.get, api.head):
        known = method(path, headers={"if-none-match": first["ETag"]})
        assert (known.status_code, known.content, known["ETag"]) == (304, b"", first["ETag"])
    product.delete()
    changed = api.get(path, headers={"if-none-match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)


@pytest.mark.parametrize("path", PATHS)
def test_304_costs_one_query(api, cached, path, django_assert_num_queries):
    tag = api.get(path)["ETag"]
    with django_assert_num_queries(1):
        assert api.get(path, headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    "path", [*PATHS, "/api/products/?cursor=", "/api/products/?search=mgu", "/api/categories/?cursor="]
)
def test_with_nothing_to_compare_the_first_statement_tells_the_generation(api, path):
    ProductFactory(name="Mug")
    with CaptureQueriesContext(connection) as captured:
        made = api.get(path)
    about_products = [each["sql"] for each in captured if "products_" in each["sql"]]
    assert "products_generation" in about_products[0]
    assert not any("products_generation" in sql for sql in about_products[1:])
    assert api.get(path, headers={"if-none-match": made["ETag"]}).status_code == 304


@pytest.mark.parametrize("size", [0, 4_000_000])  # of the memory of a worker, which learns it afterwards
def test_a_page_and_its_generation_are_one_query(api, settings, django_assert_num_queries, size):
    settings.ANSWER_CACHE_BYTES = size
    product = ProductFactory()
    with django_assert_num_queries(1):
        assert api.get(f"/api/products/{product.pk}/").json()["id"] == str(product.pk)
    for path in ("/api/products/", "/api/products/?ordering=price", "/api/products/?min_price=1", "/api/categories/"):
        with django_assert_num_queries(1):
            assert api.get(path).json()["count"] == 1


def test_another_query_has_another_etag(api):
    tags = {
        api.get(f"/api/products/{query}")["ETag"] for query in ("", "?page_size=1", "?ordering=price", "?fields=id")
    }
    assert len(tags) == 4


@pytest.mark.parametrize("path", ["/api/products/?page=7", "/api/products/?min_price=x", "/api/products/?nope=1"])
def test_what_is_no_list_is_never_304(api, path):
    assert api.get(path, headers={"if-none-match": "*"}).status_code in (400, 404)


@pytest.mark.parametrize("path", PATHS)
def test_any_list_will_do_for_an_asterisk(api, cached, path):
    assert [api.get(path, headers={"if-none-match": "*"}).status_code for _ in range(2)] == [304, 304]


def test_the_second_answer_costs_one_query(api, with_cache, django_assert_num_queries):
    ProductFactory.create_batch(3)
    first = api.get("/api/products/?ordering=price")
    with django_assert_num_queries(1):
        second = api.get("/api/products/?ordering=price")
    assert (second.content, second["ETag"], second["Content-Type"]) == (
        *(first.content, first["ETag"], "application/json"),
    )


@pytest.mark.django_db(transaction=True)
def test_a_read_sees_what_is_committed_and_nothing_else(api, with_cache):
    ProductFactory(name="Old")
    assert names(api) == ["Old"]
    with transaction.atomic():
        Product.objects.update(name="New")
        assert at_once(1, lambda _: names(Client())) == [["Old"]]
    assert names(api) == ["New"]
    with transaction.atomic():
        Product.objects.update(name="Never")
        transaction.set_rollback(True)
    assert names(api) == ["New"]


def test_who_fails_keeps_nobody_waiting(api, with_cache, monkeypatch):
    monkeypatch.setattr(kept, "_wait_for", pytest.fail)
    for _ in range(2):
        assert api.get("/api/products/?page=2").status_code == 404
    ProductFactory(name="Mug")
    assert names(api) == ["Mug"]


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_one_that_fails_makes_it_himself(with_cache, monkeypatch):
    monkeypatch.setattr(kept, "WAIT_SECONDS", 30)
    begun = time.monotonic()
    answers = at_once(8, lambda _: Client().get("/api/products/?page=2"))
    assert [answer.status_code for answer in answers] == [404] * 8
    assert time.monotonic() - begun < kept.WAIT_SECONDS


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_computes(with_cache, monkeypatch):
    made = []
    ProductFactory(name="Mug")
    to_json = caching.to_json

    def count(data):
        made.append(data)
        return to_json(data)

    monkeypatch.setattr(caching, "to_json", count)
    assert at_once(8, lambda _: names(Client())) == [["Mug"]] * 8
    assert len(made) == 1


@pytest.mark.parametrize(
    ("url", "servers", "error"),
    [("redis://127.0.0.1:{}/0", [], "ConnectionError"), ("", ["127.0.0.1:{}"], "ConnectionRefusedError")],
)
def test_with_the_cache_away_answers_are_right_and_it_is_asked_once(api, settings, caplog, url, servers, error):
    port = free_port()
    settings.REDIS_URL = url.format(port)
    settings.CACHES = caches.configuration(settings.REDIS_URL, [each.format(port) for each in servers])
    ProductFactory(name="Mug")
    try:
        assert names(api) == names(api) == ["Mug"]
    finally:
        kept.breaker = CircuitBreaker()
    assert [record.message for record in caplog.records if record.name == kept.__name__] == [
        f"The cache is away: doing without for 5.0 seconds ({error})"
    ]
