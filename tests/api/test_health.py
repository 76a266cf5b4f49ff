from django.db import OperationalError

from tests.conftest import problem


def test_live_asks_nobody(api, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = api.get("/health/live/")
    assert (response.json(), response["Cache-Control"]) == ({"status": "ok"}, "no-store")


def test_ready_asks_the_database_once(api, django_assert_num_queries, db):
    with django_assert_num_queries(1):
        assert api.get("/health/ready/").json() == {"status": "ok"}


def test_not_ready_while_the_database_is_away(api, monkeypatch):
    class Away:
        def cursor(self):
            raise OperationalError("could not connect")

    monkeypatch.setattr("ecommerce_backend.health.connection", Away())
    assert problem(api.get("/health/ready/")) == (503, "service_unavailable")
    assert api.get("/health/live/").status_code == 200
