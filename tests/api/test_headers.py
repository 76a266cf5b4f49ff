import pytest
from axes.models import AccessAttempt

from tests.conftest import Client, problem
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/api/", "/api/products/", "/api/nope/", "/swagger/", "/admin/login/", "/health/live/"]
)
def test_every_answer_tells_browsers_to_be_careful(api, path):
    answer = api.get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy  # so scripts come from 'self' alone, and never from the page


@pytest.fixture
def tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000


def test_where_tls_is_required_a_secret_in_the_clear_is_refused_and_not_redirected(tls):
    with_token = Client().with_token("some.token.here")
    assert problem(with_token.get("/api/products/")) == (403, "permission_denied")
    assert problem(Client().post("/api/token/", {"username": "a", "password": "b"})) == (403, "permission_denied")


def test_where_tls_is_required_what_is_no_secret_is_redirected_and_probes_are_answered(tls):
    answer = Client().get("/api/products/?page=2")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/api/products/?page=2")
    assert Client().get("/health/live/").status_code == 200


def test_over_tls_it_works_and_stays_there(tls):
    answer = Client().get("/api/products/", secure=True)
    assert answer.status_code == 200
    assert answer["Strict-Transport-Security"] == "max-age=31536000"
    assert Client().post("/api/token/", {"username": "a", "password": "b"}, secure=True).status_code == 401


def guess(client, password, name="nora", address="192.0.2.1"):
    return client.post("/admin/login/", {"username": name, "password": password}, REMOTE_ADDR=address)


def test_the_admin_locks_out_whoever_guesses_and_nobody_else(client):
    UserFactory(username="nora", is_staff=True)
    assert [guess(client, "wrong").status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    assert guess(client, "correct horse 9").status_code == 429
    assert guess(client, "correct horse 9", address="192.0.2.2").status_code == 302


@pytest.mark.parametrize("name", ["NORA", " nora", "Nora@Example.com"])
def test_another_spelling_is_the_same_account_at_the_admins_door(client, name):
    UserFactory(username="nora", email="nora@example.com", is_staff=True)
    for _ in range(5):
        guess(client, "wrong")
    assert guess(client, "correct horse 9", name).status_code == 429


def test_an_address_that_guesses_at_many_names_is_locked_out_of_the_admin(client):
    UserFactory(username="nora", is_staff=True)
    statuses = [guess(client, "wrong", f"name{number}").status_code for number in range(20)]
    assert statuses == [200] * 19 + [429]
    assert guess(client, "correct horse 9").status_code == 429
    assert guess(client, "correct horse 9", address="192.0.2.2").status_code == 302


def test_an_ipv6_network_is_one_guesser_at_the_admins_door(client):
    UserFactory(username="nora", is_staff=True)
    statuses = [guess(client, "wrong", address=f"2001:db8::{number}").status_code for number in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


@pytest.mark.parametrize("name", ["x" * 300, "a\x00b", ""])
def test_a_name_that_is_none_is_an_ordinary_failure_at_the_admins_door(client, name):
    assert guess(client, "wrong", name).status_code == 200


def test_logging_in_to_the_api_is_none_of_the_admins_business(api):
    UserFactory(username="nora", is_staff=True)
    for _ in range(7):
        assert api.post("/api/token/", {"username": "nora", "password": "wrong"}).status_code == 401
    assert AccessAttempt.objects.count() == 0  # people type passwords into the wrong field
    assert api.post("/api/token/", {"username": "nora", "password": "correct horse 9"}).status_code == 200
