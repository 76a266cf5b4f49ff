"""Writes of accounts that are more than one row."""

import json
import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from users.models import CATALOGUE_EDITORS, User

logger = logging.getLogger(__name__)

# Mail is sent beside the request: how long it takes would tell whether the address has an account. Python waits for
# what is still to be sent before it ends.
_post_office = ThreadPoolExecutor(1, thread_name_prefix="mail")

_EXPIRED = "token_blacklist_outstandingtoken AS token WHERE token.expires_at < now()"
_DELETE_SPENT = f"""
    DELETE FROM token_blacklist_blacklistedtoken AS spent WHERE spent.token_id IN (SELECT token.id FROM {_EXPIRED})
"""  # noqa: S608 - constants

EDITOR = "editor"
CUSTOMER = "customer"


def ensure_demo_accounts(file: Path) -> dict[str, str]:
    """Passwords of the demo accounts by user name; missing accounts are made, with random passwords kept in `file`.

    `editor` may write the catalogue, in the API and in the admin; `customer` may not. For development databases only:
    the caller sees to that, and that one at a time does it. An account whose password somebody changed keeps it, unless
    `file` is gone or broken: then nobody may know it, and it gets a new one.
    """
    passwords = _kept_passwords(file)
    forgotten = {EDITOR, CUSTOMER} - passwords.keys()
    passwords |= {name: secrets.token_urlsafe(12) for name in forgotten}
    with transaction.atomic():
        for name, password in passwords.items():
            user = User.objects.filter(username=name).first()
            if user is None:
                user = User.objects.create_user(name, f"{name}@example.com", password, is_staff=name == EDITOR)
                if name == EDITOR:
                    user.groups.add(Group.objects.get(name=CATALOGUE_EDITORS))
            elif name in forgotten:
                user.set_password(password)
                user.save(update_fields=["password"])
        # Before the end of the transaction: an account whose password nobody knows would be of no use.
        unfinished = file.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(passwords, indent=2) + "\n")
        unfinished.replace(file)
    return passwords


def _kept_passwords(file: Path) -> dict[str, str]:
    try:
        passwords = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return passwords if isinstance(passwords, dict) else {}


def change_password(user: User, password: str) -> None:
    """Set a new password; every login ends.

    Raises: User.DoesNotExist when the account has gone or is not active any more, or has got another password since
    `user` was read, which has ended every login.
    Cost: one hash; a lock on the user's row, an UPDATE and a DELETE.
    """
    known = user.password
    user.set_password(password)
    with transaction.atomic():
        # No lock of the key: a refresh that holds its login, which goes with the password, has to name this user.
        # Compared here, not in SQL: PostgreSQL writes statements to its log, and a hash has no business there.
        if User.objects.select_for_update(no_key=True).get(pk=user.pk, is_active=True).password != known:
            raise User.DoesNotExist
        user.save(update_fields=["password"])


def send_password_reset(email: str) -> None:
    """Send what a new password takes to this address, if an active account has it, and a password.

    Whose password has been made unusable logs in some other way, or not at all. Cost: one query; a mail, later.
    """
    user = User.objects.filter(email=email, is_active=True).first()
    if user is not None and user.has_usable_password():
        _post_office.submit(_send_password_reset, user)


def user_of_reset(uid: str) -> User | None:
    """The active user whom a mail named `uid`, or None. Cost: one query."""
    try:
        return User.objects.filter(pk=urlsafe_base64_decode(uid).decode(), is_active=True).first()
    except (ValueError, ValidationError):
        return None


def _send_password_reset(user: User) -> None:
    try:
        context = {
            "username": user.username,
            "uid": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": default_token_generator.make_token(user),
            "page": settings.PASSWORD_RESET_PAGE,
        }
        text = render_to_string("users/password_reset.txt", context)
        EmailMessage("Your new password", text, to=[user.email]).send()
    except Exception:  # whatever it is, nobody waits for this answer: the log has to say it
        logger.exception("A mail could not be sent")


def delete_expired_tokens() -> None:
    """Delete the refresh tokens that are good for nothing any more, spent or not. Cost: two DELETEs.

    In SQL: Django, and so simplejwt's own command, would load each of them, to see what has to go with it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # which a pool may have
        cursor.execute(_DELETE_SPENT)
        cursor.execute(f"DELETE FROM {_EXPIRED}")  # noqa: S608 - constants
