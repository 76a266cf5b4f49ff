"""What cannot be done through PgBouncer, which gives each transaction another session."""

from django.core.management.base import CommandError
from django.db.backends.base.base import BaseDatabaseWrapper


def refuse_pool(connection: BaseDatabaseWrapper) -> None:
    """Raises: CommandError when `connection` goes through a pool."""
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        raise CommandError(
            "DATABASE_POOLED is on, and this needs a session of its own: its locks and settings would end up in those "
            "of others. For this command, set DATABASE_URL to PostgreSQL itself and DATABASE_POOLED=false."
        )
