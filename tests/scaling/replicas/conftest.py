"""A replica that is a second way to the test database; real ones: test_two_hosts.py."""

from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY

from ecommerce_backend import replicas
from products import search
from tests.factories import CategoryFactory, ProductFactory


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
    search.by_word.cache_clear()
    with CaptureQueriesContext(connection) as primary, CaptureQueriesContext(connections["replica1"]) as replica:
        made = act()
    return made, (len(primary), len(replica))


def reads(database="replica1", reason=""):
    return REGISTRY.get_sample_value("db_catalogue_reads_total", {"database": database, "reason": reason}) or 0


def names(api):
    return sorted(product["name"] for product in api.get("/api/products/").json()["results"])
