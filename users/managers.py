"""Accounts by the names that they log in with."""

from typing import Any
from uuid import UUID

import idna
from django.contrib.auth import models as auth

from ecommerce_backend.statements import fetch_object

_ACTIVE_WITH_LOGIN = """
    id = %s AND is_active AND EXISTS (SELECT FROM users_tokenfamily WHERE id = %s AND user_id = users_user.id)
"""


def ascii_lower(text: str) -> str:
    """`text` in lower case if it is ASCII, else as it is: other letters would become such (the Kelvin sign a k)."""
    return text.lower() if text.isascii() else text


class UserManager(auth.UserManager):
    """Users by either of the two names they log in with."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """The address as it is stored: trimmed, ASCII in lower case, its domain in ASCII (IDNA, RFC 5891).

        Two spellings of one mailbox are one account. What is no domain stays as it is, for the validator to refuse.
        """
        name, at, domain = (email or "").strip().rpartition("@")
        name, domain = ascii_lower(name), domain.lower()
        try:
            return (
                f"{name}{at}{idna.encode(domain, uts46=True).decode()}"
                if at and not domain.isascii()
                else name + at + domain
            )
        except idna.IDNAError:
            return f"{name}{at}{domain}"

    def with_login_name(self, text: str) -> Any:
        """The user who logs in with this, be it name or e-mail address, in any spelling: a queryset of at most one."""
        text = text.strip()
        if "\x00" in text:
            return self.none()
        return self.filter(email=self.normalize_email(text)) if "@" in text else self.filter(username=ascii_lower(text))

    def with_login(self, pk: UUID, family: UUID) -> Any:
        """The user with this key, who is active, while the login `family` lasts; else None. Cost: one query."""
        return fetch_object(self.model, self.db, _ACTIVE_WITH_LOGIN, [pk, family], generic_plan=True)

    def get_by_natural_key(self, username: str | None) -> Any:
        """The user who logs in with this. Raises: User.DoesNotExist. Cost: one query."""
        return self.with_login_name(username or "").get()
