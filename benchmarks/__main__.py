"""`python -m benchmarks`: load, compare, measure, report. `options` has what may be asked for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, CalledProcessError
from typing import Any

import psycopg2

from benchmarks import report, server
from benchmarks.arms import TITLES, project_environment
from benchmarks.campaign import Campaign
from benchmarks.options import PARTIAL_RESULTS, RESULTS, Options, Refused
from benchmarks.results import RELEVANCE, is_kept_longer
from benchmarks.scenarios import NAMES

INTERRUPTED = 130  # as shells have it


def main() -> int:
    """0, or what else a shell is told when not everything could be measured; why is printed."""
    try:
        measure(Options.given(arms=TITLES, scenarios=NAMES))
    except KeyboardInterrupt:
        print("Stopped; `make bench` goes on next time.")
        return INTERRUPTED
    # RuntimeError: what did not start, or was refused by an arm; see `programs` and `writes`.
    except (Refused, OSError, CalledProcessError, RuntimeError, psycopg2.Error) as error:
        print(error)
        return 1
    return 0


def measure(options: Options) -> None:
    """Measure every size, and write the report of what is kept for it."""
    if not shutil.which("wrk"):
        raise Refused("wrk is needed and not on the PATH. On Debian and Ubuntu: apt-get install wrk redis-server npm")
    looks = {size: _reason_for_a_look(options, size) for size in options.sizes}
    for reason in dict.fromkeys(filter(None, looks.values())):
        print(f"A look: its results go to {PARTIAL_RESULTS}, and not into the report, since {reason}.", flush=True)
    kept = RESULTS if not all(looks.values()) else PARTIAL_RESULTS
    with server.running(options.database_url) as database:
        if options.real_products:
            _measure_relevance(options.real_products, database.url("postgres"), kept)
        for size, is_look in looks.items():
            Campaign(options, database, size).run(PARTIAL_RESULTS if is_look else RESULTS)
    if kept == RESULTS:
        report.write()


def _reason_for_a_look(options: Options, size: int) -> str:
    if options.is_partial:
        return "not everything is measured"
    if not options.replaces and is_kept_longer(size, options.rounds, options.seconds):
        return f"the newest run of {size:,} products was longer (REPLACE=yes takes this one all the same)"
    return ""


def _measure_relevance(arguments: list[str], url: str, folder: Path) -> None:
    """By a process of its own, which has the project's settings. Raises: CalledProcessError."""
    command = [sys.executable, "-m", "benchmarks.relevance", *arguments]
    given: dict[str, Any] = {"env": os.environ | project_environment(url), "stdin": DEVNULL, "stdout": PIPE}
    said = subprocess.run(command, check=True, text=True, **given).stdout
    print(said, flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RELEVANCE).write_text(said, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
