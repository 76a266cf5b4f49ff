"""The user of the shop."""

import logging
from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self

from django.contrib.auth import models as auth
from django.contrib.auth.hashers import check_password, make_password
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from uuid_utils.compat import uuid7

from users.managers import UserManager, ascii_lower

security = logging.getLogger("security")

LOGIN_NAME_MAX_LENGTH = 254  # a user name or an e-mail address
CATALOGUE_EDITORS = "Catalogue editors"  # the group; made by a migration of `products`


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
    _as_read: dict[str, Any] = {}

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
                    return
            if current is not None and check_password(password, current.password):
                self.password = current.password  # another login has made it anew

        return check_password(raw_password, checked, upgrade)

    def set_password(self, raw_password: str | None) -> None:
        """Set it; with None no password will do. Saving this ends every login."""
        super().set_password(raw_password)
        self._password = raw_password or ""

    def set_unusable_password(self) -> None:
        """No password will do from now on."""
        self.set_password(None)

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        """The account, which remembers what was read of it."""
        user = super().from_db(db, field_names, values, **kwargs)
        user._remember()
        return user

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        """Read it, or some fields, again."""
        super().refresh_from_db(using, fields, from_queryset)
        self._remember(fields)

    def save(self, **kwargs: Any) -> None:
        """Save what has changed; a new password, and being deactivated, end every login.

        What has not is left as it is in the database: forms and commands of Django's would bring back an account that
        was deactivated since they read it. Cost: for what ends logins a lock and a DELETE more.
        """
        if self._as_read and not self._state.adding and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = self._changed_fields()
        # Django's own mark of a password that was set, and not just hashed anew at login.
        ends_logins = not self._state.adding and (self._password is not None or not self.is_active)
        with transaction.atomic():
            if ends_logins:
                self._end_logins()
            super().save(**kwargs)
            self._remember(kwargs.get("update_fields"))
            if ends_logins:
                security.info("%s account=%s", "password_changed" if self.is_active else "deactivated", self.pk)

    def _remember(self, names: Collection[str] | None = None) -> None:
        here = {name: value for name, value in self._values() if names is None or name in names}
        self._as_read = self._as_read | here

    def _changed_fields(self) -> list[str]:
        return [name for name, value in self._values() if self._as_read.get(name, self) != value]

    def _values(self) -> Iterable[tuple[str, Any]]:
        loaded = self.__dict__  # a deferred field would be read
        return [(field.name, loaded[field.attname]) for field in self._meta.concrete_fields if field.attname in loaded]

    def _end_logins(self) -> None:
        # In the order of everybody else: logins, which wait from now on; refreshes, which hold theirs and name the
        # user; and then whoever else names it, as a record of a write does.
        User.objects.select_for_update(no_key=True).filter(pk=self.pk).first()
        self.token_families.all().delete()

    def delete(self, **kwargs: Any) -> tuple[int, dict[str, int]]:  # type: ignore[override]
        """Delete the account with its logins; a login or a write of it that is under way comes before or after that.

        Else what is made between the two, which names the user, would keep it. Cost: two locks and one DELETE more.
        """
        with transaction.atomic():
            self._end_logins()
            User.objects.select_for_update().filter(pk=self.pk).first()
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
