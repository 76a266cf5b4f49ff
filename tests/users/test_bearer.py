import base64

import pytest

from tests.conftest import Client, problem
from tests.factories import UserFactory
from users.models import User
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db


def access_token_for(user):
    return RefreshToken.for_user(user).access_token


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_matched_without_case(scheme):
    client = Client()
    client.credentials(HTTP_AUTHORIZATION=f"{scheme} {access_token_for(UserFactory())}")
    assert client.get("/api/users/me/").status_code == 200


def broken_tokens():
    user = UserFactory()
    expired = access_token_for(user)
    expired.set_exp(lifetime=-expired.lifetime)
    unsigned = str(access_token_for(user)).rsplit(".", 1)[0] + "."
    none = (
        base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode() + "." + unsigned.split(".", 1)[1]
    )
    gone = UserFactory()
    of_nobody = access_token_for(gone)
    gone.delete()
    inactive = UserFactory()
    of_inactive = access_token_for(inactive)
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    strange = []
    for claims in ({"user_id": "nope"}, {"user_id": 5}, {"exp": 10**20}, {"token_type": "refresh"}):
        token = access_token_for(user)
        token.payload.update(claims)
        strange.append(token)
    return [
        expired,
        unsigned,
        none,
        of_nobody,
        of_inactive,
        *strange,
        "x",
        "a b",
    ]


def test_a_broken_token_does_not_break_a_public_page_and_is_401_elsewhere(api):
    for token in broken_tokens():
        client = Client().with_token(str(token))
        assert client.get("/api/products/").status_code == 200
        assert client.head("/api/categories/").status_code == 200
        for response in (
            client.post("/api/products/", {}),
            client.get("/api/users/me/"),
            client.patch("/api/users/me/", {}),
        ):
            assert problem(response) == (401, "token_not_valid")
            assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["", "Basic abc", "Token abc", "\xff\xfe"])
def test_another_scheme_is_nobody(header):
    client = Client()
    client.credentials(HTTP_AUTHORIZATION=header)
    assert client.get("/api/products/").status_code == 200
    assert problem(client.post("/api/products/", {})) == (401, "not_authenticated")


def test_a_token_costs_one_query(django_assert_num_queries):
    client = Client().with_token(str(access_token_for(UserFactory())))
    with django_assert_num_queries(1):
        client.get("/api/users/me/")
