import jwt
import pytest
from rest_framework_simplejwt import serializers

from tests.conftest import faults, problem
from tests.factories import UserFactory
from users.models import TokenFamily, User

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse 9"


@pytest.mark.parametrize("name", ["nora", "NORA", " Nora ", "nora@example.com", "Nora@Example.COM"])
def test_name_and_address_log_in_in_any_case(api, name):
    user = UserFactory(username="nora")
    response = api.post("/api/token/", {"username": name, "password": PASSWORD})
    assert (response.status_code, set(response.json())) == (200, {"access", "refresh"})
    assert "no-store" in response["Cache-Control"]
    me = api.with_token(response.json()["access"]).get("/api/users/me/")
    assert me.json()["id"] == str(user.pk)


def test_tokens_live_as_long_as_the_contract_says(api):
    UserFactory(username="nora")
    tokens = api.post("/api/token/", {"username": "nora", "password": PASSWORD}).json()
    claims = {name: jwt.decode(token, options={"verify_signature": False}) for name, token in tokens.items()}
    assert claims["access"]["exp"] - claims["access"]["iat"] == 15 * 60
    assert claims["refresh"]["exp"] - claims["refresh"]["iat"] == 7 * 24 * 3600


def test_wrong_unknown_and_inactive_are_the_same_answer(api):
    UserFactory(username="nora")
    UserFactory(username="gone", is_active=False)
    answers = []
    for name, password in (("nora", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("nora", PASSWORD + " ")):
        response = api.post("/api/token/", {"username": name, "password": password})
        assert problem(response) == (401, "authentication_failed")
        assert response["WWW-Authenticate"] == "Bearer"
        answers.append(response.json() | {"request_id": ""})
    assert answers == [answers[0]] * 4


def test_an_unknown_name_is_hashed_for_like_a_known_one(api, mocker_hashes):
    UserFactory(username="nora")
    counts = []
    for name in ("nora", "nobody"):
        mocker_hashes.clear()
        api.post("/api/token/", {"username": name, "password": "wrong"})
        counts.append(len(mocker_hashes))
    assert counts == [1, 1]


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda user: user.delete(),
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: User.objects.filter(pk=user.pk).update(password="!"),
    ],
)
def test_an_account_that_changes_while_its_password_is_looked_at_is_401(api, monkeypatch, meanwhile):
    def authenticate(**credentials):
        user = original(**credentials)
        meanwhile(User.objects.get(pk=user.pk))
        return user

    original = serializers.authenticate
    monkeypatch.setattr(serializers, "authenticate", authenticate)
    UserFactory(username="nora")
    response = api.post("/api/token/", {"username": "nora", "password": PASSWORD})
    assert problem(response) == (401, "authentication_failed")
    assert TokenFamily.objects.count() == 0


def test_an_address_with_an_international_domain_logs_in_as_it_was_registered(api):
    account = {"username": "nora", "email": "nora@bücher.example", "password": PASSWORD}
    assert api.post("/api/register/", account).json()["email"] == "nora@xn--bcher-kva.example"
    for name in (account["email"], "Nora@BÜCHER.example", "nora@xn--bcher-kva.example"):
        assert api.post("/api/token/", {"username": name, "password": PASSWORD}).status_code == 200


@pytest.fixture
def mocker_hashes(monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    made = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: made.append(1) or encode(*args))
    return made


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "x" * 1_000_000, "password": "a"}, "username"),
        ({"username": "a", "password": "x" * 1_000_000}, "password"),
        ({"username": "a\x00", "password": "a"}, "username"),
        ({"username": "a", "password": "a\x00"}, "password"),
        ({"username": "a"}, "password"),
        ({"username": ["a"], "password": "a"}, "username"),
        ({"username": "a", "password": {"$ne": ""}}, "password"),
    ],
)
def test_what_cannot_be_a_name_or_password_is_refused_without_hashing(api, mocker_hashes, body, field):
    assert list(faults(api.post("/api/token/", body))) == [field]
    assert mocker_hashes == []


def test_a_stale_token_does_not_keep_anybody_from_logging_in(bad_token):
    UserFactory(username="nora")
    assert bad_token.post("/api/token/", {"username": "nora", "password": PASSWORD}).status_code == 200
