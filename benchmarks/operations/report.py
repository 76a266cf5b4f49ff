"""docs/benchmarks-operations.md and its plot, from the newest results: `python -m benchmarks.operations.report`."""

import json
from statistics import median
from typing import Any

from benchmarks import plots
from benchmarks.machine import in_words
from benchmarks.operations.memory import PROMISED_MB
from benchmarks.operations.probe import PROMISED_MS
from benchmarks.operations.start import PROMISED_SECONDS
from benchmarks.operations.telling import PROMISED_PERCENT, cost
from benchmarks.options import DATA, RESULTS, ROOT
from benchmarks.tables import table

PAGE, PLOT = "benchmarks-operations.md", "benchmarks/memory.svg"
# The rows of the table of memory: which of the samples.
SHOWN_SAMPLES = (0, 1, 5, 10, 25, 50, 75, -1)

INTRODUCTION = """# What it costs to run

How much memory a worker takes, how soon a new process serves, and what watching over it costs. `make bench-operations`
writes this page from `benchmarks/results/operations.json`; nothing on it is written by hand.

The server is the one of `gunicorn.conf.py`, with two workers of eight threads, production settings, a PostgreSQL on the
same machine, and 10,000 products.
"""
REPEAT = """## To repeat it

It needs wrk and redis-server, and takes about a quarter of an hour.

```console
$ make bench-operations
$ make bench-operations PARTS="start probe"   # the others stay as they were
$ make bench-operations REQUESTS=5000 ROUNDS=2 SECONDS=2   # a look, which changes nothing here
```
"""


def write(results: dict[str, Any], *, is_look: bool = False) -> None:
    """Write the page and the plot of what has been measured; those of a look go beside the benchmark's data."""
    folder = DATA if is_look else ROOT / "docs"
    (folder / "benchmarks").mkdir(exist_ok=True)
    found = {name: results[name]["found"] for name in SECTIONS if name in results}
    if "memory" in found:
        plots.memory(found["memory"]["samples"], PROMISED_MB, folder / PLOT)
    parts = [INTRODUCTION, _promises(found)]
    parts += [f"{SECTIONS[name](found[name])}\nMeasured on {results[name]['date']}.\n" for name in found]
    parts += [f"## The machine\n\n{in_words(results['machine'])}\n", REPEAT]
    (folder / PAGE).write_text("\n".join(parts), encoding="utf-8")
    print(f"Written: {(folder / PAGE).relative_to(ROOT)}")


def _promises(found: dict[str, Any]) -> str:
    """A row for each: what was promised, what was measured."""
    rows: list[tuple[str, str, float, float]] = []
    if memory := found.get("memory"):
        largest = max(resident for resident, _ in memory["samples"][-1][1])
        requests = memory["samples"][-1][0]
        rows.append((f"The larger worker after {requests:,} requests", "MB", PROMISED_MB, largest))
    for kind in ("cold", "warm") if "start" in found else ():
        seconds = found["start"][kind]
        rows.append((f"From start to ready, {kind}", "s", PROMISED_SECONDS, median(seconds)))
    if probe := found.get("probe"):
        for name in ("p50", "p99"):
            rows.append((f"`/health/ready/` alone, {name}", "ms", PROMISED_MS, probe["alone"][name]))
    for name, rounds in found.get("telling", {}).items():
        what = f"What log and numbers take from the throughput of a list {name}"
        rows.append((what, "%", PROMISED_PERCENT, cost(rounds, "rps")))
    cells = [
        [what, f"{most:g} {unit}", f"{measured:,.1f} {unit}", "yes" if measured <= most else "**no**"]
        for what, unit, most, measured in rows
    ]
    return table(["", "promised at most", "measured", "kept"], cells)


def _memory(found: dict[str, Any]) -> str:
    samples = found["samples"]
    picked = [samples[number] for number in SHOWN_SAMPLES]
    rows = [[f"{sent:,}", *(f"{rss:.0f} / {uss:.0f}" for rss, uss in workers)] for sent, workers in picked]
    grown = max(late[0] - half[0] for late, half in zip(samples[-1][1], samples[len(samples) // 2][1], strict=True))
    sent = sorted(found["kinds"].items(), key=lambda each: -each[1])
    kinds = table(["kind", "requests"], [[name, f"{count:,}"] for name, count in sent])
    return f"""## Memory

MB of each worker: resident, and of that what is its own and would be free if it ended (USS).

{table(["requests", *(f"worker {number + 1}" for number in range(len(picked[0][1])))], rows)}
![Memory of both workers over the requests]({PLOT})

In the second half, the worker that grew most grew by {grown:.1f} MB. The answer cache in front of Django is on and full
at 4 MB, the limits are on and counted in PostgreSQL, and each request comes from another address. What was asked, at
random:

{kinds}"""


def _start(found: dict[str, Any]) -> str:
    rows = [[kind, *(f"{value:.2f}" for value in (median(each), max(each)))] for kind, each in found.items()]
    return f"""## Start

Seconds from the command `gunicorn` to the first 200 of `/health/ready/`, on a database that has been migrated, of
{len(found["warm"])} starts. `warm`: every Python file is compiled. `cold`: the project's are not, as after a release;
the packages' are, since pip compiles what it installs. `nothing compiled`: nor are those, nor Python's own.

{table(["", "median", "longest"], rows)}"""


def _probe(found: dict[str, Any]) -> str:
    names = {"alone": "alone", "beside": "beside eight connections that read lists as fast as they can, uncached"}
    rows = [[names[name], *(str(each[figure]) for figure in ("p50", "p99", "probes"))] for name, each in found.items()]
    return f"""## /health/ready/

Milliseconds, each time on a connection of its own; a query of PostgreSQL and a look at Redis are in them.

{table(["", "p50", "p99", "probes"], rows)}"""


def _telling(found: dict[str, Any]) -> str:
    rows = []
    for name, rounds in found.items():
        for figure, what in (("rps", "requests a second"), ("app_cpu_ms", "ms of CPU a request, application")):
            silent, as_is = (median(each[figure] for each in rounds[kind]) for kind in ("untold", "told"))
            rows.append([f"list {name}: {what}", f"{silent:,.4g}", f"{as_is:,.4g}", f"{cost(rounds, figure):.1f} %"])
    return f"""## Log and numbers

The server as it is, against one that writes no line for a request, counts nothing for `/metrics` and has no eye on
queries. Both run at once and take turns; eight connections ask for the first page of the list. `made`: by Django and
PostgreSQL, with no cache. `from memory`: by the cache in front of Django. The median of {len(found["made"]["told"])}
rounds, and of what each round found to be the difference.

{table(["", "telling nothing", "as it is", "cost"], rows)}"""


SECTIONS = {"memory": _memory, "start": _start, "probe": _probe, "telling": _telling}


if __name__ == "__main__":
    write(json.loads((RESULTS / "operations.json").read_text(encoding="utf-8")))
