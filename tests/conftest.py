"""What every test may use: a client for each kind of caller, and one test run at a time."""

import getpass
import json
import os
import shutil
import subprocess
from contextlib import ExitStack
from typing import Any

import pymemcache
import pytest
import redis
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import connection
from rest_framework.response import Response
from rest_framework.test import APIClient

from ecommerce_backend import caches
from ecommerce_backend.api import counters, kept
from ecommerce_backend.breaker import CircuitBreaker
from tests.factories import UserFactory
from tests.openapi import Document
from tests.processes import free_port

TEST_RUN_LOCK = 7_201_501


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: Any) -> Any:
    """A second run against the same server waits for the first: both would use the same test database."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            cursor = stack.enter_context(connection._nodb_cursor())  # type: ignore[attr-defined]
            cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(%s)", [TEST_RUN_LOCK])
        yield


class Client(APIClient):
    """DRF's test client; a dict is sent as JSON. Django's CSRF check is on, as it is for everybody else."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(enforce_csrf_checks=True, **defaults)

    def with_token(self, token: str) -> "Client":
        """The same, with this bearer token."""
        self.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return self


@pytest.fixture
def api() -> Client:
    """Nobody in particular."""
    return Client()


@pytest.fixture
def customer(db: None) -> Client:
    """Somebody with an account and no rights."""
    client = Client()
    client.user = UserFactory()  # type: ignore[attr-defined]
    client.force_authenticate(client.user)  # type: ignore[attr-defined]
    return client


@pytest.fixture
def editor(db: None) -> Client:
    """Somebody who may write the catalogue."""
    client = Client()
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="products"))
    client.user = user  # type: ignore[attr-defined]
    client.force_authenticate(user)
    return client


@pytest.fixture
def bad_token(db: None) -> Client:
    """Somebody whose token is broken."""
    return Client().with_token("not.a.token")


@pytest.fixture(scope="session")
def document() -> Document:
    """The project's own Swagger document."""
    return Document(json.loads(Client().get("/swagger.json").content))


def problem(response: Response) -> tuple[int, str]:
    """Status and code of an error, once its shape has been looked at."""
    body = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert "no-store" in response["Cache-Control"]  # "may stay 404" must not be what a CDN answers
    assert set(body) - {"errors"} == {"type", "title", "status", "code", "detail", "request_id"}
    assert body["status"] == response.status_code
    assert body["request_id"] == response["X-Request-ID"]
    return body["status"], body["code"]


def faults(response: Response) -> dict[str, list[str]]:
    """The codes of a 400, by field."""
    assert problem(response) == (400, "invalid")
    return {name: [error["code"] for error in errors] for name, errors in response.json()["errors"].items()}


@pytest.fixture
def other_connection(transactional_db: None) -> Any:
    """A second connection to the test database, in a transaction of its own: another writer."""
    other = connection.copy()
    other.set_autocommit(False)
    yield other
    other.rollback()
    other.close()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    """A Redis of our own."""
    program = shutil.which("redis-server")
    if program is None:
        assert not os.environ.get("CI"), "CI has to have redis-server"
        pytest.skip("no redis-server on this machine")
    port, folder = free_port(), tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log) as server:
        url = f"redis://127.0.0.1:{port}/0"
        with redis.Redis.from_url(url) as client:
            while not answers(client):
                assert server.poll() is None
        yield url
        server.terminate()


def answers(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


@pytest.fixture(scope="session")
def memcached_server():
    """A memcached of our own."""
    program = shutil.which("memcached")
    if program is None:
        assert not os.environ.get("CI"), "CI has to have memcached"
        pytest.skip("no memcached on this machine")
    port = free_port()
    with subprocess.Popen([program, "-p", str(port), "-l", "127.0.0.1", "-u", getpass.getuser()]) as server:
        client = pymemcache.Client(("127.0.0.1", port))
        while not has_version(client):
            assert server.poll() is None
        client.close()
        yield f"127.0.0.1:{port}"
        server.terminate()


def has_version(client):
    try:
        return client.version()
    except OSError:
        return None


@pytest.fixture
def use_memcached(memcached_server, settings):
    settings.CACHES = caches.configuration("", [memcached_server])
    cache.clear()
    yield memcached_server
    cache.close()
    kept.breaker = CircuitBreaker()


@pytest.fixture
def use_redis(redis_url, settings, monkeypatch):
    pools, make = [], redis.ConnectionPool.__init__

    def make_and_remember(pool, *args, **kwargs):
        pools.append(pool)
        make(pool, *args, **kwargs)

    monkeypatch.setattr(redis.ConnectionPool, "__init__", make_and_remember)
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    settings.REDIS_URL, settings.CACHES = redis_url, caches.configuration(redis_url, [])
    yield redis_url
    counters._client.cache_clear()
    counters.breaker = CircuitBreaker()
    kept.breaker = CircuitBreaker()
    for pool in pools:  # those of a test's threads too, whose sockets would be complained of when the last test is over
        pool.disconnect()
