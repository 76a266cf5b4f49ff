"""Whatever fits the document, and whatever does not, thrown at a real server by three kinds of caller."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.processes import ROOT, Checkout, free_port

EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "8")  # for each operation and phase; `make fuzz` takes more
SEED = os.environ.get("FUZZ_SEED", "1")
LIMITS = ("ANON", "USER", "REGISTER", "REFRESH", "LOGIN_ADDRESS", "LOGIN_ACCOUNT")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """`make run`, without limits."""
    with Checkout(tmp_path_factory.mktemp("fuzz")) as checkout:
        checkout.run_server("make run", port=free_port(), **{f"THROTTLE_{limit}": "" for limit in LIMITS})
        yield checkout


def sign_in(server, name):
    password = json.loads((server.path / ".postgres" / "demo-accounts.json").read_text())[name]
    body = json.dumps({"username": name, "password": password}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/token/", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return ["--header", f"Authorization: Bearer {json.load(answer)['access']}"]


@pytest.mark.parametrize("caller", ["nobody", "customer", "editor"])
def test_nothing_that_can_be_sent_is_answered_against_the_document(server, caller):
    headers = [] if caller == "nobody" else sign_in(server, caller)
    done = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", "tests/fuzz/schemathesis.toml"),
            *("run", f"http://127.0.0.1:{server.port}/swagger.json", "--checks", "all", "--no-color"),
            *("--max-examples", EXAMPLES, "--seed", SEED, *headers),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:]
    log = server.output()
    # The net under the validators is the last line of defence: fuzzing must not get that far.
    assert "Unhandled exception" not in log
    assert "Database error reached the client" not in log
