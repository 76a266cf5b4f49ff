"""Replicas that are away, or are lost in the middle."""

from django.db import connection

from ecommerce_backend import replicas
from tests.processes import free_port
from tests.scaling.replicas.conftest import as_replica, asked, names, reads


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


def cut(replica):
    """End the replica's connection, on the side of the server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 1000)", [replica.connection.info.backend_pid])
