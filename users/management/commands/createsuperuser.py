import os
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from users.models import User

PASSWORD = "DJANGO_SUPERUSER_PASSWORD"  # noqa: S105 - the variable's name


class Command(createsuperuser.Command):
    """Django's, which with --noinput takes any password, or none, and a traceback for an address that is taken."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        if not options["interactive"]:
            self._check(
                options["username"] or os.environ.get("DJANGO_SUPERUSER_USERNAME", ""),
                options["email"] or os.environ.get("DJANGO_SUPERUSER_EMAIL", ""),
            )
        return super().handle(*args, **options)

    def _check(self, username: str, email: str) -> None:
        user = User(username=username, email=email)
        user.clean()  # before the fields are looked at
        try:
            user.full_clean(exclude=["password"])
        except ValidationError as error:
            faults = (f"--{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
            raise CommandError(" ".join(faults)) from error
        try:
            validate_password(os.environ.get(PASSWORD, ""), user)
        except ValidationError as error:
            raise CommandError(f"{PASSWORD}: {' '.join(error.messages)}") from error
