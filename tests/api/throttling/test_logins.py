"""Nobody guesses passwords for long."""

import pytest
from rest_framework.settings import api_settings

from tests.api.throttling.conftest import PASSWORD, log_in, statuses
from tests.conftest import Client, problem
from tests.factories import UserFactory
from tests.processes import at_once
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db


def test_after_five_failures_even_the_right_password_waits_but_not_from_elsewhere(store, limit):
    limit(login_account=(5, 60))
    UserFactory(username="nora")
    assert statuses(log_in(password="wrong") for _ in range(5)) == {401: 5}
    refused = log_in()
    assert problem(refused) == (429, "throttled")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert log_in(address="192.0.2.2").status_code == 200
    assert problem(log_in("Nora@Example.com")) == (429, "throttled")


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
def test_right_passwords_alone_keep_nobody_out_however_many_come_at_once(store, limit):
    limit(login_account=(3, 60))
    UserFactory(username="nora")
    assert set(statuses(at_once(9, lambda _: log_in()))) <= {200, 429}
    assert log_in().status_code == 200


def test_what_the_address_is_refused_for_does_not_count_against_the_account(store, limit):
    limit(login_account=(2, 60), login_address=(1, 60))
    UserFactory(username="nora")
    assert statuses(log_in(password="wrong") for _ in range(4)) == {401: 1, 429: 3}
    limit(login_account=(2, 60))
    assert statuses(log_in(password="wrong") for _ in range(2)) == {401: 1, 429: 1}


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_are_counted_before_they_are_looked_at(store, limit):
    limit(login_account=(5, 60))
    UserFactory(username="nora")
    assert statuses(at_once(12, lambda _: log_in(password="wrong"))) == {401: 5, 429: 7}


def test_attempts_are_limited_by_address_whatever_the_account(store, limit):
    limit(login_address=(3, 60))
    assert statuses(log_in(f"nobody{number}") for number in range(5)) == {401: 3, 429: 2}
    assert log_in(address="192.0.2.2").status_code == 401


@pytest.mark.parametrize(("proxies", "expected"), [(0, {401: 2, 429: 4}), (1, {401: 6})])
def test_a_made_up_address_changes_nothing_unless_a_proxy_is_trusted(limit, monkeypatch, proxies, expected):
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


@pytest.mark.parametrize(("method", "path"), [("delete", "/api/users/me/"), ("post", "/api/users/me/password/")])
def test_guesses_at_ones_own_password_are_limited(limit, method, path):
    limit(login_account=(2, 60))
    client = Client().with_token(str(RefreshToken.for_user(UserFactory()).access_token))
    guess = {"current_password": "wrong", "new_password": "battery staple 7"}
    answers = [getattr(client, method)(path, guess) for _ in range(3)]
    assert statuses(answers) == {400: 2, 429: 1}
    assert client.get("/api/users/me/").status_code == 200


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


@pytest.mark.parametrize("address", ["198.51.100.{}:51234", "[2001:db8:0:{}::1]:443", "[2001:db8:0:{}::1]"])
def test_an_address_may_come_with_a_port(limit, monkeypatch, address):
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1)
    limit(login_address=(1, 60))
    forwarded = [log_in(HTTP_X_FORWARDED_FOR=address.format(number)) for number in (1, 1, 2)]
    assert [answer.status_code for answer in forwarded] == [401, 429, 401]
