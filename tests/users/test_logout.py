import pytest

from tests.conftest import Client, faults, problem
from tests.factories import UserFactory
from users.models import TokenFamily
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db


def log_out(api, token):
    return api.post("/api/token/blacklist/", {"refresh": str(token)})


def works(token):
    return Client().with_token(str(token.access_token)).get("/api/users/me/").status_code == 200


def test_logging_out_ends_every_token_of_the_login_and_no_other(api):
    user = UserFactory()
    here, elsewhere = RefreshToken.for_user(user), RefreshToken.for_user(user)
    next_one = here.spend()
    response = log_out(api, next_one)
    assert (response.status_code, response.json()) == (200, {})
    assert [works(token) for token in (here, next_one, elsewhere)] == [False, False, True]
    for token in (here, next_one):
        assert problem(api.post("/api/token/refresh/", {"refresh": str(token)})) == (401, "token_not_valid")


def test_logging_out_twice_is_401(api):
    token = RefreshToken.for_user(UserFactory())
    log_out(api, token)
    assert problem(log_out(api, token)) == (401, "token_not_valid")


@pytest.mark.parametrize("token", ["x", "a.b.c"])
def test_what_is_no_token_is_401(api, token):
    assert problem(log_out(api, token)) == (401, "token_not_valid")


def test_an_access_token_logs_nobody_out(api):
    token = RefreshToken.for_user(UserFactory())
    assert problem(log_out(api, token.access_token)) == (401, "token_not_valid")
    assert works(token)


def test_without_a_token_it_is_400(api):
    assert faults(api.post("/api/token/blacklist/", {})) == {"refresh": ["required"]}
    assert TokenFamily.objects.count() == 0
