"""Programs that benchmarks and chaos start: what they use, and their end, by their number and nobody else's."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from benchmarks.options import DATA

START_SECONDS = 60
STOP_SECONDS = 25


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def cpu_seconds(process: psutil.Process) -> float:
    """What a process and all that descended from it have computed; those that have ended count at their parents."""
    total = 0.0
    for each in [process, *process.children(recursive=True)]:
        try:
            total += sum(each.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue  # ended meanwhile: its parent has its time
    return total


def wait_until(is_so: Callable[[], bool], what: str, *, seconds: float = START_SECONDS) -> None:
    """Return once it is so. Raises: RuntimeError when it does not come to that."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what}: not within {seconds:.0f} seconds.")
        time.sleep(0.02)


def spawn(command: list[str], log: Path, *, cwd: Path, environment: dict[str, str]) -> psutil.Popen:
    """A program that is running, and adds its output to `log`."""
    with log.open("ab") as output:
        return psutil.Popen(
            command,
            cwd=cwd,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for whoever started it, and ends its programs itself
        )


def end(process: psutil.Popen) -> None:
    """Ask it to end and wait for that; by force, with all that it started, when it takes too long."""
    if process.poll() is not None:
        return
    descendants = process.children(recursive=True)
    process.resume()  # in case it was stopped in its tracks
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        for each in [process, *descendants]:
            if each.is_running():
                each.kill()


class Program:
    """A server on `port`, with its output in `.data/logs/NAME.log`."""

    def __init__(self, name: str, command: list[str], *, cwd: Path, environment: dict[str, str], port: int) -> None:
        self.port = port
        self.log = DATA / "logs" / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        self.process = spawn(command, self.log, cwd=cwd, environment=environment)

    def wait_for(self, path: str | None) -> None:
        """Return once it answers GET `path` with 200, or takes connections. Raises: RuntimeError when it does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not self.has_ended:
            try:
                if path is None:
                    socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                    return
                if get(self.port, path)[0] == http.HTTPStatus.OK:
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise RuntimeError(f"It did not start; the reason is at the end of {self.log}.")

    @property
    def has_ended(self) -> bool:
        """Whether it runs no more."""
        return self.process.poll() is not None

    def megabytes_by_worker(self) -> list[float]:
        """Resident memory of each worker: of the children, or of the program itself when it has none."""
        # Python's resource tracker is no worker.
        children = [each for each in self.process.children() if "resource_tracker" not in " ".join(each.cmdline())]
        workers = children or [self.process]
        return sorted((round(each.memory_info().rss / 2**20, 1) for each in workers), reverse=True)

    def stop(self) -> None:
        """End it and wait for it."""
        end(self.process)


def get(port: int, path: str, *, seconds: float = 60, headers: dict[str, str] | None = None) -> tuple[int, Any, bytes]:
    """Status, headers and body of one GET. Raises: OSError."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()
