"""What is broken here beside the database: a Redis and the project's own gunicorn, in one folder and on loopback."""

import os
import secrets
import signal
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import redis

from benchmarks.options import ROOT
from benchmarks.programs import START_SECONDS, STOP_SECONDS, end, free_port, spawn, wait_until
from chaos.database import Database
from ecommerce_backend.embedded_postgres.client import DATABASE

WORKERS = 2
PASSWORD = secrets.token_urlsafe(12)
EDITOR = "chaos-editor"


class Program:
    """A program with its output in a file; started, ended and broken by its number."""

    process: psutil.Popen | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / f"{type(self).__name__.lower()}.log"

    def _run(self, command: list[str], **environment: str) -> psutil.Popen:
        return spawn(command, self.log, cwd=ROOT, environment=environment)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self.process is not None:
            end(self.process)


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
            "DATABASE_URL": database.url(DATABASE),
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
