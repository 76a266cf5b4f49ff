"""Names, addresses and passwords, as requests bring them."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as ModelValidationError
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from ecommerce_backend.accounts import PASSWORD_MAX_LENGTH
from ecommerce_backend.api.serializers import StringOnlyMixin
from users.managers import UserManager
from users.models import User

# Names that would be taken for the shop itself, or for a word in a path.
RESERVED_USERNAMES = frozenset(
    ["admin", "administrator", "api", "me", "root", "staff", "superuser", "support", "system", "webmaster"]
)
PASSWORD_HELP = "10 to 128 characters; not all digits, not a common one, not like the name or the address."  # noqa: S105


class PasswordField(StringOnlyMixin, serializers.CharField):
    """A password, kept exactly as it was sent, blanks included. Never shown."""

    def __init__(self, **kwargs: Any) -> None:
        limits: dict[str, Any] = {
            "write_only": True,
            "trim_whitespace": False,
            "max_length": PASSWORD_MAX_LENGTH,
            "style": {"input_type": "password"},
        }
        super().__init__(**limits | kwargs)


class UsernameField(StringOnlyMixin, serializers.CharField):
    """A user name: ASCII in lower case before anything is checked. The model's validators do the rest."""

    def to_internal_value(self, data: Any) -> str:
        """The name as it is stored. Raises: ValidationError when it is reserved, or not a string."""
        name = User.normalize_username(super().to_internal_value(data))
        if name in RESERVED_USERNAMES:
            raise serializers.ValidationError("This user name is reserved.", code="reserved")
        return name


class EmailField(StringOnlyMixin, serializers.EmailField):
    """An e-mail address: ASCII in lower case before anything is checked."""

    def to_internal_value(self, data: Any) -> str:
        """The address as it is stored. Raises: ValidationError when it is not a string, or its domain is none."""
        address = UserManager.normalize_email(super().to_internal_value(data))
        # Django's validator lets through what IDNA does not, zero-width characters among it.
        if not address.isascii():
            self.fail("invalid")
        return address


def check_password_strength(password: str, user: User, *, field: str) -> None:
    """Raises: ValidationError on `field` when Django's validators refuse the password for this user."""
    try:
        validate_password(password, user)
    except ModelValidationError as error:
        raise serializers.ValidationError({field: get_error_detail(error)}) from None


class EmptySerializer(serializers.Serializer):
    """An answer that has nothing to say: `{}`."""
