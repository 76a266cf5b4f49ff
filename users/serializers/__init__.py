"""The shapes of accounts, logins and passwords."""

from users.serializers.accounts import MeSerializer, RegistrationSerializer, UserSerializer
from users.serializers.logins import LoginSerializer, LogoutSerializer, RefreshSerializer, TokenPairSerializer
from users.serializers.passwords import (
    CurrentPasswordSerializer,
    PasswordChangeSerializer,
    PasswordResetConfirmSerializer,
    PasswordResetSerializer,
)

__all__ = [
    "CurrentPasswordSerializer",
    "LoginSerializer",
    "LogoutSerializer",
    "MeSerializer",
    "PasswordChangeSerializer",
    "PasswordResetConfirmSerializer",
    "PasswordResetSerializer",
    "RefreshSerializer",
    "RegistrationSerializer",
    "TokenPairSerializer",
    "UserSerializer",
]
