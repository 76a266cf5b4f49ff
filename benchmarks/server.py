"""A PostgreSQL to measure or to break: the project's embedded one, run by this process; or BENCH_DATABASE_URL."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import psycopg2

from benchmarks.options import DATA, Refused
from benchmarks.programs import cpu_seconds, wait_until
from ecommerce_backend.embedded_postgres.client import PORT, USER, Server, lock
from ecommerce_backend.embedded_postgres.supervisor import Supervisor

REPLAY_SECONDS = 600  # after a load of a million products that was interrupted
# The same for every arm. What is not here is PostgreSQL's default; fsync and synchronous_commit stay on.
SETTINGS = {
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "maintenance_work_mem": "1GB",
    "work_mem": "32MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "random_page_cost": "1.1",
    "max_connections": "200",
}


class EmbeddedServer(Supervisor):
    """The server in `root`: made and run as the project's own is, with other settings, and by this process."""

    def __init__(self, root: Path, settings: Mapping[str, str]) -> None:
        super().__init__(Server(root))
        self.settings = settings

    def start(self) -> None:
        """Make it the first time, start it, and return once it takes connections."""
        self.server.root.mkdir(mode=0o711, parents=True, exist_ok=True)
        self._initialise()
        self._start()
        wait_until(self._answers, "PostgreSQL takes connections", seconds=REPLAY_SECONDS)

    def version(self) -> str:
        """PostgreSQL's."""
        return str(execute(self.url("postgres"), "SHOW server_version")[0][0])

    def stop(self) -> None:
        """Stop it and wait for it."""
        self._stop()

    def url(self, database: str) -> str:
        """Where a database is: through a socket that only its owner may open."""
        return f"postgresql://{USER}@{quote(str(self.server.socket_directory), safe='')}:{PORT}/{database}"

    def cpu_seconds(self) -> float | None:
        """What all its processes have computed."""
        return cpu_seconds(self.postmaster) if self.postmaster else None

    def _answers(self) -> bool:
        try:
            return execute(self.url("postgres"), "SELECT 1") == [(1,)]
        except psycopg2.OperationalError:
            return False

    def _call(self, program: str, *arguments: str, statements: str = "") -> None:
        command = [str(self.programs / program), *arguments]
        with self.server.log.open("ab") as log:
            streams: dict[str, Any] = {"stdout": log, "stderr": log}
            subprocess.run(command, input=statements.encode(), check=True, **streams, **self._as_account())

    def _spawn(self) -> psutil.Popen:
        folder = f"unix_socket_directories={self.server.socket_directory}"
        fixed = ["-c", "listen_addresses=", "-c", folder, "-c", "unix_socket_permissions=0700", "-c", "timezone=UTC"]
        chosen = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self.programs / "postgres"), "-D", str(self.server.data), "-p", PORT, *fixed, *chosen]
        with self.server.log.open("ab") as log:
            streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            return psutil.Popen(command, start_new_session=True, **streams, **self._as_account())


class ForeignServer:
    """A server of one's own. What it computes is not known."""

    def __init__(self, url: str) -> None:
        self._url = url

    def start(self) -> None:
        """Return when it takes connections. Raises: Refused."""
        try:
            psycopg2.connect(self._url).close()
        except psycopg2.Error as error:
            raise Refused(f"BENCH_DATABASE_URL: {str(error).strip()}") from error

    def version(self) -> str:
        """PostgreSQL's."""
        return str(execute(self._url, "SHOW server_version")[0][0])

    def stop(self) -> None:
        """Leave it alone."""

    def url(self, database: str) -> str:
        """Where a database is."""
        return urlsplit(self._url)._replace(path=f"/{database}").geturl()

    def cpu_seconds(self) -> float | None:
        """Not known."""
        return None


@contextmanager
def running(database_url: str) -> Iterator[EmbeddedServer | ForeignServer]:
    """The server to use, running while the block is. Raises: SystemExit when another benchmark is at it, here."""
    DATA.mkdir(exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    if lock(DATA / "lock", fcntl.LOCK_EX | fcntl.LOCK_NB) is None:  # held until this process ends
        raise SystemExit("Another benchmark is running here.")
    server = ForeignServer(database_url) if database_url else EmbeddedServer(DATA / "postgres", SETTINGS)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def execute(url: str, sql: str, values: Any = None) -> list[tuple[Any, ...]]:
    """The rows that a statement returns, run on a connection of its own and outside a transaction."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if cursor.description else []


def run(command: list[str], *, cwd: Path, environment: dict[str, str]) -> float:
    """Run a command to its end and return the seconds it took. Raises: CalledProcessError."""
    begun = time.monotonic()
    given: dict[str, Any] = {"cwd": cwd, "env": os.environ | environment, "stdin": subprocess.DEVNULL}
    # Ctrl-C is for whoever started it, and ends the command itself.
    subprocess.run(command, check=True, start_new_session=True, **given)
    return time.monotonic() - begun
