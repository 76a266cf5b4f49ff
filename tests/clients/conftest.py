"""A server as `make run` starts it, and the tools of `clients/` that talk to it."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.processes import Checkout, free_port

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "clients"


@pytest.fixture(scope="session")
def node():
    """Runs a program of node's with text for its stdin, and returns what it prints. Skips where there is no node."""
    reason = None
    if shutil.which("node") is None:
        reason = "no node on this machine (Debian: apt-get install nodejs npm)"
    elif not (CLIENTS / "node_modules" / "installed").exists():
        reason = "the packages of clients/ are not installed: `make node`"
    if reason:
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)

    def run(*command, text="", **environment):
        done = subprocess.run(
            command, cwd=CLIENTS, input=text, env=os.environ | environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-10_000:] + done.stderr[-10_000:]
        return done.stdout

    return run


class Shop(NamedTuple):
    url: str
    editor_password: str


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    with Checkout(tmp_path_factory.mktemp("checkout")) as checkout:
        checkout.run_server("make run", port=free_port())
        accounts = json.loads((checkout.path / ".postgres" / "demo-accounts.json").read_text())
        yield Shop(f"http://127.0.0.1:{checkout.port}", accounts["editor"])
