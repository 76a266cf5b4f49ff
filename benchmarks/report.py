"""docs/benchmarks.md and its plots, from the newest results of each size: `python -m benchmarks.report`."""

from textwrap import fill

from benchmarks import plots, tables
from benchmarks.agreement import HOW
from benchmarks.arms import TITLES
from benchmarks.machine import in_words
from benchmarks.method import FOUND, INTRODUCTION, METHOD, REPEAT
from benchmarks.options import ROOT
from benchmarks.results import Run, latest_operations, latest_relevance, latest_runs
from benchmarks.targets import MILLION, flatness, memory_in_use, verdicts

PAGE = ROOT / "docs/benchmarks.md"
PLOTS = ROOT / "docs/benchmarks"

PACE = "*a million steps of plain Python, for comparison*"
DOUBT = "What is slow in the smaller catalogue for another reason than its size flatters the larger one."
WIDTH = 120


def write() -> None:
    """Write the page and the plots. Raises: SystemExit when there are no results."""
    runs = latest_runs()
    if not runs:
        raise SystemExit("There are no results yet: make bench")
    PLOTS.mkdir(parents=True, exist_ok=True)
    plots.draw(runs, PLOTS)
    PAGE.write_text(page(runs), encoding="utf-8")
    print(f"Written: {PAGE.relative_to(ROOT)}")


def page(runs: list[Run]) -> str:
    """The page of these runs, smallest size first."""
    judged = next((run for run in runs if run.size == MILLION), runs[-1])
    relevance = latest_relevance()
    parts = [INTRODUCTION, _goals(judged, runs), *([FOUND, relevance] if relevance else []), _latency(runs)]
    parts += [*map(_size, reversed(runs)), _method(runs), REPEAT]
    return "\n".join(map(_wrapped, "\n".join(parts).split("\n")))


def _wrapped(line: str) -> str:
    """The line, or several when it is a long one; a row of a table is always one."""
    if len(line) <= WIDTH or line.startswith("|"):
        return line
    return fill(line, WIDTH, subsequent_indent="  " * line.startswith(("- ", "  ")), break_on_hyphens=False)


def _goals(run: Run, runs: list[Run]) -> str:
    found = [*verdicts(run), *memory_in_use(latest_operations()), *flatness(runs)]
    reached = sum(each.reached for each in found)
    doubtful = sum(each.reached for each in found if each.reservation)
    lines = [
        "## Goals\n",
        f"Set for {MILLION:,} products and judged at {run.size:,}"
        + (":" if run.size == MILLION else ", for orientation only, since a million was not measured:")
        + f" **{reached} of {len(found)} reached, {len(found) - reached} missed.**\n",
        *([f"Of those reached, {doubtful} are {runs[0].differs_from(runs[-1])}. {DOUBT}\n"] if doubtful else []),
        tables.goals(found),
    ]
    return "\n".join(lines)


def _latency(runs: list[Run]) -> str:
    names = [name for name, about in runs[-1].scenarios.items() if about["kind"] in ("read", "own")]
    rows = []
    for name in names:
        medians = [run.figure(name, "ours", "p50") for run in runs]
        shown = [tables.MISSING if median is None else tables.number(median) for median in medians]
        rows.append([runs[-1].scenarios[name]["title"], *shown])
    paces = [run.pace() for run in runs]
    if any(paces):
        rows.append([PACE, *(tables.number(pace[0]) if pace else tables.MISSING for pace in paces)])
    differ = next(filter(None, map(runs[0].differs_from, runs)), "")
    cautions = [f"From column to column, some comparisons are {differ}.\n"] if differ else []
    if any(paces) and not all(paces):
        cautions.append("How fast the machine was is known of some columns only; what is compared may be its speed.\n")
    plot = "![Median latency against the number of products](benchmarks/latency.svg)\n" if len(runs) > 1 else ""
    head = ["", *(f"{run.size:,}" for run in runs)]
    parts = [
        "## From size to size\n",
        "Median of `ours`, in ms, by products:\n",
        tables.table(head, rows),
        *cautions,
        plot,
    ]
    return "\n".join(filter(None, parts))


def _size(run: Run) -> str:
    about = run.data["about"]
    rounds = f"{about['rounds']} round{'s' if about['rounds'] > 1 else ''} of {about['seconds']} s"
    sections = [
        ("Reading", tables.throughput(run, "read")),
        ("Times a peer", tables.ratios(run)),
        ("Where the project is behind", tables.losses(run)),
        ("What only the project has", tables.throughput(run, "own")),
        ("Search by class of word", tables.throughput(run, "word class")),
        ("While one product changes every second", tables.throughput(run, "beside a writer")),
        ("What limits cost", tables.throughput(run, "limits")),
        ("Writing", tables.throughput(run, "write")),
        ("CPU of a request: application + database, ms", tables.cpu(run)),
        ("Memory", tables.memory(run)),
        ("Load time, tables and indexes", tables.sizes(run)),
    ]
    code = f"sources `{about['sources']}`" + (f", commit `{run.data['commit']}`" if run.data.get("commit") else "")
    lines = [f"## {run.size:,} products\n", f"{run.data['date']}, {rounds}, {code}. {in_words(run.data['machine'])}\n"]
    if pace := run.pace():
        median, fastest, slowest = map(tables.number, pace)
        lines += [f"A million steps of plain Python took {median} ms there, mostly between {fastest} and {slowest}.\n"]
        lines += [f"{warning}\n"] if (warning := run.unsteadiness()) else []
    lines += [f"![Throughput](benchmarks/throughput-{run.size}.svg)\n"]
    lines += [f"{reason}\n" for reason in run.data["left_out"]]
    for title, body in sections:
        if body:
            lines += [f"### {title}\n", body]
    return "\n".join(lines)


def _method(runs: list[Run]) -> str:
    last = runs[-1].data
    settings = ", ".join(f"`{name} = {value}`" for name, value in last["about"]["settings"].items()) or "its own"
    measured = {arm for run in runs for arm in run.data["arms"]}
    arms = "\n".join(f"- `{name}`: {title}" for name, title in TITLES.items() if name in measured)
    method = METHOD.format(settings=settings, how=HOW, compared=last["compared"], size=f"{last['size']:,}")
    return f"{method}\n## Who is measured\n\n{arms}\n"


def main() -> None:
    """Write the page."""
    write()


if __name__ == "__main__":
    main()
