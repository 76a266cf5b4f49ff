"""Tables in Markdown, of one size."""

from collections.abc import Callable, Iterable

from benchmarks.results import Run
from benchmarks.targets import COMPARED, Verdict

NOISE = 1.5
MISSING = "–"
RATIOS = [("ours", "textbook"), ("ours", "fastapi"), ("ours", "limit"), ("ours_cached", "limit")]


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """A table; the first column to the left, the others to the right. Blank when there are no rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    rule = f"|---|{'---:|' * (len(head) - 1)}"
    return "\n".join([f"| {' | '.join(head)} |", rule, *lines, ""]) if lines else ""


def of_kind(run: Run, kind: str, cell: Callable[[str, str], str]) -> str:
    """A row for each scenario of a kind, a column for each arm that took part in one."""
    names = [name for name, about in run.scenarios.items() if about["kind"] == kind]
    measured = run.data["measurements"]
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

    return of_kind(run, "read", cell)


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
    found = []
    for name in run.scenarios:
        for other in ("textbook", "fastapi", "limit", "json_server"):
            ratio = run.ratio(name, "ours", other)
            if ratio is not None and ratio < 1:
                noise = " (within noise)" if ratio > 1 / NOISE else ""
                found.append((ratio, f"- {run.scenarios[name]['title']}: × {ratio:.2f} of `{other}`{noise}"))
    return "\n".join(line for _, line in sorted(found)) + "\n" if found else "Nowhere.\n"


def goals(verdicts: list[Verdict]) -> str:
    """Each goal, what was measured, and whether it was reached."""
    rows = [[each.what, each.wanted, each.measured, "reached" if each.reached else "**missed**"] for each in verdicts]
    return table(["Goal", "wanted", "measured", ""], rows)


def sizes(run: Run) -> str:
    """Megabytes of tables and of each index, by arm, and seconds of loading."""
    facts = run.data["catalogue"]
    rows = []
    for arm, megabytes in facts["megabytes"].items():
        indexes = sorted(megabytes["indexes"].items(), key=lambda item: -item[1])
        listed = ", ".join(f"{name} {number(size)}" for name, size in indexes if size >= 1)
        total = [number(sum(megabytes[kind].values())) for kind in ("tables", "indexes")]
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
