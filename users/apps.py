from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register


class UsersConfig(AppConfig):
    """Accounts: who somebody is, and how they prove it."""

    name = "users"

    def ready(self) -> None:
        """Register the check of a deployment."""
        register(mail_has_somewhere_to_go, deploy=True)


def mail_has_somewhere_to_go(**kwargs: Any) -> list[CheckMessage]:
    """A warning for a deployment that would print the mails for new passwords to its log."""
    if settings.EMAIL_HOST:
        return []
    hint = "Set EMAIL_HOST. Until then whoever reads the log can set anybody's password."
    return [checks.Warning("Mails are printed and not sent.", hint=hint, id="users.W001")]
