"""The limits, counted in PostgreSQL and in a real Redis alike."""

from collections import Counter

import pytest
from django.db import connection

from ecommerce_backend.api import counters
from ecommerce_backend.breaker import CircuitBreaker
from tests.conftest import Client, problem
from tests.factories import ProductFactory, UserFactory
from tests.processes import at_once, free_port
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db

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


def test_after_five_failures_even_the_right_password_waits_but_not_from_elsewhere(store, limit):
    limit(login_account=(5, 60))
    UserFactory(username="nora")
    assert statuses(log_in(password="wrong") for _ in range(5)) == {401: 5}
    refused = log_in()
    assert problem(refused) == (429, "throttled")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert log_in(address="192.0.2.2").status_code == 200
    assert problem(log_in("Nora@Example.com")) == (429, "throttled")


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


@pytest.mark.parametrize("spelling", [" " * 250 + "nora", " " * 300 + "nora", "\u200bNORA", "nora@bücher.example"])
def test_another_spelling_is_the_same_account(store, limit, spelling):
    limit(login_account=(2, 60))
    UserFactory(username="nora", email="nora@xn--bcher-kva.example")
    assert statuses(log_in(password="wrong") for _ in range(2)) == {401: 2}
    assert problem(log_in(spelling)) == (429, "throttled")


def test_a_name_that_is_a_number_is_refused(store, limit):
    limit(login_account=(2, 60))
    UserFactory(username="12345")
    assert statuses(log_in(12345, password="wrong") for _ in range(4)) == {400: 4}


def test_right_passwords_are_not_counted_as_failures(store, limit):
    limit(login_account=(2, 60))
    UserFactory(username="nora")
    assert statuses(log_in() for _ in range(5)) == {200: 5}
    assert Client(REMOTE_ADDR="192.0.2.1").post("/api/token/", {"username": "nora"}).status_code == 400
    assert statuses(log_in(password="wrong") for _ in range(3)) == {401: 2, 429: 1}


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_are_counted_before_they_are_looked_at(store, limit):
    limit(login_account=(5, 60))
    UserFactory(username="nora")
    assert statuses(at_once(12, lambda _: log_in(password="wrong"))) == {401: 5, 429: 7}


def test_whoever_has_no_address_is_not_counted_with_all_others_who_have_none(store, limit):
    limit(register=(1, 60))
    client = Client(REMOTE_ADDR="")  # by a Unix socket, behind a proxy that says nothing
    assert statuses(client.post("/api/password-reset/", {"email": "nora@example.com"}) for _ in range(3)) == {202: 3}


def test_attempts_are_limited_by_address_whatever_the_account(store, limit):
    limit(login_address=(3, 60))
    assert statuses(log_in(f"nobody{number}") for number in range(5)) == {401: 3, 429: 2}
    assert log_in(address="192.0.2.2").status_code == 401


@pytest.mark.parametrize(("proxies", "expected"), [(0, {401: 2, 429: 4}), (1, {401: 6})])
def test_a_made_up_address_changes_nothing_unless_a_proxy_is_trusted(limit, monkeypatch, proxies, expected):
    from rest_framework.settings import api_settings

    monkeypatch.setattr(api_settings, "NUM_PROXIES", proxies)
    limit(login_address=(2, 60))
    forwarded = [log_in(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}") for number in range(6)]
    assert statuses(forwarded) == expected
    if proxies:  # what stands before the trusted proxy's own word is the client's invention
        made_up = [log_in(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.99") for number in range(4)]
        assert statuses(made_up) == {401: 2, 429: 2}


def test_an_ipv6_network_is_one_address(limit):
    limit(login_address=(2, 60))
    assert statuses(log_in(address=f"2001:db8::{number}") for number in range(4)) == {401: 2, 429: 2}
    assert log_in(address="2001:db8:0:1::1").status_code == 401


def test_registrations_are_limited_by_address(store, limit):
    limit(register=(2, 3600))
    answers = []
    for number in range(4):
        body = {"username": f"nora{number}", "email": f"nora{number}@example.com", "password": PASSWORD}
        answers.append(Client().post("/api/register/", body))
    assert statuses(answers) == {201: 2, 429: 2}


def test_refreshes_and_mails_for_a_new_password_are_limited_by_address(limit):
    limit(refresh=(1, 60), register=(1, 60))
    for path in ("/api/token/refresh/", "/api/password-reset/"):
        first, second = (Client().post(path, {}) for _ in range(2))
        assert (first.status_code, problem(second)) == (400, (429, "throttled"))


def test_guesses_at_ones_own_password_are_limited(limit):
    limit(login_account=(2, 60))
    client = Client().with_token(str(RefreshToken.for_user(UserFactory()).access_token))
    answers = [client.delete("/api/users/me/", {"current_password": "wrong"}) for _ in range(3)]
    assert statuses(answers) == {400: 2, 429: 1}
    assert client.get("/api/users/me/").status_code == 200


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


def test_a_window_ends(store, limit):
    limit(login_address=(1, 1))
    assert statuses(log_in() for _ in range(2)) == {401: 1, 429: 1}
    count = counters.hit("x", seconds=1)
    while counters.hit("x", seconds=1).hits > 1:  # until the window of both has ended
        assert count.seconds <= 1
    assert log_in().status_code == 401


def test_with_redis_gone_reading_goes_on_and_logging_in_stays_limited(limit, settings, monkeypatch, caplog):
    monkeypatch.setattr(counters, "breaker", CircuitBreaker())
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    limit(login_account=(2, 60), anon=(100, 60))
    UserFactory(username="nora")
    assert statuses(log_in(password="wrong") for _ in range(4)) == {401: 2, 429: 2}
    assert Client().get("/api/products/").status_code == 200
    assert caplog.text.count("Redis is away") == 1


def test_logins_are_logged_without_their_secrets(limit, caplog):
    caplog.set_level("INFO")
    limit(login_account=(1, 60))
    user = UserFactory(username="nora")
    for name, password in (("nora", PASSWORD), ("nora", "wrong"), ("nora", "wrong"), ("my-password", "wrong")):
        log_in(name, password)
    lines = [record.getMessage() for record in caplog.records if record.name == "security"]
    assert lines == [
        f"login_ok account={user.pk}",
        f"login_failed account={user.pk}",
        f"login_throttled account={user.pk}",
        "login_failed account=unknown",
    ]
    assert PASSWORD not in caplog.text
    assert "my-password" not in caplog.text
