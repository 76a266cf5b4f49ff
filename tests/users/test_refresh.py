from datetime import timedelta

import jwt
import pytest
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.utils import datetime_from_epoch

from tests.conftest import Client, faults, problem
from tests.factories import UserFactory
from tests.processes import at_once
from users.models import TokenFamily, User
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db


def refresh(api, token):
    return api.post("/api/token/refresh/", {"refresh": str(token)})


def test_a_refresh_token_is_spent_for_a_new_pair(api):
    token = RefreshToken.for_user(UserFactory())
    response = refresh(api, token)
    assert (response.status_code, set(response.json())) == (200, {"access", "refresh"})
    assert "no-store" in response["Cache-Control"]
    assert api.with_token(response.json()["access"]).get("/api/users/me/").status_code == 200
    assert refresh(api, response.json()["refresh"]).status_code == 200


def spent_seconds_ago(token, seconds):
    token.spend()
    BlacklistedToken.objects.update(blacklisted_at=timezone.now() - timedelta(seconds=seconds))


def test_a_second_use_within_ten_seconds_is_forgiven(api):
    token = RefreshToken.for_user(UserFactory())
    spent_seconds_ago(token, 9)
    assert refresh(api, token).status_code == 200
    assert TokenFamily.objects.count() == 1


def test_a_later_second_use_ends_every_token_of_that_login_and_is_logged(api, caplog):
    user = UserFactory()
    token, other_login = RefreshToken.for_user(user), RefreshToken.for_user(user)
    successor = RefreshToken(refresh(api, token).json()["refresh"])
    spent_seconds_ago(token, 11)
    assert problem(refresh(api, token)) == (401, "token_not_valid")
    for ended in (token, successor):
        assert problem(refresh(api, ended)) == (401, "token_not_valid")
        client = Client().with_token(str(ended.access_token))
        assert problem(client.get("/api/users/me/")) == (401, "token_not_valid")
    assert refresh(api, other_login).status_code == 200
    assert f"refresh_reuse_detected user={user.pk}" in caplog.text
    assert str(token) not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_six_parallel_uses_leave_no_token_that_outlives_the_rule():
    token = RefreshToken.for_user(UserFactory())
    answers = at_once(6, lambda _: refresh(Client(), token))
    assert {answer.status_code for answer in answers} == {200}
    BlacklistedToken.objects.update(blacklisted_at=timezone.now() - timedelta(seconds=11))
    assert problem(refresh(Client(), token)) == (401, "token_not_valid")
    for answer in answers:
        assert problem(refresh(Client(), answer.json()["refresh"])) == (401, "token_not_valid")


def test_no_token_is_kept_in_the_database(api):
    refresh(api, RefreshToken.for_user(UserFactory()))
    assert set(OutstandingToken.objects.values_list("token", flat=True)) == {""}


def test_a_token_signed_with_the_key_before_is_accepted_while_it_is_named(api, settings):
    settings.JWT_PREVIOUS_SIGNING_KEY = "the key before this one " * 3
    claims = RefreshToken.for_user(UserFactory()).payload | {"iss": "ecommerce_backend", "aud": "ecommerce_backend"}
    old = jwt.encode(claims, settings.JWT_PREVIOUS_SIGNING_KEY, algorithm="HS256")
    response = refresh(api, old)
    assert response.status_code == 200
    settings.JWT_PREVIOUS_SIGNING_KEY = ""
    assert problem(refresh(api, old)) == (401, "token_not_valid")
    assert refresh(api, response.json()["refresh"]).status_code == 200


@pytest.mark.parametrize("claims", [{"iss": "other"}, {"aud": "other"}, {"iss": None}, {"aud": None}])
def test_a_token_of_another_issuer_or_audience_gets_401(api, settings, claims):
    payload = RefreshToken.for_user(UserFactory()).payload | {"iss": "ecommerce_backend", "aud": "ecommerce_backend"}
    payload = {name: value for name, value in (payload | claims).items() if value is not None}
    token = jwt.encode(payload, settings.SIMPLE_JWT["SIGNING_KEY"], algorithm="HS256")
    assert problem(refresh(api, token)) == (401, "token_not_valid")


def test_a_deleted_or_inactive_user_gets_401(api):
    deleted, inactive = UserFactory(), UserFactory()
    tokens = [RefreshToken.for_user(user) for user in (deleted, inactive)]
    deleted.delete()
    User.objects.filter(pk=inactive.pk).update(is_active=False)  # so that the login is still there
    for token in tokens:
        response = refresh(api, token)
        assert problem(response) == (401, "token_not_valid")
        assert response["WWW-Authenticate"] == "Bearer"


def strange(**claims):
    token = RefreshToken.for_user(UserFactory())
    token.payload.update(claims)
    return token


@pytest.mark.parametrize(
    "claims",
    [
        {"user_id": "nope"},
        {"user_id": 5},
        {"user_id": ["a"]},
        {"exp": 10**20},
        {"jti": 5},
        {"jti": ""},
        {"jti": "\x00"},
        {"jti": "\ud800"},
        {"jti": "01856aa0c800769f92c71e6088af6198"},
        {"family": "x"},
        {"family": None},
    ],
)
def test_a_signed_token_with_strange_claims_gets_401(api, claims):
    assert problem(refresh(api, strange(**claims))) == (401, "token_not_valid")


@pytest.mark.parametrize("claims", [{}, {"token_type": "refresh"}, {"exp": 9_999_999_999}])
def test_a_signed_token_without_claims_gets_401(api, settings, claims):
    names = {"iss": "ecommerce_backend", "aud": "ecommerce_backend"}
    token = jwt.encode(claims | names, settings.SIMPLE_JWT["SIGNING_KEY"], algorithm="HS256")
    assert problem(refresh(api, token)) == (401, "token_not_valid")
    assert problem(Client().with_token(token).post("/api/products/", {})) == (401, "token_not_valid")


def test_an_access_token_is_no_refresh_token(api):
    assert problem(refresh(api, RefreshToken.for_user(UserFactory()).access_token)) == (401, "token_not_valid")


@pytest.mark.parametrize("token", ["a.b.c", "x", "😀", "e30.e30."])
def test_what_is_no_token_gets_401(api, token):
    assert problem(refresh(api, token)) == (401, "token_not_valid")


@pytest.mark.parametrize("body", [{}, {"refresh": ""}, {"refresh": None}, {"refresh": "x" * 5000}, {"refresh": []}])
def test_a_body_without_a_token_is_400(api, body):
    assert list(faults(api.post("/api/token/refresh/", body))) == ["refresh"]


def test_a_login_lasts_as_long_as_its_newest_token(api):
    token = RefreshToken.for_user(UserFactory())
    TokenFamily.objects.update(expires_at=timezone.now())
    successor = RefreshToken(refresh(api, token).json()["refresh"])
    assert TokenFamily.objects.get().expires_at == datetime_from_epoch(successor["exp"])
