"""The PostgreSQL that is broken here: killed, frozen, told to refuse writes."""

from pathlib import Path

import psutil

from benchmarks.programs import STOP_SECONDS
from benchmarks.server import EmbeddedServer, execute
from ecommerce_backend.embedded_postgres.client import DATABASE


class Database(EmbeddedServer):
    """The embedded one, which is started again when that is asked for, and not before."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "postgres", {})
        self.frozen: list[psutil.Process] = []

    def stop(self) -> None:
        """End it as a service manager does: roll back, disconnect, write everything down."""
        self.thaw()
        super().stop()

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
        # This connection may write also while the server says otherwise: it has to be told to stop.
        writable = f"{self.url(DATABASE)}?options=-c%20default_transaction_read_only%3Doff"
        execute(writable, f"ALTER SYSTEM SET default_transaction_read_only = {'on' if refuse else 'off'}")
        execute(writable, "SELECT pg_reload_conf()")

    def _processes(self) -> list[psutil.Process]:
        return [self.postmaster, *self.postmaster.children()] if self.postmaster else []
