from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from tests.conftest import Client, problem
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/api/", "/api/products/", "/api/nope/", "/swagger/", "/admin/login/", "/health/live/"]
)
def test_every_answer_tells_browsers_to_be_careful(api, path):
    assert_careful(api.get(path))


def assert_careful(answer):
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy  # so scripts come from 'self' alone, and never from the page


def test_so_do_refusals_and_preflights(api):
    preflight = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    answers = {
        400: api.get("/api/", headers={"host": "evil.example"}),
        411: api.post("/api/token/", {}, headers={"transfer-encoding": "chunked"}),
        413: api.generic("POST", "/api/token/", b"x" * 2_000_000),
        200: api.options("/api/products/", headers=preflight),
    }
    assert [answer.status_code for answer in answers.values()] == [*answers]
    for answer in answers.values():
        assert_careful(answer)
    assert "Content-Type" not in answers[200]


def test_a_preflight_for_another_host_is_refused(api):
    headers = {"origin": "https://shop.example", "access-control-request-method": "POST", "host": "evil.example"}
    assert problem(api.options("/api/products/", headers=headers)) == (400, "parse_error")


@pytest.mark.parametrize("cookie", ["sessionid=x", "sessionid=", "csrftoken=x"])
@pytest.mark.parametrize("path", ["/api/", "/api/products/", "/api/nope/", "/api/users/me/"])
def test_the_api_sets_no_cookie_and_looks_at_none(api, path, cookie):
    answer = api.get(path, headers={"cookie": cookie})
    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()


@pytest.fixture
def tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000


def test_where_tls_is_required_a_secret_in_the_clear_is_refused_and_not_redirected(tls):
    with_token = Client().with_token("some.token.here")
    assert problem(with_token.get("/api/products/")) == (403, "permission_denied")
    for path in ("/api/token/", "/api", "/admin/login/"):
        refused = Client().post(path, {"username": "a", "password": "b"})
        assert problem(refused) == (403, "permission_denied")
    for path in ("/api", "/swagger.json", "//api/products/"):
        assert problem(with_token.get(path)) == (403, "permission_denied")


@pytest.mark.parametrize(
    ("sent", "status"), [("https", 200), ("http", 301), ("https,http", 301), ("http, https", 200), ("", 301)]
)
def test_of_the_schemes_that_proxies_name_the_trusted_ones_counts(tls, settings, sent, status):
    settings.TRUSTED_PROXIES = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert Client().get("/api/products/", headers={"x-forwarded-proto": sent}).status_code == status


def test_a_refusal_over_tls_says_to_stay_there(tls):
    answer = Client().get("/api/", secure=True, headers={"host": "evil.example"})
    assert answer["Strict-Transport-Security"] == "max-age=31536000"


def test_where_tls_is_required_what_is_no_secret_is_redirected_and_probes_are_answered(tls):
    answer = Client().get("/api/products/?page=2")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/api/products/?page=2")
    assert Client().get("/health/live/").status_code == 200
    assert Client().with_token("some.token.here").get("/health/ready/").status_code == 200


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


def test_after_five_minutes_an_address_may_try_again(client):
    UserFactory(username="nora", is_staff=True)
    for number in range(20):
        guess(client, "wrong", f"name{number}")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=5, seconds=1))
    assert guess(client, "correct horse 9").status_code == 302


def test_an_ipv6_network_is_one_guesser_at_the_admins_door(client):
    UserFactory(username="nora", is_staff=True)
    statuses = [guess(client, "wrong", address=f"2001:db8::{number}").status_code for number in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


@pytest.mark.parametrize("name", ["x" * 300, "a\x00b", ""])
def test_a_name_that_is_none_is_an_ordinary_failure_at_the_admins_door(client, name):
    assert guess(client, "wrong", name).status_code == 200


@pytest.mark.parametrize("name", ["x" * 255, "nora@" + "\u00ad" * 250 + "example.com"])
def test_a_name_that_is_too_long_is_not_looked_at(client, name):
    UserFactory(username="nora", is_staff=True)
    answer = guess(client, "correct horse 9", name)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"username"}
    assert AccessAttempt.objects.count() == 0


def test_the_admin_has_room_for_the_longest_address(client):
    assert 'maxlength="254"' in client.get("/admin/login/").text


def test_logging_in_to_the_api_is_none_of_the_admins_business(api):
    UserFactory(username="nora", is_staff=True)
    for _ in range(7):
        assert api.post("/api/token/", {"username": "nora", "password": "wrong"}).status_code == 401
    assert AccessAttempt.objects.count() == 0  # people type passwords into the wrong field
    assert api.post("/api/token/", {"username": "nora", "password": "correct horse 9"}).status_code == 200
