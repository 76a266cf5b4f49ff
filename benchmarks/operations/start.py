"""How long a new process takes until it serves: from the command to the first 200 of /health/ready/."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.operations.serving import gunicorn
from benchmarks.options import ROOT

STARTS = 5
PROMISED_SECONDS = 3.0
OURS = ("ecommerce_backend", "products", "users")
# What is compiled, from start to start; nothing is promised of the first, which nobody ever has: pip compiles packages.
KINDS = ("nothing compiled", "cold", "warm")


def measure(database_url: str) -> dict[str, Any]:
    """Seconds of each start, of every kind."""
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(STARTS):
        with tempfile.TemporaryDirectory() as compiled:
            for kind, taken in found.items():
                if kind == "cold":
                    for package in OURS:  # it has been compiled by the start before
                        shutil.rmtree(f"{compiled}{ROOT / package}")
                taken.append(_seconds(database_url, Path(compiled)))
                print(f"Start {number + 1}, {kind}: {taken[-1]} s", flush=True)
    return found


def _seconds(database_url: str, compiled: Path) -> float:
    begun = time.monotonic()
    with gunicorn("start", database_url, {"PYTHONPYCACHEPREFIX": str(compiled), "PYTHONDONTWRITEBYTECODE": ""}):
        return round(time.monotonic() - begun, 2)
