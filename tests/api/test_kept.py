"""What a cache refuses is made each time, and the rest is kept as before."""

import pytest
import redis

from ecommerce_backend.api import kept
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def warnings(caplog):
    """What was said of the cache."""
    kept._warn_of_refusals.cache_clear()
    return lambda: [record.message for record in caplog.records if record.name == kept.__name__]


def refused(operation, error):
    return f"The cache has refused to {operation}: what it does not keep is made each time ({error})"


def test_a_page_that_is_too_large_for_memcached_turns_nothing_off(
    api, use_memcached, warnings, django_assert_num_queries
):
    ProductFactory.create_batch(60, category=CategoryFactory(), description="é" * 10_000)
    for _ in range(2):
        assert len(api.get("/api/products/?page_size=100").json()["results"]) == 60
        api.get("/api/products/?page_size=1")
        with django_assert_num_queries(1):
            assert len(api.get("/api/products/?page_size=1").json()["results"]) == 1
    assert warnings() == [refused("set", "MemcacheServerError")]


def test_a_redis_that_is_full_is_asked_again_and_keeps_nobody_waiting(
    api, use_redis, warnings, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(kept.time, "sleep", pytest.fail)
    ProductFactory()
    with redis.Redis.from_url(use_redis) as client:
        client.config_set("maxmemory", 1)
        try:
            assert [api.get("/api/products/").json()["count"] for _ in range(2)] == [1, 1]
        finally:
            client.config_set("maxmemory", 0)
    assert warnings() == [refused(operation, "OutOfMemoryError") for operation in ("add", "set")]
    api.get("/api/products/")
    with django_assert_num_queries(1):
        assert api.get("/api/products/").json()["count"] == 1
