"""The limits, counted in PostgreSQL and in a real Redis alike."""

import hashlib
import re
import time

import pytest
from django.db import connection

from ecommerce_backend.api import counters
from ecommerce_backend.api.models import RateCounter
from ecommerce_backend.breaker import CircuitBreaker
from tests.api.throttling.conftest import PASSWORD, log_in, statuses
from tests.conftest import Client, problem
from tests.factories import ProductFactory, UserFactory
from tests.processes import free_port
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_room(transactional_db):
    """PostgreSQL says of every hit that it counts what it says when the disk is full."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END$$;"
            "CREATE TRIGGER no_room BEFORE INSERT ON api_ratecounter EXECUTE FUNCTION no_room()"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION no_room CASCADE")


def test_on_a_full_disk_reading_goes_on_uncounted_and_nobody_guesses_passwords(no_room, limit):
    limit(anon=(1, 60), login_account=(5, 60))
    assert statuses(Client().get("/api/categories/") for _ in range(3)) == {200: 3}
    assert problem(log_in()) == (503, "service_unavailable")


def test_whoever_has_no_address_is_not_counted_with_all_others_who_have_none(store, limit):
    limit(register=(1, 60))
    client = Client(REMOTE_ADDR="")  # by a Unix socket, behind a proxy that says nothing
    assert statuses(client.post("/api/password-reset/", {"email": "nora@example.com"}) for _ in range(3)) == {202: 3}


def test_registrations_are_limited_by_address(store, limit):
    limit(register=(2, 3600))
    answers = []
    for number in range(4):
        body = {"username": f"nora{number}", "email": f"nora{number}@example.com", "password": PASSWORD}
        answers.append(Client().post("/api/register/", body))
    assert statuses(answers) == {201: 2, 429: 2}


def test_refreshes_and_mails_for_a_new_password_are_limited_by_address(limit):
    limit(refresh=(1, 60), register=(1, 60))
    paths = ("/api/token/refresh/", "/api/password-reset/", "/api/password-reset/confirm/", "/api/register/")
    for number, path in enumerate(paths):
        # A mail and what is made of it are counted together, and apart from registrations.
        client = Client(REMOTE_ADDR=f"192.0.2.{min(number, 2)}")
        first, second = (client.post(path, {}) for _ in range(2))
        assert (first.status_code, problem(second)) == (400, (429, "throttled"))


@pytest.mark.parametrize(
    "path",
    [
        "/api/products/",
        "/api/register/",
        "/api/token/",
        "/api/token/refresh/",
        "/api/password-reset/",
        "/api/password-reset/confirm/",
    ],
)
def test_whoever_asks_what_there_is_has_tried_nothing(limit, path):
    limit(anon=(1, 60), refresh=(1, 60), register=(1, 60), login_address=(1, 60), login_account=(1, 60))
    assert statuses(Client().options(path, {"username": "nora"}) for _ in range(3)) == {200: 3}
    assert Client().post(path, {"username": "nora"}).status_code != 429


def test_reading_is_limited_by_address_and_by_account_and_says_how_much_is_left(
    store, limit, django_assert_num_queries
):
    ProductFactory()
    limit(anon=(2, 60), user=(3, 60))
    # The page with the generation, or after it where Redis may have the page; there PostgreSQL counts no hits.
    with django_assert_num_queries(2):
        answer = Client().get("/api/products/")
    assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == ("2", "1")
    assert 1 <= int(answer["RateLimit-Reset"]) <= 60
    assert statuses(Client().get("/api/categories/") for _ in range(3)) == {200: 1, 429: 2}
    client = Client().with_token(str(RefreshToken.for_user(UserFactory()).access_token))
    assert statuses(client.get("/api/products/") for _ in range(4)) == {200: 3, 429: 1}


def test_health_is_never_limited(limit):
    limit(anon=(1, 60))
    assert statuses(Client().get("/health/ready/") for _ in range(5)) == {200: 5}


def test_what_was_not_counted_is_not_taken_back(store):
    for _ in range(2):
        counters.take_back("y")
    assert counters.hit("y", seconds=60, limit=5).hits == 1
    for _ in range(2):
        counters.take_back("y")
    assert counters.hit("y", seconds=60, limit=5).hits == 1


def test_names_are_not_stored(limit):
    limit(anon=(9, 60))
    Client().get("/api/products/")
    [key] = RateCounter.objects.values_list("key", flat=True)
    assert re.fullmatch("[0-9a-f]{64}", key)
    assert key != hashlib.sha256(b"127.0.0.1").hexdigest()


def test_a_window_ends(store, limit):
    limit(login_address=(1, 1))
    assert statuses(log_in() for _ in range(2)) == {401: 1, 429: 1}
    assert counters.hit("x", seconds=1, limit=1000).seconds <= 1
    deadline = time.monotonic() + 5
    while counters.hit("x", seconds=1, limit=1000).hits > 1:  # until the window of both has ended
        assert time.monotonic() < deadline
    assert log_in().status_code == 401


def test_with_redis_gone_reading_goes_on_and_logging_in_stays_limited(limit, settings, monkeypatch, caplog):
    monkeypatch.setattr(counters, "breaker", CircuitBreaker())
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    limit(login_account=(2, 60), anon=(100, 60))
    UserFactory(username="nora")
    assert statuses(log_in(password="wrong") for _ in range(4)) == {401: 2, 429: 2}
    assert Client().get("/api/products/").status_code == 200
    assert caplog.text.count("Redis is away") == 1
