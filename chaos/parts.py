"""What is broken here: a PostgreSQL, a Redis and the project's own gunicorn, all in one folder and on loopback."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg2
import redis

from ecommerce_backend.embedded_postgres.client import DATABASE, PORT, USER, Server
from ecommerce_backend.embedded_postgres.supervisor import Supervisor

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 30
WORKERS = 2
PASSWORD = secrets.token_urlsafe(12)
EDITOR = "chaos-editor"


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Return once it is so. Raises: RuntimeError when it does not come to that."""
    deadline = time.monotonic() + START_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what}: not within {START_SECONDS} seconds.")
        time.sleep(0.02)


class Database(Supervisor):
    """The embedded PostgreSQL, run by this process, which starts it again when it has been told to and not before."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Server(folder / "postgres"))
        self.frozen: list[psutil.Process] = []
        self.url = f"postgresql://{USER}@{quote(str(self.server.socket_directory), safe='')}:{PORT}/{DATABASE}"

    def start(self) -> None:
        """Make it the first time, start it, and return once it takes connections."""
        self.server.root.mkdir(mode=0o711, exist_ok=True)
        self._initialise()
        self._start()
        wait_until(self._answers, "PostgreSQL takes connections")

    def stop(self) -> None:
        """End it as a service manager does: roll back, disconnect, write everything down."""
        self.thaw()
        self._stop()

    def kill(self) -> None:
        """End every process of it at once."""
        for process in self._processes():
            process.kill()
        if self.postmaster:
            self.postmaster.wait(STOP_SECONDS)

    def freeze(self) -> None:
        """Stop every process of it in its tracks: connections stay, and nothing is said on them."""
        self.frozen = self._processes()
        for process in self.frozen:
            process.suspend()

    def thaw(self) -> None:
        """Let them go on."""
        while self.frozen:
            self.frozen.pop().resume()

    def refuse_writes(self, refuse: bool) -> None:
        """Every transaction is read-only from now on, as on a standby or on a disk that a provider found full."""
        value = "on" if refuse else "off"
        self.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}", writable=True)
        self.execute("SELECT pg_reload_conf()")

    def execute(self, sql: str, *, writable: bool = False) -> list[tuple[Any, ...]]:
        """The rows that a statement returns, run outside a transaction."""
        with closing(psycopg2.connect(self.url, connect_timeout=3)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                if writable:  # also while the server says otherwise: it has to be told to stop
                    cursor.execute("SET default_transaction_read_only = off")
                cursor.execute(sql)
                return list(cursor.fetchall()) if cursor.description else []

    def _answers(self) -> bool:
        try:
            return self.execute("SELECT 1") == [(1,)]
        except psycopg2.OperationalError:
            return False

    def _processes(self) -> list[psutil.Process]:
        return [self.postmaster, *self.postmaster.children()] if self.postmaster else []

    def _call(self, program: str, *arguments: str, statements: str = "") -> None:
        command = [str(self.programs / program), *arguments]
        with self.server.log.open("ab") as log:
            streams = {"stdout": log, "stderr": log}
            subprocess.run(command, input=statements.encode(), check=True, **streams, **self._as_account())

    def _spawn(self) -> psutil.Popen:
        with self.server.log.open("ab") as log:
            options = {"listen_addresses": "", "unix_socket_directories": self.server.socket_directory}
            settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
            command = [str(self.programs / "postgres"), "-D", str(self.server.data), "-p", PORT, *settings]
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            return psutil.Popen(command, start_new_session=True, **streams, **self._as_account())


class Program:
    """A program with its output in a file; started, ended and broken by its number."""

    process: psutil.Popen | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / f"{type(self).__name__.lower()}.log"

    def _run(self, command: list[str], **environment: str) -> psutil.Popen:
        with self.log.open("ab") as log:
            return psutil.Popen(
                command,
                cwd=ROOT,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the suite, which ends its programs itself
            )

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self.process is not None and self.process.poll() is None:
            self.process.resume()
            self.process.terminate()
            self.process.wait(STOP_SECONDS)


class Redis(Program):
    """A Redis that keeps nothing on disk: whenever it comes back, it is empty."""

    def start(self) -> None:
        """Start it, and return once it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = self._run([*command, "--dir", str(self.folder)])
        wait_until(self._answers, "Redis answers")

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)


class Web(Program):
    """gunicorn as in production, with two workers."""

    def __init__(self, folder: Path, database: Database, cache: Redis) -> None:
        super().__init__(folder)
        limits = ("ANON", "USER", "LOGIN_ADDRESS", "LOGIN_ACCOUNT")
        self.environment = {
            "ENV_FILE": os.devnull,
            "DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": database.url,
            "REDIS_URL": f"redis://127.0.0.1:{cache.port}/0",
            "WEB_CONCURRENCY": str(WORKERS),
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            # Counted, for that is what Redis is for, and never reached.
            **{f"THROTTLE_{name}": "10000000/min" for name in limits},
        }

    def prepare(self) -> None:
        """Fill the database: the sample shop, and somebody who may write."""
        account = ["--noinput", "--username", EDITOR, "--email", f"{EDITOR}@example.com"]
        for command in (["prepare_development"], ["createsuperuser", *account]):
            if self._run([sys.executable, "manage.py", *command], **self.environment).wait(START_SECONDS):
                raise RuntimeError(self.log.read_text())

    def start(self) -> None:
        """Start it, and return once it is ready and all its workers are there."""
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}"]
        self.process = self._run(command, **self.environment)
        wait_until(lambda: self._is_ready() and self.is_complete(), "gunicorn is ready")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready/", timeout=10):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def is_complete(self) -> bool:
        """Whether it has all its workers."""
        alive = [each for each in self.process.children() if each.status() != psutil.STATUS_ZOMBIE]
        return len(alive) == WORKERS

    def kill_worker(self) -> None:
        """End one worker at once, with whatever it is doing."""
        os.kill(self.process.children()[0].pid, signal.SIGKILL)
