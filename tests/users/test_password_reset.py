import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from tests.conftest import Client, faults, problem
from tests.factories import UserFactory
from tests.processes import at_once
from users import services
from users.models import User
from users.tokens import RefreshToken

pytestmark = pytest.mark.django_db

NEW = "battery staple 7"


def ask(api, email):
    response = api.post("/api/password-reset/", {"email": email})
    services._post_office.submit(lambda: None).result()  # one thread: what came before has been sent
    return response


def mailed(user):
    """Uid and token of the mail to `user`."""
    [message] = mail.outbox
    assert message.to == [user.email]
    return re.search(r"uid +(\S+)\s+token +(\S+)", message.body).groups()


def confirm(api, uid, token, password=NEW):
    return api.post("/api/password-reset/confirm/", {"uid": uid, "token": token, "new_password": password})


def test_the_answer_is_the_same_whoever_asks(api):
    UserFactory(email="known@example.com")
    UserFactory(email="gone@example.com", is_active=False)
    answers = [ask(api, email) for email in ("known@example.com", "gone@example.com", "unknown@example.com")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"{}")}
    assert [message.to for message in mail.outbox] == [["known@example.com"]]


def test_an_account_without_a_password_gets_no_mail(api):
    user = UserFactory(email="nora@example.com")
    user.set_unusable_password()
    user.save()
    assert ask(api, "nora@example.com").status_code == 202
    assert mail.outbox == []


def test_a_mail_is_good_for_nothing_once_the_account_is_not_active(api):
    user = UserFactory(email="nora@example.com")
    ask(api, user.email)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert confirm(api, *mailed(user)).status_code == 400
    user.refresh_from_db()
    assert not user.check_password(NEW)


def test_the_mail_sets_a_new_password_once_and_ends_every_login(api):
    user = UserFactory(email="nora@example.com")
    login = RefreshToken.for_user(user)
    ask(api, "Nora@Example.com")
    uid, token = mailed(user)
    assert confirm(api, uid, token).status_code == 204
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert problem(Client().with_token(str(login.access_token)).get("/api/users/me/")) == (401, "token_not_valid")
    assert faults(confirm(api, uid, token, "another one 55")) == {"token": ["invalid_token"]}


@pytest.mark.parametrize("step", ["default_token_generator.make_token", "render_to_string", "EmailMessage.send"])
def test_a_mail_that_cannot_be_sent_is_in_the_log(api, monkeypatch, caplog, step):
    monkeypatch.setattr(f"users.services.{step}", lambda *_: 1 / 0)
    ask(api, UserFactory(email="nora@example.com").email)
    assert [record.message for record in caplog.records if record.name == services.__name__] == [
        "A mail could not be sent"
    ]


def test_the_mail_links_to_the_page_of_the_front_end(api, settings):
    settings.PASSWORD_RESET_PAGE = "https://shop.example/reset"
    ask(api, UserFactory(username="n.o'r".replace("'", "-")).email)
    assert re.search(r"^https://shop\.example/reset\?uid=\S+&token=\S+$", mail.outbox[0].body, re.MULTILINE)


def test_a_token_older_than_an_hour_is_refused(api, monkeypatch):
    user = UserFactory()
    ask(api, user.email)
    later = timezone.now().replace(tzinfo=None) + timedelta(seconds=3601)
    monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda _: later)
    assert faults(confirm(api, *mailed(user))) == {"token": ["invalid_token"]}


@pytest.mark.parametrize(
    ("uid", "token", "fields"),
    [
        *[(uid, "x", {"token": ["invalid_token"]}) for uid in ("x", "bm9wZQ", "____")],
        ("%00", "a-b", {"token": ["invalid_token"]}),
        ("", "x", {"uid": ["blank"]}),
        ("x", "", {"token": ["blank"]}),
    ],
)
def test_what_no_mail_brought_is_refused(api, uid, token, fields):
    user = UserFactory()
    assert faults(confirm(api, uid, token)) == fields
    assert User.objects.get(pk=user.pk).password == user.password


@pytest.mark.django_db(transaction=True)
def test_of_six_who_use_one_token_at_once_one_sets_the_password(api):
    user = UserFactory()
    ask(api, user.email)
    uid, token = mailed(user)
    answers = at_once(6, lambda number: confirm(Client(), uid, token, f"battery staple {number}").status_code)
    assert sorted(answers) == [204, 400, 400, 400, 400, 400]


def test_the_token_of_one_is_nothing_for_another(api):
    user, other = UserFactory(), UserFactory()
    ask(api, user.email)
    _, token = mailed(user)
    uid = services.urlsafe_base64_encode(str(other.pk).encode())
    assert faults(confirm(api, uid, token)) == {"token": ["invalid_token"]}


def test_a_weak_password_is_refused_and_the_token_still_works(api):
    user = UserFactory()
    ask(api, user.email)
    uid, token = mailed(user)
    assert faults(confirm(api, uid, token, "short")) == {"new_password": ["password_too_short"]}
    assert confirm(api, uid, token).status_code == 204


@pytest.mark.parametrize("email", ["", "nora", None, 5, "a@exa\x00mple.com", "x" * 300 + "@a.io"])
def test_what_is_no_address_is_refused(api, email):
    assert faults(api.post("/api/password-reset/", {"email": email})).keys() == {"email"}


def test_a_mail_server_that_is_away_is_logged_and_hidden(api, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert ask(api, UserFactory().email).status_code == 202
    assert "A mail could not be sent" in caplog.text
