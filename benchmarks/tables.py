"""Tables in Markdown, of one size."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product

from benchmarks.results import Run
from benchmarks.targets import COMPARED, Verdict

NOISE = 1.5
MISSING = "–"
OWN, PEERS = ("ours", "ours_cached"), ("textbook", "fastapi", "limit", "json_server")
RATIOS = [("ours", "textbook"), ("ours", "fastapi"), ("ours", "limit"), ("ours_cached", "limit")]


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """A table; the first column to the left, the others to the right. Blank when there are no rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    rule = f"|---|{'---:|' * (len(head) - 1)}"
    return "\n".join([f"| {' | '.join(head)} |", rule, *lines, ""]) if lines else ""


def of_kind(run: Run, kind: str | None, cell: Callable[[str, str], str]) -> str:
    """A row for each scenario of a kind, or of any; a column for each arm that took part in one."""
    measured = run.data["measurements"]
    names = [name for name, about in run.scenarios.items() if kind in (None, about["kind"]) and measured.get(name)]
    arms = [arm for arm in run.data["arms"] if any(measured.get(name, {}).get(arm) for name in names)]
    rows = [[run.scenarios[name]["title"], *(cell(name, arm) for arm in arms)] for name in names]
    return table(["", *(f"`{arm}`" for arm in arms)], rows)


def throughput(run: Run, kind: str) -> str:
    """Requests a second, with p50 and p99 in ms."""

    def cell(name: str, arm: str) -> str:
        rps, p50, p99 = (run.figure(name, arm, figure) for figure in ("rps", "p50", "p99"))
        if rps is None or p50 is None or p99 is None:
            return "void" if run.is_void(name, arm) else MISSING
        return f"**{number(rps)}** ({number(p50)} / {number(p99)})"

    return of_kind(run, kind, cell)


def cpu(run: Run) -> str:
    """ms of CPU that a request costs the application and the database."""

    def cell(name: str, arm: str) -> str:
        costs = [run.figure(name, arm, f"{where}_cpu_ms") for where in ("app", "database")]
        return " + ".join(MISSING if cost is None else f"{cost:,.2f}" for cost in costs) if any(costs) else MISSING

    return of_kind(run, None, cell)


def ratios(run: Run) -> str:
    """How many times the requests a second of a peer."""
    rows = []
    for name in COMPARED:
        found = [run.ratio(name, arm, other) for arm, other in RATIOS]
        if any(found):
            rows.append([run.scenarios[name]["title"], *(MISSING if r is None else f"× {r:,.2f}" for r in found)])
    return table(["", *(f"`{arm}` / `{other}`" for arm, other in RATIOS)], rows)


def losses(run: Run) -> str:
    """Where the project is behind a peer, worst first, a line each."""
    found = sorted([*_void(run), *_slower(run), *_quicker_at_a_price(run), *_dearer(run)])
    return "\n".join(line for _, line in found) + "\n" if found else "Nowhere.\n"


def _void(run: Run) -> Iterator[tuple[float, str]]:
    for (name, about), arm in product(run.scenarios.items(), OWN):
        if run.is_void(name, arm):
            yield 0, f"- {about['title']}: `{arm}` is void: {run.failure(name, arm)}"


def _slower(run: Run) -> Iterator[tuple[float, str]]:
    for name, about in run.scenarios.items():
        for arm, other in product(OWN, PEERS):
            ratio = run.ratio(name, arm, other)
            if ratio is not None and ratio < 1:
                noise = " (within noise)" if ratio > 1 / NOISE else ""
                yield ratio, f"- {about['title']}: `{arm}` × {ratio:.2f} of `{other}`{noise}"


def _quicker_at_a_price(run: Run) -> Iterator[tuple[float, str]]:
    """Where more is answered in a second, but the slowest of it later, or for more processor time."""
    for (name, about), arm, other in product(run.scenarios.items(), OWN, PEERS):
        ratio = run.ratio(name, arm, other)
        if ratio is None or ratio < 1:
            continue
        for what, figures in {"p99": ["p99"], "CPU": ["app_cpu_ms", "database_cpu_ms"]}.items():
            ours, theirs = (sum(run.figure(name, each, figure) or 0 for figure in figures) for each in (arm, other))
            if 0 < theirs < ours:
                noise = " (within noise)" if theirs / ours > 1 / NOISE else ""
                costs = f"`{arm}` {number(ours)} ms, `{other}` {number(theirs)} ms"
                yield theirs / ours, f"- {about['title']}, {what}: {costs}{noise}"


def _dearer(run: Run) -> Iterator[tuple[float, str]]:
    costs = {
        ("Loading", "s"): run.data["catalogue"]["load_seconds"],
        ("Tables", "MB"): _megabytes(run, "tables"),
        ("Indexes", "MB"): _megabytes(run, "indexes"),
        ("Memory of a worker", "MB"): {arm: workers[0] for arm, workers in run.data.get("memory_mb", {}).items()},
    }
    for (what, unit), by_arm in costs.items():
        for arm, other in product(OWN, PEERS):
            ours, theirs = by_arm.get(arm), by_arm.get(other)
            if ours and theirs and theirs < ours:
                yield theirs / ours, f"- {what}: `{arm}` {number(ours)} {unit}, `{other}` {number(theirs)} {unit}"


def _megabytes(run: Run, kind: str) -> dict[str, float]:
    return {arm: sum(sizes[kind].values()) for arm, sizes in run.data["catalogue"]["megabytes"].items()}


def goals(verdicts: list[Verdict]) -> str:
    """Each goal, what was measured, and whether it was reached."""
    rows = []
    for each in verdicts:
        verdict = "reached" if each.reached else "**missed**"
        rows.append([each.what, each.wanted, each.measured, ", ".join(filter(None, [verdict, each.reservation]))])
    return table(["Goal", "wanted", "measured", ""], rows)


def sizes(run: Run) -> str:
    """Megabytes of tables and of each index, by arm, and seconds of loading."""
    facts = run.data["catalogue"]
    rows = []
    for arm, megabytes in facts["megabytes"].items():
        indexes = sorted(megabytes["indexes"].items(), key=lambda item: -item[1])
        listed = ", ".join(f"{name} {number(size)}" for name, size in indexes if size >= 1)
        total = [number(_megabytes(run, kind)[arm]) for kind in ("tables", "indexes")]
        rows.append([f"`{arm}`", number(facts["load_seconds"][arm]), *total, listed or MISSING])
    return table(["", "load, s", "tables, MB", "indexes, MB", "indexes of 1 MB and more"], rows)


def memory(run: Run) -> str:
    """Resident megabytes of each worker at the end of the run."""
    rows = [
        [f"`{arm}`", ", ".join(f"{each:.0f}" for each in used)] for arm, used in run.data.get("memory_mb", {}).items()
    ]
    return table(["", "workers, MB"], rows)


def number(value: float) -> str:
    """Three digits or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004
