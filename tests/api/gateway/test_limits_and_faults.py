"""Limits hold in front of Django too; what the gateway cannot answer, Django explains."""

import pytest
from django.db import OperationalError

from ecommerce_backend.api import counters
from tests.api.gateway.conftest import Gateway

pytestmark = pytest.mark.django_db(transaction=True)  # outside a transaction, as a server is


def test_one_too_many_is_429(gateway, settings):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"anon": (2, 60)}
    answers = [gateway.get("/api/products/") for _ in range(3)]
    assert [answer[0][:3] for answer in answers] == ["200", "200", "429"]
    assert [answer[1]["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert gateway.get("/api/products/", REMOTE_ADDR="192.0.2.2")[0] == "200 OK"


def test_a_database_that_goes_while_the_limit_is_counted_is_for_django_to_explain(gateway, settings, monkeypatch):
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"anon": (9, 60)}
    gateway.get("/api/products/")

    def hit(*_, **__):
        raise OperationalError("gone")

    monkeypatch.setattr(counters, "hit", hit)
    status, headers, _ = gateway.get("/api/products/")
    assert (status, headers["Content-Type"]) == ("503 Service Unavailable", "application/problem+json")


def test_a_database_that_does_not_say_is_for_django_to_explain():
    def generation():
        raise OperationalError("gone")

    gateway = Gateway(generation=generation)
    assert [gateway.get("/api/products/")[0] for _ in range(2)] == ["200 OK", "200 OK"]
    assert len(gateway.asked) == 2
