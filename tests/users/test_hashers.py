import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.contrib.auth import hashers
from rest_framework_simplejwt.exceptions import TokenError

from tests.conftest import problem
from tests.factories import UserFactory
from users import models
from users.hashers import HASHES_WAITING, NICENESS, Argon2PasswordHasher, in_turn
from users.models import User
from users.tokens import RefreshToken

PRODUCTION = ["users.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]


def test_passwords_are_hashed_with_the_owasp_profile_of_argon2id(settings):
    settings.PASSWORD_HASHERS = PRODUCTION
    encoded = hashers.make_password("correct horse 9")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashers.check_password("correct horse 9", encoded)
    assert not hashers.check_password("correct horse 8", encoded)


@pytest.mark.django_db
def test_an_older_hash_is_upgraded_at_login(api, settings):
    settings.PASSWORD_HASHERS = PRODUCTION
    user = UserFactory(password=hashers.make_password("correct horse 9", hasher="pbkdf2_sha256"))
    user.password = hashers.make_password("correct horse 9", hasher="pbkdf2_sha256")
    user.save(update_fields=["password"])
    assert api.post("/api/token/", {"username": user.username, "password": "correct horse 9"}).status_code == 200
    user.refresh_from_db()
    assert user.password.startswith("argon2$")


@pytest.mark.django_db
def test_the_surplus_of_a_flood_is_429_at_once_and_the_rest_is_served(api, settings):
    settings.PASSWORD_HASHERS = PRODUCTION
    UserFactory(username="nora")
    done = Event()

    body = {"username": "nora", "password": "correct horse 9"}
    with ThreadPoolExecutor(1 + HASHES_WAITING) as pool:
        held = pool.map(lambda _: in_turn(lambda: done.wait(10)), range(1 + HASHES_WAITING))
        response = api.post("/api/token/", body)
        while problem_or_none(response) is None:  # the pool was not full yet
            response = api.post("/api/token/", body)
        done.set()
        list(held)
    assert problem(response) == (429, "throttled")
    assert response["Retry-After"] == "2"
    assert hashers.get_hasher("argon2").__class__ is Argon2PasswordHasher


def problem_or_none(response):
    return None if response.status_code < 400 else problem(response)


@pytest.mark.django_db
def test_an_older_hash_is_not_made_anew_over_a_password_that_was_set_meanwhile(monkeypatch, settings):
    settings.PASSWORD_HASHERS = PRODUCTION
    user = UserFactory()
    user.password = hashers.make_password("correct horse 9", hasher="pbkdf2_sha256")
    user.save(update_fields=["password"])
    stale, hash_anew = User.objects.get(), models.make_password

    def beside_a_reset(password):
        user.set_password("battery staple 7")
        user.save()
        return hash_anew(password)

    monkeypatch.setattr(models, "make_password", beside_a_reset)
    assert stale.check_password("correct horse 9")
    with pytest.raises(TokenError):
        RefreshToken.for_user(stale)
    assert User.objects.get().check_password("battery staple 7")


@pytest.mark.skipif(sys.platform != "linux", reason="no other system has priorities of threads")
def test_hashing_is_done_behind_those_who_browse():
    priority = in_turn(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert priority == NICENESS
