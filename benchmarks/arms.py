"""Who is measured, and how each is started. Two workers with eight threads each, or what comes nearest."""

import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import json_server
from benchmarks.options import DATA, HERE, ROOT, Options
from benchmarks.programs import Program, free_port

PEERS = HERE / "peers"
TEXTBOOK = PEERS / "textbook"
USERNAME, PASSWORD = "bencher", "measured in private 9"  # of databases that nobody else can reach
SECRET_KEY = secrets.token_urlsafe(64)

TITLES = {
    "ours": "The project, nothing cached: `ANSWER_CACHE_MB=0`, no `REDIS_URL`.",
    "ours_cached": "The project as it comes, with `REDIS_URL` set.",
    "ours_limited": "The same with limits on, counted in Redis, at a rate that nobody reaches.",
    "textbook": "ModelViewSet, nested serializer, DjangoFilterBackend, `icontains`, single-column indexes, psycopg2.",
    "fastapi": "FastAPI, SQLAlchemy 2 async, asyncpg, the textbook's tables and questions.",
    "limit": "A bare WSGI function, one statement that returns finished JSON, the best indexes found.",
    "json_server": "json-server from npm, one JSON file in memory.",
}


@dataclass
class Arm:
    """One of those that are measured, running. `category_field`: how a new product names its category."""

    name: str
    program: Program
    category_field: str = "category"
    translate: Callable[[str], str] = field(default=lambda path: path)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.program.port


def project_environment(url: str) -> dict[str, str]:
    """Production settings, without limits, on the database at `url`."""
    limits = {f"THROTTLE_{who}": "" for who in ("ANON", "USER", "LOGIN_ADDRESS", "LOGIN_ACCOUNT")}
    fixed = {"ENV_FILE": "/dev/null", "DEBUG": "false", "ALLOWED_HOSTS": "127.0.0.1", "ACCESS_TOKEN_MINUTES": "600"}
    return fixed | limits | {"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url, "REDIS_URL": "", "WEB_CONCURRENCY": "2"}


def textbook_environment(url: str) -> dict[str, str]:
    """What the textbook's settings read."""
    return {"SECRET_KEY": SECRET_KEY, "DATABASE_URL": url}


@contextmanager
def running(options: Options, url: str, size: int) -> Iterator[tuple[dict[str, Arm], list[str]]]:
    """All arms that are wanted and can run, by name, and why others are left out; ended when the block is left."""
    arms: dict[str, Arm] = {}
    left_out: list[str] = []
    with ExitStack() as stack:
        for name in filter(options.wants_arm, TITLES):
            reason = _reason_against(name, size)
            if reason:
                left_out.append(f"`{name}` is left out: {reason}")
                continue
            arm = _started(name, url, stack)
            stack.callback(arm.program.stop)
            arm.program.wait_for("/api/categories/")
            arms[name] = arm
        yield arms, left_out


def _reason_against(name: str, size: int) -> str:
    needed = {"ours_cached": "redis-server", "ours_limited": "redis-server", "json_server": "npm"}.get(name)
    if needed and not shutil.which(needed):
        return f"there is no `{needed}` on the PATH."
    if name == "json_server" and size > json_server.MOST_ROWS:
        return f"it does not hold more than {json_server.MOST_ROWS:,} products."
    return json_server.install() if name == "json_server" else ""


def _started(name: str, url: str, stack: ExitStack) -> Arm:
    port = free_port()
    if name in ("ours", "ours_cached", "ours_limited"):
        environment = project_environment(url)
        if name == "ours":
            environment["ANSWER_CACHE_MB"] = "0"
        else:
            environment["REDIS_URL"] = redis(name, stack)
        if name == "ours_limited":
            environment["THROTTLE_ANON"] = "100000000/min"
        return Arm(name, _gunicorn(name, port, cwd=ROOT, environment=environment))
    if name == "textbook":
        wsgi = ["-c", "../serving.py", "shop.wsgi"]
        program = _gunicorn(name, port, *wsgi, cwd=TEXTBOOK, environment=textbook_environment(url))
        return Arm(name, program, category_field="category_slug")
    if name == "limit":
        wsgi = ["-c", "../serving.py", "app:application"]
        return Arm(name, _gunicorn(name, port, *wsgi, cwd=PEERS / "limit", environment={"DATABASE_URL": url}))
    if name == "fastapi":
        command = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(port), "--workers", "2"]
        command += ["--no-access-log", "--log-level", "warning"]
        environment = {"DATABASE_URL": url}
        return Arm(name, Program(name, command, cwd=PEERS / "fastapi_app", environment=environment, port=port))
    return Arm(name, json_server.start(port, url), translate=json_server.translated)


def _gunicorn(name: str, port: int, *arguments: str, cwd: Path, environment: dict[str, str]) -> Program:
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *arguments]
    return Program(name, command, cwd=cwd, environment=environment, port=port)


def redis(name: str, stack: ExitStack) -> str:
    """The URL of a Redis of one's own, in memory only, for as long as the stack is open."""
    port = free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    program = Program(f"redis-{name}", command, cwd=DATA, environment={}, port=port)
    stack.callback(program.stop)
    program.wait_for(None)
    return f"redis://127.0.0.1:{port}/0"
