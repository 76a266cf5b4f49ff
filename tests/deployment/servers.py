"""Programs around the shop, as a platform has them: nginx, and a PostgreSQL that speaks TLS only."""

import os
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from ecommerce_backend.embedded_postgres.supervisor import _account, _programs
from tests.processes import free_port

PASSWORD = "not-a-secret"


def program(name: str) -> str:
    """The path of a program that not every machine has. In CI it has to be there."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        assert not os.environ.get("CI"), f"CI has to have {name}"
        pytest.skip(f"no {name} on this machine")
    return found


def wait_until(condition: Callable[[], object], process: subprocess.Popen[bytes], log: Path) -> None:
    """Raises: AssertionError with the log when the process ends, or 30 seconds do."""
    deadline = time.monotonic() + 30
    while not condition():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether anybody listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def make_certificate(folder: Path, name: str) -> None:
    """`server.crt` and `server.key`, signed by itself."""
    command = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-batch"]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"]
    command += ["-keyout", str(folder / "server.key"), "-out", str(folder / "server.crt")]
    subprocess.run(command, check=True, capture_output=True)
    (folder / "server.key").chmod(0o600)


@contextmanager
def nginx(folder: Path, configuration: str, port: int) -> Iterator[None]:
    """nginx with this configuration, until the end of the block."""
    (folder / "nginx.conf").write_text(configuration)
    # Its workers would change to an account that may not enter the folders of a test that runs as root.
    user = "user root;" if os.geteuid() == 0 else ""
    command = [program("nginx"), "-p", str(folder), "-c", "nginx.conf", "-g", f"daemon off; {user}"]
    log = folder / "nginx.log"
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            wait_until(lambda: listens(port), process, log)
            yield
        finally:
            process.terminate()


SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # what a client of PostgreSQL asks before TLS begins


class TLSFront:
    """Ends TLS for a PostgreSQL that was built without, as the embedded one is; hangs up on who speaks without."""

    def __init__(self, folder: Path, server: int) -> None:
        make_certificate(folder, "localhost")
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(folder / "server.crt", folder / "server.key")
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if client.recv(8) != SSL_REQUEST:
                return
            client.sendall(b"S")
            with (
                self._context.wrap_socket(client, server_side=True) as inside,
                socket.create_connection(("127.0.0.1", self._server)) as server,
            ):
                self._pass_on(inside, server)

    @staticmethod
    def _pass_on(inside: ssl.SSLSocket, server: socket.socket) -> None:
        while True:
            ready = [inside] if inside.pending() else select.select([inside, server], [], [])[0]
            for source in ready:
                data = source.recv(64 * 1024)
                if not data:
                    return
                (server if source is inside else inside).sendall(data)


@contextmanager
def tls_postgres(folder: Path) -> Iterator[str]:
    """The URL of an empty PostgreSQL of its own that is reached over TLS alone."""
    port, data = free_port(), folder / "data"
    data.mkdir(mode=0o700)
    (folder / "password").write_text(PASSWORD)
    account: dict[str, Any] = {}
    if os.geteuid() == 0:  # which PostgreSQL refuses to run as
        owner = _account()
        account = {"user": owner.pw_uid, "group": owner.pw_gid}
        for path in (data, folder / "password"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        for parent in (folder, *folder.parents):
            if not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    arguments = ["--username=shop", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--encoding=UTF8"]
    initdb = [str(_programs() / "initdb"), "--pgdata", str(data), *arguments, "--locale=C"]
    subprocess.run(initdb, check=True, stdout=subprocess.PIPE, cwd=data, **account)
    command = [str(_programs() / "postgres"), "-D", str(data), "-p", str(port), "-c", "fsync=off"]
    command += ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    command += ["-c", "max_connections=20"]  # what the smallest plan has
    log = folder / "postgres.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, cwd=data, **account) as process,
    ):
        front = TLSFront(folder, port)
        try:
            wait_until(lambda: listens(port), process, log)
            yield f"postgres://shop:{PASSWORD}@127.0.0.1:{front.port}/postgres"
        finally:
            front.close()
            process.send_signal(signal.SIGINT)
