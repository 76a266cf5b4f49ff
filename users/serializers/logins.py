"""The shapes of logging in, staying logged in, and logging out."""

from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.serializers import TokenObtainPairSerializer

from ecommerce_backend.api.serializers import LineField, Serializer
from users.models import LOGIN_NAME_MAX_LENGTH
from users.serializers.fields import EmptySerializer, PasswordField
from users.tokens import RefreshToken

TOKEN_MAX_LENGTH = 4096
WRONG_LOGIN = "No active account has this name and password."
# Header and signature shortened; the middle says {"token_type": "access"} and {"token_type": "refresh"}.
EXAMPLES = {
    "access": "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIn0.c2lnbmF0dXJl",
    "refresh": "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2lnbmF0dXJl",
}


class TokenPairSerializer(serializers.Serializer):
    """Both tokens."""

    access = serializers.CharField(help_text="For `Authorization: Bearer <access>`; 15 minutes long by default.")
    refresh = serializers.CharField(help_text="Good for one new pair at `/api/token/refresh/`; 7 days long by default.")

    schema_examples = EXAMPLES


class LoginSerializer(Serializer, TokenObtainPairSerializer):
    """Logging in, with the name or the e-mail address. Wrong, unknown and inactive are the same 401."""

    token_class = RefreshToken
    response_serializer_class = TokenPairSerializer
    schema_examples = {"username": "nora", "password": "correct horse 9"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = LineField(
            write_only=True, max_length=LOGIN_NAME_MAX_LENGTH, help_text="User name or e-mail address, in any case."
        )
        self.fields["password"] = PasswordField(help_text="As it was set, blanks included.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        """The two tokens. Raises: AuthenticationFailed. Cost: two queries, one hash, two rows more and one changed."""
        try:
            with transaction.atomic():  # what for_user locks stays as it is until the time of login is written
                return super().validate(attrs)
        except (AuthenticationFailed, TokenError):
            raise AuthenticationFailed(WRONG_LOGIN) from None


class RefreshSerializer(Serializer):
    """Spending a refresh token for a new pair."""

    response_serializer_class = TokenPairSerializer
    schema_examples = EXAMPLES

    refresh = serializers.CharField(max_length=TOKEN_MAX_LENGTH, help_text="The refresh token; it is spent by this.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        """The new pair. Raises: InvalidToken, whatever is wrong with the old one."""
        try:
            successor = RefreshToken(attrs["refresh"]).spend()
        except TokenError:
            raise InvalidToken() from None
        return {"access": str(successor.access_token), "refresh": str(successor)}


class LogoutSerializer(Serializer):
    """Ending a login."""

    response_serializer_class = EmptySerializer
    schema_examples = EXAMPLES

    refresh = serializers.CharField(max_length=TOKEN_MAX_LENGTH, help_text="Any refresh token of the login.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        """Nothing. Raises: InvalidToken when the token is no good, or its login has ended already."""
        try:
            RefreshToken(attrs["refresh"]).end_login()
        except TokenError:
            raise InvalidToken() from None
        return {}
