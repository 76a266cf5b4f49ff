"""Django's own PostgreSQL backend, plus: the server is running before a connection is made."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from ecommerce_backend.embedded_postgres import client


class DatabaseWrapper(base.DatabaseWrapper):
    """The backend that `ENGINE = "ecommerce_backend.embedded_postgres"` names."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new connection. Cost: two file locks and one short connection when the server is up."""
        client.Server(Path(settings.BASE_DIR) / ".postgres").ensure_running()
        return super().get_new_connection(conn_params)
