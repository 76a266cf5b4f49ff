"""The shapes of accounts: registering, logging in, reading and changing oneself."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.fields import get_error_detail
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.serializers import TokenObtainPairSerializer

from ecommerce_backend.api.serializers import ModelSerializer
from users.models import User, UserManager
from users.tokens import RefreshToken

# Names that would be taken for the shop itself, or for a word in a path.
RESERVED_USERNAMES = frozenset(
    ["admin", "administrator", "api", "me", "root", "staff", "superuser", "support", "system", "webmaster"]
)
PASSWORD_MAX_LENGTH = 128  # longer ones only cost hashing time
PASSWORD_HELP = "10 to 128 characters; not all digits, not a common one, not like the name or the address."  # noqa: S105
TOKEN_MAX_LENGTH = 4096


def check_password_strength(password: str, user: User, *, field: str) -> None:
    """Raises: ValidationError on `field` when Django's validators refuse the password for this user."""
    try:
        validate_password(password, user)
    except ModelValidationError as error:
        raise serializers.ValidationError({field: get_error_detail(error)}) from None


class PasswordField(serializers.CharField):
    """A password, kept exactly as it was sent, blanks included. Never shown."""

    def __init__(self, **kwargs: Any) -> None:
        limits: dict[str, Any] = {
            "write_only": True,
            "trim_whitespace": False,
            "max_length": PASSWORD_MAX_LENGTH,
            "style": {"input_type": "password"},
        }
        super().__init__(**limits | kwargs)

    def to_internal_value(self, data: Any) -> str:
        """`data` as it is. Raises: ValidationError when it is not a string."""
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class UsernameField(serializers.CharField):
    """A user name: in lower case before anything is checked. The model's validators do the rest."""

    def to_internal_value(self, data: Any) -> str:
        """The name as it is stored. Raises: ValidationError when it is reserved, or no ASCII string."""
        if not isinstance(data, str):
            self.fail("invalid")
        # Before lower(), which turns some letters of other scripts into ASCII ones (the Kelvin sign into k).
        if not data.strip().isascii():
            raise serializers.ValidationError(
                "Use a-z, 0-9, dot, underscore and hyphen; begin and end with a letter or digit.", code="invalid"
            )
        name = User.normalize_username(data)
        if name in RESERVED_USERNAMES:
            raise serializers.ValidationError("This user name is reserved.", code="reserved")
        return name


class EmailField(serializers.EmailField):
    """An e-mail address: in lower case before anything is checked."""

    def to_internal_value(self, data: Any) -> str:
        """The address as it is stored. Raises: ValidationError when it is not a string."""
        if not isinstance(data, str):
            self.fail("invalid")
        return UserManager.normalize_email(data)


class UserSerializer(ModelSerializer):
    """A user, as the answer to registering shows it."""

    class Meta:
        model = User
        fields = ["id", "username", "email", "date_joined"]
        read_only_fields = ["id", "date_joined"]
        extra_kwargs = {
            "username": {"help_text": User._meta.get_field("username").help_text},
            "email": {"help_text": "Unique without regard to case."},
        }

    serializer_field_mapping = ModelSerializer.serializer_field_mapping | {
        models.CharField: UsernameField,
        models.EmailField: EmailField,
    }


class MeSerializer(UserSerializer):
    """Oneself."""

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "is_staff"]
        read_only_fields = [*UserSerializer.Meta.read_only_fields, "is_staff"]


class RegistrationSerializer(UserSerializer):
    """Who wants an account. Anything but name, address and password changes nothing."""

    password = PasswordField(help_text=PASSWORD_HELP)

    response_serializer_class = UserSerializer

    class Meta(UserSerializer.Meta):
        fields = [*UserSerializer.Meta.fields, "password"]

    def _unknown_fields(self, data: Any) -> dict[str, Any]:
        return {}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises: ValidationError when name or address is taken, or Django's validators refuse the password."""
        password = attrs.pop("password")
        attrs = super().validate(attrs)
        check_password_strength(password, User(**attrs), field="password")
        return attrs | {"password": password}

    def create(self, validated_data: dict[str, Any]) -> User:
        """The new user, without any right."""
        return User.objects.create_user(**validated_data)


class CurrentPasswordSerializer(serializers.Serializer):
    """Proof that the person at the keyboard is the account's owner."""

    current_password = PasswordField()

    def validate_current_password(self, value: str) -> str:
        """Raises: ValidationError when it is not the password of the user in the context. Cost: one hash."""
        if not self.context["request"].user.check_password(value):
            raise serializers.ValidationError("This is not the current password.", code="wrong_password")
        return value


class TokenPairSerializer(serializers.Serializer):
    """Both tokens."""

    access = serializers.CharField(help_text="Send it as `Authorization: Bearer <access>`; valid for 15 minutes.")
    refresh = serializers.CharField(help_text="Good for one new pair at `/api/token/refresh/`; valid for 7 days.")


class EmptySerializer(serializers.Serializer):
    """`{}`."""


class LoginSerializer(TokenObtainPairSerializer):
    """Logging in, with the name or the e-mail address. Wrong, unknown and inactive are the same 401."""

    token_class = RefreshToken
    response_serializer_class = TokenPairSerializer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = serializers.CharField(
            write_only=True, max_length=254, help_text="User name or e-mail address, in any case."
        )
        self.fields["password"] = PasswordField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        """The two tokens. Raises: AuthenticationFailed. Cost: one query, one hash, two rows written."""
        try:
            return super().validate(attrs)
        except AuthenticationFailed:
            raise AuthenticationFailed("No active account has this name and password.") from None


class RefreshSerializer(serializers.Serializer):
    """Spending a refresh token for a new pair."""

    response_serializer_class = TokenPairSerializer

    refresh = serializers.CharField(max_length=TOKEN_MAX_LENGTH, help_text="The refresh token; it is spent by this.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        """The new pair. Raises: InvalidToken, whatever is wrong with the old one."""
        try:
            successor = RefreshToken(attrs["refresh"]).spend()
        except TokenError:
            raise InvalidToken() from None
        return {"access": str(successor.access_token), "refresh": str(successor)}


class LogoutSerializer(serializers.Serializer):
    """Ending a login."""

    response_serializer_class = EmptySerializer

    refresh = serializers.CharField(max_length=TOKEN_MAX_LENGTH, help_text="Any refresh token of the login.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        """Nothing. Raises: InvalidToken when the token is no good, or its login has ended already."""
        try:
            RefreshToken(attrs["refresh"]).end_login()
        except TokenError:
            raise InvalidToken() from None
        return {}


class PasswordChangeSerializer(CurrentPasswordSerializer):
    """Changing one's password."""

    new_password = PasswordField(help_text=PASSWORD_HELP)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises: ValidationError when Django's validators refuse the new password."""
        check_password_strength(attrs["new_password"], self.context["request"].user, field="new_password")
        return attrs

    def save(self, **kwargs: Any) -> User:
        """The user, with the new password; every login has ended. Cost: one hash, an UPDATE and a DELETE."""
        user: User = self.context["request"].user
        user.set_password(self.validated_data["new_password"])
        user.save(update_fields=["password"])
        return user
