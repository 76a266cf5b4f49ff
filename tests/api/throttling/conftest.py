"""Limits, counted in PostgreSQL and in a real Redis alike."""

from collections import Counter

import pytest

from tests.conftest import Client

PASSWORD = "correct horse 9"


@pytest.fixture(params=["postgresql", "redis"])
def store(request):
    """Where the hits are counted."""
    if request.param == "redis":
        request.getfixturevalue("use_redis")
    return request.param


@pytest.fixture
def limit(settings):
    """Set the limits, all others being off."""

    def limit(**rates):
        settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES) | rates

    return limit


def log_in(name="nora", password=PASSWORD, address="192.0.2.1", **headers):
    return Client(REMOTE_ADDR=address, **headers).post("/api/token/", {"username": name, "password": password})


def statuses(responses):
    return Counter(response.status_code for response in responses)
