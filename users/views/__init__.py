"""What the URLs of accounts lead to."""

from users.views.accounts import MeView, RegisterView
from users.views.logins import LoginView, LogoutView, RefreshView
from users.views.passwords import PasswordResetConfirmView, PasswordResetView, PasswordView

__all__ = [
    "LoginView",
    "LogoutView",
    "MeView",
    "PasswordResetConfirmView",
    "PasswordResetView",
    "PasswordView",
    "RefreshView",
    "RegisterView",
]
