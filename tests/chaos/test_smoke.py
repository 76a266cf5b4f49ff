"""The suite that breaks things works: faults, for real."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.processes import ROOT


def test_who_kills_the_database_under_load_finds_every_promise_kept():
    if shutil.which("redis-server") is None:
        assert not os.environ.get("CI"), "CI has to have redis-server"
        pytest.skip("no redis-server on this machine")
    command = [sys.executable, "-m", "chaos", "postgres-killed"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| PostgreSQL killed, started again 3 s later |" in done.stdout
    assert done.stdout.endswith("Every promise holds.\n")


def test_who_fills_the_disk_under_load_finds_every_promise_kept():
    if shutil.which("redis-server") is None:
        assert not os.environ.get("CI"), "CI has to have redis-server"
        pytest.skip("no redis-server on this machine")
    command = [sys.executable, "-m", "chaos", "disk-full"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    if done.stdout.startswith("Left out"):
        assert done.returncode == 0
        pytest.skip("no file system can be mounted here: that takes root, and not every container lets it")
    assert done.returncode == 0, done.stdout + done.stderr
    [row] = [line for line in done.stdout.splitlines() if "disk full" in line]
    assert int(row.split("|")[6]) > 0, "nobody was refused: the disk was not full"


def test_an_unknown_fault_is_refused_with_the_names_of_those_there_are():
    command = [sys.executable, "-m", "chaos", "postgres-kiled"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "There is no fault 'postgres-kiled'. There are: postgres-killed, postgres-frozen, " in done.stderr
