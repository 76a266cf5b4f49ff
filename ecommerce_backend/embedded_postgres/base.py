"""Django's own PostgreSQL backend, plus: the server is started when it does not answer."""

import threading
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from ecommerce_backend.embedded_postgres import client


class DatabaseWrapper(base.DatabaseWrapper):
    """The backend that `ENGINE = "ecommerce_backend.embedded_postgres"` names."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new connection. A command waits for a server that is starting; a web request is answered in time."""
        # Web servers run requests in threads of their own, commands run in the main thread.
        is_command = threading.current_thread() is threading.main_thread()
        return client.Server(Path(settings.BASE_DIR) / ".postgres").connect(
            partial(super().get_new_connection, conn_params),
            seconds=client.COMMAND_SECONDS if is_command else client.REQUEST_SECONDS,
        )
