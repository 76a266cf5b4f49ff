"""A folder with an embedded server of its own, the processes that use it, and every process that belongs to it."""

import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg2

from ecommerce_backend.embedded_postgres.client import DATABASE, PORT, USER, Server

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 30.0  # for the slowest machine; a test that passes waits for none of it

# Uses the server, says so, and ends when its input does.
USE = """
import sys
from pathlib import Path
import psycopg2
from ecommerce_backend.embedded_postgres.client import DATABASE, PORT, USER, Server
server = Server(Path(sys.argv[1]))
place = {"host": str(server.socket_directory), "port": PORT, "user": USER, "dbname": DATABASE}
server.connect(lambda: psycopg2.connect(**place)).close()
print("ready", flush=True)
sys.stdin.read()
"""


def wait_for(condition: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """What `condition` returns once that is true. Raises: AssertionError when it stays false."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.01)
    return value


class User:
    """A process that uses the server. Leaving its `with` block ends it, the normal way if it can."""

    def __init__(self, root: Path, script: str = USE, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, str(root)],
            cwd=PROJECT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        """Raises: AssertionError with what the process wrote when it ends instead."""
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], PATIENCE_SECONDS)[0], "still starting"
        if self.process.stdout.readline() != "ready\n":
            raise AssertionError(self.process.communicate()[1])

    def is_waiting(self, seconds: float) -> bool:
        """Whether it has neither got the server nor given up after these seconds."""
        assert self.process.stdout is not None
        return not select.select([self.process.stdout], [], [], seconds)[0]

    def kill(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self.kill()
        try:
            self.process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.communicate()
            raise


class Folder:
    """One `.postgres`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.server = Server(root)

    @contextmanager
    def user(self, script: str = USE, **environment: str) -> Iterator[User]:
        """A process that has got the server and keeps using it inside the `with` block."""
        with User(self.root, script, **environment) as user:
            user.wait_until_ready()
            yield user

    @contextmanager
    def connect(self, database: str = DATABASE) -> Iterator[Any]:
        """A connection that does not count as a user, each statement its own transaction."""
        place = {"host": str(self.server.socket_directory), "port": PORT, "user": USER, "dbname": database}
        with closing(psycopg2.connect(**place, connect_timeout=3)) as connection:
            connection.autocommit = True
            yield connection

    def sql(self, statement: str, database: str = DATABASE) -> Any:
        """The first value of the first row."""
        with self.connect(database) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            return bool(self.sql("SELECT true"))
        except psycopg2.OperationalError:
            return False

    def has_users(self) -> bool:
        """Whether a process that lives counts as a user."""
        with (self.root / "users.lock").open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    def processes(self, part: str = "") -> list[psutil.Process]:
        """All that name the folder or work in it and have `part` in their command, the oldest first."""
        found = [process for process in psutil.process_iter() if self._owns(process, part)]
        return sorted(found, key=psutil.Process.create_time)

    def _owns(self, process: psutil.Process, part: str) -> bool:
        try:
            command = " ".join(process.cmdline())
            inside = str(self.root) in command or Path(process.cwd()).is_relative_to(self.root)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False
        return inside and part in command and process.pid != os.getpid()

    @property
    def supervisor(self) -> psutil.Process:
        """The process that supervises; one that stands by for it is older."""
        return wait_for(lambda: self.processes("embedded_postgres.supervisor"))[-1]

    @property
    def postmaster(self) -> psutil.Process:
        """The one server process that all its others are children of."""
        (process,) = self.processes("bin/postgres -D")
        return process

    def wait_until_stopped(self) -> None:
        """Nothing of the folder runs any more."""
        wait_for(lambda: not self.processes())

    def close(self) -> None:
        """End whatever is left, by number, and remove what it made."""
        for process in self.processes("embedded_postgres.supervisor"):
            process.kill()
        for process in self.processes("bin/postgres -D"):
            process.send_signal(signal.SIGQUIT)  # unlike `kill -9`, this gives its shared memory back
        try:
            wait_for(lambda: not self.processes(), 5)
        except AssertionError:
            for process in self.processes():
                process.kill()
        self.wait_until_stopped()
        for path in (self.root, self.server.socket_directory):
            shutil.rmtree(path, ignore_errors=True)
