"""Guesses at the admin's door, counted by django-axes."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler


class AdminAttemptHandler(AxesDatabaseHandler):
    """Counts failures in the admin alone: the API has limits of its own, and its guests' names are not kept."""

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        """Write the failure down when it happened in the admin."""
        if request is not None and self.is_admin_request(request):
            super().user_login_failed(sender, credentials, request, **kwargs)
