"""The shapes of changing a password, known or forgotten."""

from typing import Any

from django.contrib.auth.tokens import default_token_generator
from rest_framework import serializers
from rest_framework_simplejwt.exceptions import InvalidToken

from ecommerce_backend.api.serializers import Serializer
from users import services
from users.models import User
from users.serializers.fields import PASSWORD_HELP, EmailField, EmptySerializer, PasswordField, check_password_strength

WRONG_PASSWORD = "This is not the current password."  # noqa: S105
INVALID_TOKEN = "This is not valid, has been used, or is older than an hour. Ask for a new mail."  # noqa: S105


def invalid(field: str, message: str, code: str) -> serializers.ValidationError:
    """The error of one field."""
    return serializers.ValidationError({field: [serializers.ErrorDetail(message, code=code)]})


class CurrentPasswordSerializer(Serializer):
    """Proof that the person at the keyboard is the account's owner."""

    current_password = PasswordField(help_text="The password that you log in with now.")

    schema_examples = {"current_password": "correct horse 9"}

    def validate_current_password(self, value: str) -> str:
        """Raises: ValidationError when it is not the password of the user in the context. Cost: one hash."""
        if not self.context["request"].user.check_password(value):
            raise serializers.ValidationError(WRONG_PASSWORD, code="wrong_password")
        return value


class PasswordChangeSerializer(CurrentPasswordSerializer):
    """Changing one's password."""

    new_password = PasswordField(help_text=PASSWORD_HELP)

    schema_examples = CurrentPasswordSerializer.schema_examples | {"new_password": "battery staple 8"}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises: ValidationError when Django's validators refuse the new password."""
        check_password_strength(attrs["new_password"], self.context["request"].user, field="new_password")
        return attrs

    def save(self, **kwargs: Any) -> User:
        """The user, with the new password; every login has ended.

        Raises: InvalidToken when the account was deleted meanwhile, or got another password.
        """
        user: User = self.context["request"].user
        try:
            services.change_password(user, self.validated_data["new_password"])
        except User.DoesNotExist:
            raise InvalidToken from None
        return user


class PasswordResetSerializer(Serializer):
    """Asking for a new password."""

    response_serializer_class = EmptySerializer
    schema_examples = {"email": "nora@example.com"}

    email = EmailField(max_length=254, help_text="The address of the account. A mail goes there if there is one.")

    def save(self, **kwargs: Any) -> None:
        """Send the mail, if an active account has this address."""
        services.send_password_reset(self.validated_data["email"])


class PasswordResetConfirmSerializer(Serializer):
    """Setting a new password with what the mail brought."""

    uid = serializers.CharField(max_length=100, help_text="From the mail.")
    token = serializers.CharField(max_length=100, help_text="From the mail; works once, for an hour.")
    new_password = PasswordField(help_text=PASSWORD_HELP)

    schema_examples = {"uid": "MDE5YThjMjA", "token": "cz3f1k-5d0c", "new_password": "battery staple 8"}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raises: ValidationError for a token that is no good, or a password that Django's validators refuse."""
        user = services.user_of_reset(attrs["uid"])
        if user is None or not default_token_generator.check_token(user, attrs["token"]):
            raise invalid("token", INVALID_TOKEN, "invalid_token")
        check_password_strength(attrs["new_password"], user, field="new_password")
        return {**attrs, "user": user}

    def save(self, **kwargs: Any) -> None:
        """Set the password; every login has ended. Raises: ValidationError when the token was used meanwhile."""
        try:
            services.change_password(self.validated_data["user"], self.validated_data["new_password"])
        except User.DoesNotExist:
            raise invalid("token", INVALID_TOKEN, "invalid_token") from None
