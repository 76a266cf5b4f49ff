"""Real programs for tests: checkouts of their own, servers on free ports, ended by pid."""

import http.client
import json
import os
import runpy
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, Self
from unittest import mock

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def gunicorn_configuration() -> dict[str, Any]:
    """What gunicorn.conf.py sets. Neither what it puts into the environment nor its folder stays."""
    with mock.patch.dict(os.environ):
        found = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    if Path(found["metrics_folder"]).name.startswith(found["own_folder"]):
        shutil.rmtree(found["metrics_folder"])
    return found


def free_port() -> int:
    """A TCP port on the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What `count` calls of `act` return when they begin together, each on a connection of its own."""
    barrier = Barrier(count)

    def run(number: int) -> Any:
        barrier.wait(timeout=10)
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def waits_for_a_lock(cursor: Any) -> None:
    """Wait until another connection to the database waits for a lock."""
    deadline = time.monotonic() + 2  # less than a statement waits for a lock
    while time.monotonic() < deadline:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        if cursor.fetchone() != (0,):
            return
    raise AssertionError("Nobody waits.")


class Checkout:
    """A copy of the project as a clone would have it, with the installed packages of this one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.port = 0
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        files = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in files.stdout.splitlines():
            if (ROOT / name).is_file():
                (self.path / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.path / name)
        (self.path / ".venv").symlink_to(ROOT / ".venv")
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None and self._server.poll() is None:
            os.killpg(self._server.pid, signal.SIGTERM)
            self._server.wait(timeout=30)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of somebody who has set nothing."""
        ours = {
            "DATABASE_URL",
            "SECRET_KEY",
            "ALLOWED_HOSTS",
            "ENV_FILE",
            "DJANGO_SETTINGS_MODULE",
            "DEBUG",
            "MAKEFLAGS",
            "MAKELEVEL",
        }
        return {name: value for name, value in os.environ.items() if name not in ours}

    def run_server(self, command: str, *, port: int, **environment: str) -> None:
        """Start a server and wait until it answers."""
        self.port = port
        with (self.path / "output.log").open("wb") as log:
            self._server = subprocess.Popen(
                command.split(),
                cwd=self.path,
                env=self.environment | {"PORT": str(port)} | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._server.poll() is None, self.output()
            assert time.monotonic() < deadline, self.output()
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/live/", timeout=2):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        assert self._server is not None
        return self._server.pid

    def output(self) -> str:
        """What the server has printed so far."""
        return (self.path / "output.log").read_text()


class Answer:
    """Status, headers and body of one request on a connection of its own."""

    def __init__(
        self, server: Checkout, method: str, path: str, body: Any = None, *, chunked: bool = False, **headers: str
    ) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            names.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, names, encode_chunked=chunked)
        response = connection.getresponse()
        self.status, self.headers, self.content = response.status, response.headers, response.read()
        connection.close()

    def json(self) -> Any:
        """The body."""
        return json.loads(self.content)
