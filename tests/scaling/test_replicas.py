"""Which database a read goes to. Here a replica is a second way to the test database; real ones: test_two_hosts.py."""

from contextlib import contextmanager

import pytest
from django.db import connection, connections, router
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY

from ecommerce_backend import replicas
from products import search
from products.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.processes import free_port

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


@contextmanager
def as_replica(alias, **changes):
    connections.settings[alias] = connections.settings["default"]
    # Django's own backend, for the embedded one gives a server that is away a minute. It calls itself "default",
    # to which alone Django lets a test connect.
    connections[alias] = DatabaseWrapper(connection.settings_dict | changes)
    yield
    connections[alias].close()
    del connections[alias], connections.settings[alias]
    replicas._breakers.clear()


@pytest.fixture
def shop(transactional_db):
    category = CategoryFactory(name="Lighting", slug="lighting")
    return [ProductFactory(name=name, price="2.00", category=category) for name in ("Mug", "Large Mug", "Lamp")]


@pytest.fixture
def routed(settings):
    settings.DATABASE_ROUTERS = ["ecommerce_backend.replicas.ReplicaRouter"]


@pytest.fixture
def replica(routed, shop):
    with as_replica("replica1"):
        yield connections["replica1"]


def asked(act):
    """What `act` returns, and how many queries each database got for it."""
    search.analysed.cache_clear()
    with CaptureQueriesContext(connection) as primary, CaptureQueriesContext(connections["replica1"]) as replica:
        made = act()
    return made, (len(primary), len(replica))


def reads(database="replica1", reason=""):
    return REGISTRY.get_sample_value("db_catalogue_reads_total", {"database": database, "reason": reason}) or 0


def names(api):
    return sorted(product["name"] for product in api.get("/api/products/").json()["results"])


def test_the_primary_is_asked_for_the_generation_and_the_replica_for_all_else(api, shop, routed):
    alone = {}
    for path in PATHS:
        search.analysed.cache_clear()
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


def test_one_that_is_away_is_asked_once_in_a_while(api, routed, shop, caplog):
    away = reads("default", "away")
    with as_replica("replica1", HOST="127.0.0.1", PORT=free_port()):
        assert [names(api) for _ in range(3)] == [["Lamp", "Large Mug", "Mug"]] * 3
        assert reads("default", "away") - away == 3
        assert [record.message for record in caplog.records if record.name == replicas.__name__] == [
            "replica1 is away: reading from the primary for 5.0 seconds (OperationalError)"
        ]
        assert api.get("/health/ready/").json()["replicas"] == {"replica1": "away"}


def test_one_that_is_back_is_found_by_one_request_and_used_by_all(api, replica):
    breaker = replicas._breakers["replica1"]
    breaker.open()
    assert asked(lambda: names(api))[1][1] == 0
    breaker._open_until = 1.0
    assert replicas._next(["replica1"]) == "replica1"
    assert replicas._next(["replica1"]) is None  # the first one has not come back yet
    breaker._open_until = 1.0
    assert asked(lambda: names(api))[1][1] > 0
    assert not replicas.is_left_alone("replica1")


def test_a_connection_that_was_cut_meanwhile_is_made_again(api, replica):
    names(api)
    before = reads()
    cut(replica)
    replica.close_if_unusable_or_obsolete()  # as each request begins, but for those of Django's test client
    assert names(api) == ["Lamp", "Large Mug", "Mug"]
    assert reads() - before == 1


def test_one_that_is_lost_in_the_middle_is_replaced_and_the_request_is_counted_once(api, replica, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"anon": (10, 60)}
    seen = []

    def cut_at_the_second(execute, sql, params, many, context):
        seen.append(sql)
        if len(seen) == 2:
            cut(replica)
        return execute(sql, params, many, context)

    away = reads("default", "failed")
    with replica.execute_wrapper(cut_at_the_second):
        answer = api.get("/api/products/")
    assert (answer.status_code, answer.json()["count"], answer["RateLimit-Remaining"]) == (200, 3, "9")
    assert reads("default", "failed") - away == 1
    assert replicas.is_left_alone("replica1")


def test_one_that_ends_a_statement_is_still_there(api, replica):
    seen = []

    def take_too_long(execute, sql, params, many, context):
        seen.append(sql)
        return execute(
            "SET statement_timeout = 1; SELECT pg_sleep(1)" if len(seen) == 2 else sql, params, many, context
        )

    with replica.execute_wrapper(take_too_long):
        assert names(api) == ["Lamp", "Large Mug", "Mug"]
    assert not replicas.is_left_alone("replica1")


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


def cut(replica):
    """End the replica's connection, on the side of the server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 1000)", [replica.connection.info.backend_pid])
