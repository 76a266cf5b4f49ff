"""Which database a read goes to. Here a replica is a second way to the test database; real ones: test_two_hosts.py."""

import pytest
from django.db import connection, connections, router
from django.test.utils import CaptureQueriesContext

from ecommerce_backend import replicas
from products import search
from products.models import Product
from tests.scaling.replicas.conftest import as_replica, asked, names, reads

PATHS = [
    "/api/products/",
    "/api/products/?category=lighting&min_price=1.50&ordering=price",
    "/api/products/?search=mu",
    "/api/products/?search=mgu",
    "/api/products/facets/?category=lighting",
    "/api/categories/",
    "/api/categories/lighting/",
    "/api/products/?cursor=",
]


def test_the_primary_is_asked_for_the_generation_and_the_replica_for_all_else(api, shop, routed):
    alone = {}
    for path in PATHS:
        search.by_word.cache_clear()
        with CaptureQueriesContext(connection) as queries:
            alone[path] = api.get(path).content, len(queries)
    with as_replica("replica1"):
        connections["replica1"].ensure_connection()
        for path in PATHS:
            answer, queries = asked(lambda path=path: api.get(path))
            assert (answer.status_code, answer.content) == (200, alone[path][0])
            assert queries == (1, alone[path][1]), path  # its own position is one of them


def test_one_product_is_read_there_too_and_one_that_is_missing_is_404(api, replica, shop):
    assert asked(lambda: api.get(f"/api/products/{shop[0].pk}/").status_code) == (200, (1, 2))
    assert asked(lambda: api.get("/api/products/01856aa0-c800-722b-b99c-000000000000/").status_code) == (404, (1, 2))


def test_a_304_asks_no_replica(api, replica):
    tag = api.get("/api/products/")["ETag"]
    known = {"if-none-match": tag}
    assert asked(lambda: api.get("/api/products/", headers=known).status_code) == (304, (1, 0))


def test_who_is_signed_in_and_who_writes_is_with_the_primary(customer, editor, bad_token, replica, shop):
    product = f"/api/products/{shop[0].pk}/"
    acts = [
        lambda: customer.get("/api/products/", headers={"authorization": "Bearer of.a.token"}),
        lambda: bad_token.get("/api/products/"),
        lambda: editor.patch(product, {"price": "3.00"}),
        lambda: editor.post("/api/products/", {"name": "New", "price": "1", "category": "lighting"}),
        lambda: editor.delete(product),
    ]
    answers = [asked(act) for act in acts]
    assert [answer.status_code for answer, _ in answers] == [200, 200, 200, 201, 204]
    assert {on_replica for _, (_, on_replica) in answers} == {0}


def test_a_replica_that_lags_answers_nothing_until_it_has_caught_up(api, replica):
    before, lagging = reads(), reads("default", "lagging")
    with replica.cursor() as cursor:  # a snapshot that is kept: what is written afterwards is not in it
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM products_generation")
        Product.objects.update(name="Renamed")
        assert names(api) == ["Renamed"] * 3
        assert (reads() - before, reads("default", "lagging") - lagging) == (0, 1)
        cursor.execute("ROLLBACK")
    assert names(api) == ["Renamed"] * 3
    assert (reads() - before, reads("default", "lagging") - lagging) == (1, 1)


@pytest.mark.parametrize(
    ("there", "state"),
    [
        (((1, 5), (2, 3)), "ok"),
        (((1, 7), (2, 4), (3, 1)), "ok"),
        (((1, 5),), "lagging"),
        (((1, 6), (2, 2)), "lagging"),  # as many changes, but not the same
        ((), "lagging"),
    ],
)
def test_a_replica_is_level_when_it_has_every_change_that_the_primary_has(there, state):
    assert replicas.state_of("default", wanted=((1, 5), (2, 3)), position=lambda alias: there) == state


def test_several_take_turns(api, routed, shop):
    with as_replica("replica1"), as_replica("replica2"):
        before = reads(), reads("replica2")
        for _ in range(6):
            names(api)
        assert (reads() - before[0], reads("replica2") - before[1]) == (3, 3)
        assert api.get("/health/ready/").json()["replicas"] == {"replica1": "ok", "replica2": "ok"}


def test_without_replicas_nothing_is_added_to_a_read(api, shop, django_assert_num_queries):
    assert router.routers == []
    with django_assert_num_queries(1):  # the page with its count, and the generation
        assert names(api) == ["Lamp", "Large Mug", "Mug"]


def test_replicas_are_not_migrated(replica):
    assert router.allow_migrate("default", "products")
    assert not router.allow_migrate("replica1", "products")
