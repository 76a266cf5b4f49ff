import pytest
from rest_framework_simplejwt.tokens import RefreshToken

from tests.conftest import faults, problem
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def refresh(api, token):
    return api.post("/api/token/refresh/", {"refresh": str(token)})


def test_a_refresh_token_is_spent_for_a_new_pair(api):
    token = RefreshToken.for_user(UserFactory())
    response = refresh(api, token)
    assert (response.status_code, set(response.json())) == (200, {"access", "refresh"})
    assert "no-store" in response["Cache-Control"]
    assert api.with_token(response.json()["access"]).get("/api/users/me/").status_code == 200
    assert problem(refresh(api, token)) == (401, "token_not_valid")
    assert refresh(api, response.json()["refresh"]).status_code == 200


def test_a_deleted_or_inactive_user_gets_401(api):
    deleted, inactive = UserFactory(), UserFactory()
    tokens = [RefreshToken.for_user(user) for user in (deleted, inactive)]
    deleted.delete()
    inactive.is_active = False
    inactive.save()
    for token in tokens:
        response = refresh(api, token)
        assert problem(response) == (401, "token_not_valid")
        assert response["WWW-Authenticate"] == "Bearer"


def strange(**claims):
    token = RefreshToken.for_user(UserFactory())
    token.payload.update(claims)
    return token


@pytest.mark.parametrize(
    "claims", [{"user_id": "nope"}, {"user_id": 5}, {"user_id": ["a"]}, {"exp": 10**20}, {"jti": 5}]
)
def test_a_signed_token_with_strange_claims_gets_401(api, claims):
    assert problem(refresh(api, strange(**claims))) == (401, "token_not_valid")


def test_an_access_token_is_no_refresh_token(api):
    assert problem(refresh(api, RefreshToken.for_user(UserFactory()).access_token)) == (401, "token_not_valid")


@pytest.mark.parametrize("token", ["a.b.c", "x", "😀", "e30.e30."])
def test_what_is_no_token_gets_401(api, token):
    assert problem(refresh(api, token)) == (401, "token_not_valid")


@pytest.mark.parametrize("body", [{}, {"refresh": ""}, {"refresh": None}, {"refresh": "x" * 5000}, {"refresh": []}])
def test_a_body_without_a_token_is_400(api, body):
    assert list(faults(api.post("/api/token/refresh/", body))) == ["refresh"]
