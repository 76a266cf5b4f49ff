from django.db import OperationalError

from ecommerce_backend import caches
from tests.conftest import problem
from tests.processes import free_port


def test_live_asks_nobody(api, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = api.get("/health/live/")
    assert (response.json(), response["Cache-Control"]) == ({"status": "ok"}, "no-store")


def test_ready_asks_the_database_once(api, django_assert_num_queries, db):
    with django_assert_num_queries(1):
        assert api.get("/health/ready/").json() == {"status": "ok", "cache": "off", "replicas": {}}


def test_a_cache_that_is_away_is_told_and_no_reason_to_end(api, use_redis, settings, db):
    assert api.get("/health/ready/").json() == {"status": "ok", "cache": "ok", "replicas": {}}
    settings.CACHES = caches.configuration(f"redis://127.0.0.1:{free_port()}/0", [])
    answer = api.get("/health/ready/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "cache": "away", "replicas": {}})


def test_not_ready_while_the_database_is_away(api, monkeypatch):
    class Away:
        def cursor(self):
            raise OperationalError("could not connect")

    monkeypatch.setattr("ecommerce_backend.health.connection", Away())
    assert problem(api.get("/health/ready/")) == (503, "service_unavailable")
    assert api.get("/health/live/").status_code == 200
