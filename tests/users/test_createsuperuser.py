from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import UserFactory
from users.models import User

pytestmark = pytest.mark.django_db


def create(username="boss", email="boss@example.com"):
    call_command("createsuperuser", interactive=False, username=username, email=email, stdout=StringIO())


@pytest.fixture
def password(monkeypatch):
    return lambda text: monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", text)


def test_a_superuser_is_made_without_a_question(password):
    password("correct horse 9")
    create(email="Boss@Example.com")
    boss = User.objects.get(username="boss", email="boss@example.com", is_superuser=True)
    assert boss.check_password("correct horse 9")


@pytest.mark.parametrize("weak", ["", "short", "1234567890", "correct horse " * 20])
def test_a_weak_password_is_refused_and_the_variable_named(password, weak):
    password(weak)
    with pytest.raises(CommandError, match=r"^DJANGO_SUPERUSER_PASSWORD: "):
        create()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("username", "email", "option"),
    [
        ("boss", "NORA@example.com", "--email"),
        ("no name", "a@example.com", "--username"),
        ("boss", "nowhere", "--email"),
    ],
)
def test_what_is_taken_or_wrong_is_refused_and_named(password, username, email, option):
    UserFactory(email="nora@example.com")
    password("correct horse 9")
    with pytest.raises(CommandError, match=f"^{option}: "):
        create(username, email)
