"""The user of the shop."""

import logging
from typing import Any, ClassVar
from uuid import UUID

import idna
from django.contrib.auth import models as auth
from django.contrib.auth.hashers import check_password, make_password
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from uuid_utils.compat import uuid7

from ecommerce_backend.statements import fetch_object

security = logging.getLogger("security")

LOGIN_NAME_MAX_LENGTH = 254  # a user name or an e-mail address
CATALOGUE_EDITORS = "Catalogue editors"  # the group; made by a migration of `products`


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

    def with_login(self, pk: UUID, family: UUID) -> "User | None":
        """The user with this key, who is active, while the login `family` lasts; else None. Cost: one query."""
        return fetch_object(User, self.db, _ACTIVE_WITH_LOGIN, [pk, family], one_plan=True)

    def get_by_natural_key(self, username: str | None) -> Any:
        """The user who logs in with this. Raises: User.DoesNotExist. Cost: one query."""
        return self.with_login_name(username or "").get()


class User(auth.AbstractUser):
    """An account. Logs in with its name or its e-mail address; both are stored in lower case and unique."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(
        max_length=30,
        unique=True,
        help_text="3 to 30 of a-z, 0-9, dot, underscore and hyphen; begins and ends with a letter or digit.",
        validators=[
            MinLengthValidator(3),
            RegexValidator(
                r"\A[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\Z",
                "Use a-z, 0-9, dot, underscore and hyphen; begin and end with a letter or digit.",
            ),
        ],
        error_messages={"unique": "This user name is taken."},
    )
    email = models.EmailField(
        "e-mail address", max_length=254, unique=True, error_messages={"unique": "This e-mail address is taken."}
    )
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    objects: ClassVar[UserManager] = UserManager()

    class Meta(auth.AbstractUser.Meta):
        constraints = [
            # The columns hold lower case only, so these two and `unique` say the same of what the API writes; these
            # hold for every other writer as well.
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_code="unique",
                violation_error_message="This user name is taken.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_code="unique",
                violation_error_message="This e-mail address is taken.",
            ),
        ]

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """The name as it is stored: trimmed, ASCII in lower case. Anything else is left for the validator to refuse."""
        return ascii_lower(username.strip())

    def clean(self) -> None:
        """Normalise what a form has filled in."""
        self.username = self.normalize_username(self.username)
        self.email = UserManager.normalize_email(self.email)

    def get_full_name(self) -> str:
        """The user name: nothing else is known."""
        return self.username

    def get_short_name(self) -> str:
        """The user name: nothing else is known."""
        return self.username

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password. A hash in an older form is made anew.

        Not over a password that was set meanwhile: Django's own writes the old one back. Cost: one hash, or two.
        """
        checked = self.password

        def upgrade(password: str) -> None:
            hashed = make_password(password)
            with transaction.atomic():
                current = User.objects.select_for_update(no_key=True).filter(pk=self.pk).first()
                if current is not None and current.password == checked:
                    User.objects.filter(pk=self.pk).update(password=hashed)
                    self.password = hashed

        return check_password(raw_password, checked, upgrade)

    def set_unusable_password(self) -> None:
        """No password will do from now on; saving this ends every login, as a new password does."""
        super().set_unusable_password()
        self._password = ""

    def save(self, **kwargs: Any) -> None:
        """Save; a new password, and being deactivated, end every login."""
        # Django's own mark of a password that was set, and not just hashed anew at login.
        ends_logins = not self._state.adding and (self._password is not None or not self.is_active)
        with transaction.atomic():
            super().save(**kwargs)
            if ends_logins:
                self.token_families.all().delete()
                security.info("%s account=%s", "password_changed" if self.is_active else "deactivated", self.pk)

    def delete(self, **kwargs: Any) -> tuple[int, dict[str, int]]:  # type: ignore[override]
        """Delete the account with its logins; a login or a write of it that is under way comes before or after that.

        Else what is made between the two, which names the user, would keep it. Cost: two locks and one DELETE more.
        """
        with transaction.atomic():
            locked = User.objects.filter(pk=self.pk)
            # In the order of everybody else: logins, which wait from now on; refreshes, which hold theirs and name the
            # user; and then whoever else names it, as a record of a write does.
            locked.select_for_update(no_key=True).first()
            self.token_families.all().delete()
            locked.select_for_update().first()
            return super().delete(**kwargs)


class TokenFamily(models.Model):
    """A login: every token that descends from it is good while this row is there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="token_families")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(help_text="When its newest refresh token expires.")

    class Meta:
        verbose_name_plural = "token families"
        indexes = [
            # What `flush_expired` deletes.
            models.Index(fields=["expires_at"], name="token_family_expires_at"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%Y-%m-%d %H:%M}"
