"""What a process that uses the embedded server does: start it when it is down, and count as a user of it.

Three lock files say all there is to know, because the kernel releases them however a process ends:
- `users.lock`: shared by every process that uses the server. Nobody holds it: the server may stop.
- `supervisor.lock`: held by the one supervisor. Nobody holds it: one has to be started.
- `start.lock`: held while somebody starts the server, or decides that it may stop.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

DATABASE = "ecommerce_backend"
USER = "postgres"
PORT = "5432"  # only names the socket: the server does not listen on the network
SOCKET_PATH_LIMIT = 100  # bytes; Linux takes 107 and macOS 103 for the whole path
START_SECONDS = 60  # the first start makes the data directory, a start after a crash replays the log
RESTART_SECONDS = 3  # for a server that the supervisor is restarting; the caller may be a web request

# Open for as long as this process lives. Children made by fork share the lock, as they share its use.
_user_locks: dict[Path, int] = {}


def lock(path: Path, mode: int) -> int | None:
    """An open file descriptor that holds the lock, or None when `LOCK_NB` is in `mode` and somebody else holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, mode)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock exclusively, waiting for it."""
    descriptor = lock(path, fcntl.LOCK_EX)
    assert descriptor is not None
    try:
        yield
    finally:
        os.close(descriptor)


class Server:
    """The embedded server that keeps everything in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "data"
        self.log = root / "server.log"

    @property
    def socket_directory(self) -> Path:
        """Inside `root`, or in the temporary folder when that path is too long for a socket."""
        inside = self.root / "socket"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return inside
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"postgres-{os.getuid()}-{name}"

    def ensure_running(self) -> None:
        """Return when the server takes connections and the database exists; this process is now a user of it.

        Raises: psycopg2.OperationalError with the reason when it does not come up.
        """
        self.root.mkdir(mode=0o711, exist_ok=True)
        with locked(self.root / "start.lock"):
            if self.root not in _user_locks:
                held = lock(self.root / "users.lock", fcntl.LOCK_SH)
                assert held is not None
                _user_locks[self.root] = held
            patience = RESTART_SECONDS
            if not self.has_supervisor():
                self._start_supervisor()
                patience = START_SECONDS
            self._wait_until_ready(patience)

    def has_supervisor(self) -> bool:
        """Whether a supervisor is alive. Call it with `start.lock` held, or the answer may be old."""
        free = lock(self.root / "supervisor.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if free is not None:
            os.close(free)
        return free is None

    def _start_supervisor(self) -> None:
        # It detaches itself, so `run` returns at once; the project's folder makes `-m` find it from anywhere.
        launched = subprocess.run(
            [sys.executable, "-m", "ecommerce_backend.embedded_postgres.supervisor", str(self.root)],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if launched.returncode:
            raise psycopg2.OperationalError(f"The embedded PostgreSQL did not start.\n{launched.stderr}")

    def _wait_until_ready(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self._create_database()
            except psycopg2.OperationalError as error:
                if not self.has_supervisor():
                    raise psycopg2.OperationalError(
                        f"The embedded PostgreSQL did not start. The reason is at the end of {self.log}."
                    ) from error
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def _create_database(self) -> None:
        connection = psycopg2.connect(
            host=str(self.socket_directory), port=PORT, user=USER, dbname="postgres", connect_timeout=3
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()
