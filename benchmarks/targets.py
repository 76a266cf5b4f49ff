"""What was to be reached at a million products, and whether it was."""

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.results import Run
from benchmarks.words import CLASSES

MILLION = 1_000_000
SLOWEST_SEARCH_MS = 60  # p99, for every class of word
WORKER_MB = 110
FLAT = {"list": 2, "category": 2, "category_price": 2, "price_range": 2, "product": 2, "cursor": 2, "search": 4}
COMPARED = ["list", "category", "category_price", "price_range", "page_2000", "search", "category_search"]
COMPARED += ["product", "categories", "mixed"]

# Scenarios; the arm; at least so many times the requests a second; of whom.
RATIOS: list[tuple[list[str], str, float, str]] = [
    (["list"], "ours", 25, "textbook"),
    (["category", "category_price"], "ours", 10, "textbook"),
    (["list", "category", "category_price"], "ours", 0.4, "limit"),
    (["price_range", "page_2000"], "ours", 0.6, "limit"),
    (["search", "category_search"], "ours", 2, "limit"),
    (["list", "category", "category_price", "price_range", "page_2000"], "ours_cached", 1.2, "limit"),
    (["search", "category_search"], "ours_cached", 5, "limit"),
    (["product", "categories"], "ours_cached", 0.5, "limit"),
    (COMPARED, "ours", 1, "fastapi"),
    (["create", "change"], "ours", 0.7, "textbook"),
]


@dataclass(frozen=True)
class Verdict:
    """One goal: what, how much was wanted, what was measured, and whether that is enough."""

    what: str
    wanted: str
    measured: str
    reached: bool


def verdicts(run: Run) -> list[Verdict]:
    """Of one size; what was not measured is left out."""
    return [*_ratios(run), *_not_modified(run), *_slowest_searches(run), *_memory(run)]


def _ratios(run: Run) -> Iterable[Verdict]:
    for names, arm, wanted, other in RATIOS:
        for name in names:
            ratio = run.ratio(name, arm, other)
            if ratio is not None:
                what = f"{run.scenarios[name]['title']}: `{arm}` against `{other}`"
                yield Verdict(what, f"≥ × {wanted:g}", f"× {ratio:,.2f}", ratio >= wanted)


def _not_modified(run: Run) -> Iterable[Verdict]:
    cheapest = max((run.figure(name, "limit") or 0 for name in COMPARED), default=0)
    figure = run.figure("not_modified", "ours_cached")
    if figure is not None and cheapest:
        ratio = figure / cheapest
        yield Verdict("304: `ours_cached` against `limit`'s cheapest answer", "≥ × 1", f"× {ratio:,.2f}", ratio >= 1)


def _slowest_searches(run: Run) -> Iterable[Verdict]:
    for name, about in run.scenarios.items():
        slowest = run.figure(name, "ours", "p99")
        if name.removeprefix("search_") in CLASSES and slowest is not None:
            what, wanted = f"{about['title']}: p99 of `ours`", f"≤ {SLOWEST_SEARCH_MS} ms"
            yield Verdict(what, wanted, f"{slowest:,.1f} ms", slowest <= SLOWEST_SEARCH_MS)


def _memory(run: Run) -> Iterable[Verdict]:
    for arm in ("ours", "ours_cached"):
        workers = run.data.get("memory_mb", {}).get(arm)
        if workers:
            what = f"Memory of the largest worker of `{arm}`"
            yield Verdict(what, f"≤ {WORKER_MB} MB", f"{workers[0]:.0f} MB", workers[0] <= WORKER_MB)


def flatness(runs: list[Run]) -> list[Verdict]:
    """Whether the median at the largest size is near the one at the smallest. Nothing with one size only."""
    if len(runs) < 2:  # noqa: PLR2004
        return []
    first, last = runs[0], runs[-1]
    found = []
    for name, wanted in FLAT.items():
        small, large = first.figure(name, "ours", "p50"), last.figure(name, "ours", "p50")
        if small and large:
            what = f"{first.scenarios[name]['title']}: p50 at {last.size:,} against {first.size:,}"
            found.append(Verdict(what, f"≤ × {wanted}", f"× {large / small:,.2f}", large / small <= wanted))
    return found
