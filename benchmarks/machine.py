"""Where the measurements are made: processor, memory, versions; and whether the sources are the same as last time."""

import json
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.options import HERE, ROOT

PACKAGES = [
    "Django",
    "djangorestframework",
    "psycopg2-binary",
    "gunicorn",
    "fastapi",
    "uvicorn",
    "SQLAlchemy",
    "asyncpg",
]
PACE_STEPS = 1_000_000


def describe(*, postgresql: str) -> dict[str, Any]:
    """Processor, cores, memory in GiB, system, and versions by name."""
    versions = {"Python": platform.python_version(), "PostgreSQL": postgresql}
    versions |= {name: version(name) for name in PACKAGES} | {"json-server": _json_server_version()}
    versions |= {name: found for name in ("wrk", "redis-server", "node") if (found := _program_version(name))}
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "versions": versions,
    }


def in_words(machine: dict[str, Any]) -> str:
    """What `describe` found, as a sentence."""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    hardware = f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB"
    return f"{hardware}, {machine['system']}; {versions}."


def pace() -> float:
    """Milliseconds that a million steps of a loop in plain Python take now.

    It says how fast the machine is beside whatever else runs on it, or on the one that it is a part of.
    """
    begun, total = time.perf_counter(), 0
    for step in range(PACE_STEPS):
        total += step * step % 7
    return round(1000 * (time.perf_counter() - begun), 1)


def commit() -> str:
    """Which one is checked out, and whether files differ from it; blank where there is no git."""
    git = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    return subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def fingerprint(*paths: Path) -> str:
    """A digest of all sources in the files and folders: another one, other sources."""
    digest = sha256()
    for path in sorted(_sources(paths)):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        yield from [path] if path.is_file() else (each for each in path.rglob("*") if _is_source(each))


def _is_source(path: Path) -> bool:
    return path.suffix in {".py", ".sql", ".csv", ".json", ".lua"} and not {".data", "results"} & set(path.parts)


def _json_server_version() -> str:
    package = json.loads((HERE / "peers/json_server/package.json").read_text(encoding="utf-8"))
    return str(package["dependencies"]["json-server"])


def _processor() -> str:
    """The model's name as the kernel has it, with the family, which tells generations apart."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    return f"{facts.get('model name', platform.machine())} (family {facts.get('cpu family', '?')})"


def _program_version(name: str) -> str:
    if not shutil.which(name):
        return ""
    # wrk has no option that says its version and nothing else; it says it when it is called wrongly.
    said = subprocess.run([name, "-v" if name != "node" else "--version"], capture_output=True, text=True, check=False)
    words = (said.stdout + said.stderr).replace("v=", " ").split()
    return next((word.removeprefix("debian/").strip("v") for word in words if any(map(str.isdigit, word))), "")
