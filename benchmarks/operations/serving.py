"""The project's server with two workers, as it is started everywhere, ended with the block."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.arms import project_environment
from benchmarks.options import ROOT
from benchmarks.programs import Program, free_port

READY = "/health/ready/"


@contextmanager
def gunicorn(name: str, database_url: str, environment: dict[str, str], *arguments: str) -> Iterator[Program]:
    """Ready, with production settings and no limits, but for what `environment` says."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *arguments]
    settings = project_environment(database_url) | environment
    program = Program(f"operations-{name}", command, cwd=ROOT, environment=settings, port=port)
    try:
        program.wait_for(READY)
        yield program
    finally:
        program.stop()
