"""What Django's validators of passwords do not say."""

from typing import Any

from django.core.exceptions import ValidationError


class MaximumLengthValidator:
    """Refuses a longer password in the admin and in `changepassword`, too: the API would not take it at login."""

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raises: ValidationError (code "password_too_long")."""
        if len(password) > self.max_length:
            raise ValidationError(f"This password has more than {self.max_length} characters.", "password_too_long")

    def get_help_text(self) -> str:
        """What a form says."""
        return f"Your password may have at most {self.max_length} characters."
