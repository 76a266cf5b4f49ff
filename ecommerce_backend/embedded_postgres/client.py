"""What a process that uses the embedded server does: start it when it is down, and count as a user of it.

Three lock files say all there is to know, because the kernel releases them however a process ends:
- `users.lock`: shared by every process that uses the server. Nobody holds it: the server may stop, and the supervisor
  takes it for as long as that lasts.
- `supervisor.lock`: held by the one supervisor. Nobody holds it: one has to be started.
- `start.lock`: held while somebody starts a supervisor. Nobody waits for it: the server counts, not who starts it.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psycopg2

from ecommerce_backend.patience import DatabaseIsSilentError

Connection = TypeVar("Connection")

DATABASE = "ecommerce_backend"
USER = "postgres"
PORT = "5432"  # only names the socket: the server does not listen on the network
SOCKET_PATH_LIMIT = 100  # bytes; Linux takes 107 and macOS 103 for the whole path
COMMAND_SECONDS = 60  # the first start makes the data directory, a start after a crash replays the log
REQUEST_SECONDS = 3  # long enough for a restart; a web request has six seconds in all to say that there is no database
POLL_SECONDS = 0.05

# Open for as long as this process lives. Children made by fork share the lock, as they share its use.
_user_locks: dict[Path, int] = {}
# Since when this process has been without the server. Patience counts from then, and not once more for each request of
# those that queue for the same threads.
_away_since: dict[Path, float] = {}


def lock(path: Path, mode: int) -> int | None:
    """An open file descriptor that holds the lock, or None when `LOCK_NB` is in `mode` and somebody else holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, mode)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


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

    def connect(self, attempt: Callable[[], Connection], *, seconds: float = COMMAND_SECONDS) -> Connection:
        """What `attempt` returns, once the server takes connections; this process is now a user of it.

        Only when no server answers is one started, and waited for until this process has been without it for `seconds`.

        Raises: psycopg2.OperationalError with the reason when it does not come up, or does and refuses.
        """
        self.root.mkdir(mode=0o711, exist_ok=True)
        begun = time.monotonic()
        launched = False
        while True:
            try:
                if self._becomes_user():
                    launched = self._launch_supervisor(launched=launched)  # for a server whose own was killed, too
                connection = attempt()
            except psycopg2.OperationalError as error:
                if isinstance(error, DatabaseIsSilentError) or not _is_away(error):
                    raise
                away_since = _away_since.setdefault(self.root, begun)
                launched = self._launch_supervisor(launched=launched)
                if time.monotonic() - away_since > seconds:
                    raise
            else:
                _away_since.pop(self.root, None)
                return connection
            time.sleep(POLL_SECONDS)

    def _becomes_user(self) -> bool:
        """Make this process a user; False when it was one already."""
        if self.root in _user_locks:
            return False
        held = lock(self.root / "users.lock", fcntl.LOCK_SH | fcntl.LOCK_NB)
        if held is None:
            raise psycopg2.OperationalError("The embedded PostgreSQL is being stopped.")
        if _user_locks.setdefault(self.root, held) != held:
            os.close(held)  # another thread was faster
        return True

    def _launch_supervisor(self, *, launched: bool) -> bool:
        """Start a supervisor if there is none and nobody else is starting one. True once the caller has done so.

        Raises: psycopg2.OperationalError when the one that the caller has `launched` is gone.
        """
        starting = lock(self.root / "start.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if starting is None:
            return launched
        try:
            if self._has_supervisor():
                return launched
            if launched:
                raise psycopg2.OperationalError(
                    f"The embedded PostgreSQL did not start. The reason is at the end of {self.log}."
                )
            self._start_supervisor()
            return True
        finally:
            os.close(starting)

    def _has_supervisor(self) -> bool:
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


def _is_away(error: psycopg2.OperationalError) -> bool:
    """Whether there is no server, or one that starts or stops. One that refuses for a reason of its own is not away.

    By the words, which `initdb --locale=C` keeps English: psycopg2 has no code for a connection that failed.
    """
    return "FATAL:" not in str(error) or "the database system is" in str(error)
