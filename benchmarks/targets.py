"""What was to be reached at a million products, and whether it was."""

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from benchmarks.results import Run
from benchmarks.words import CLASSES

MILLION = 1_000_000
SLOWEST_SEARCH_MS = 60  # p99, whatever is searched for
WORKER_MB = 110
SEARCHES = ["search", "category_search"]
SEARCHES += [f"{searched}_{name}" for searched in SEARCHES for name in CLASSES]
FLAT = {"list": 2, "category": 2, "category_price": 2, "price_range": 2, "product": 2, "cursor": 2}
FLAT |= dict.fromkeys(SEARCHES, 4)
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
    """One goal: what, how much was wanted, what was measured, whether that is enough, and what is to be said of it."""

    what: str
    wanted: str
    measured: str
    reached: bool
    reservation: str = ""


def verdicts(run: Run) -> list[Verdict]:
    """Of one size; what was not measured is left out."""
    return [*_ratios(run), *_not_modified(run), *_slowest_searches(run), *_memory(run)]


def _verdict(
    what: str,
    value: float | None,
    sign: str,
    bound: float,
    form: str = "× {}",
    *,
    digits: int = 2,
    reservation: str = "",
) -> Verdict:
    """No value is a void one: requests failed, and so has the goal."""
    wanted = f"{sign} {form.format(f'{bound:g}')}"
    if value is None:
        return Verdict(what, wanted, "void", False, reservation)
    is_enough = {"≥": operator.ge, "≤": operator.le}[sign]
    reached = is_enough(value, bound)
    # As many as it takes to see on which side of the bound it is.
    digits = next(number for number in count(digits) if is_enough(round(value, number), bound) == reached)
    return Verdict(what, wanted, form.format(f"{value:,.{digits}f}"), reached, reservation)


def _ratios(run: Run) -> Iterable[Verdict]:
    for names, arm, wanted, other in RATIOS:
        for name in names:
            ratio = run.ratio(name, arm, other)
            if ratio is not None or run.is_void(name, arm):
                yield _verdict(f"{run.scenarios[name]['title']}: `{arm}` against `{other}`", ratio, "≥", wanted)


def _not_modified(run: Run) -> Iterable[Verdict]:
    cheapest = max((run.figure(name, "limit") or 0 for name in COMPARED), default=0)
    figure = run.figure("not_modified", "ours_cached")
    if cheapest and (figure is not None or run.is_void("not_modified", "ours_cached")):
        ratio = None if figure is None else figure / cheapest
        yield _verdict("304: `ours_cached` against `limit`'s cheapest answer", ratio, "≥", 1)


def _slowest_searches(run: Run) -> Iterable[Verdict]:
    for name in SEARCHES:
        slowest = run.figure(name, "ours", "p99")
        if slowest is not None or run.is_void(name, "ours"):
            what = f"{run.scenarios[name]['title']}: p99 of `ours`"
            yield _verdict(what, slowest, "≤", SLOWEST_SEARCH_MS, "{} ms", digits=1)


def _memory(run: Run) -> Iterable[Verdict]:
    for arm in ("ours", "ours_cached"):
        workers = run.data.get("memory_mb", {}).get(arm)
        if workers:
            what = f"Memory of the largest worker of `{arm}`, asked for the same few URLs again and again"
            yield _verdict(what, workers[0], "≤", WORKER_MB, "{} MB", digits=0)


def memory_in_use(operations: dict[str, Any]) -> Iterable[Verdict]:
    """Of what `make bench-operations` found: after requests of every kind, no two of which need be the same."""
    if "memory" in operations:
        sent, workers = operations["memory"]["found"]["samples"][-1]
        what = f"Memory of the largest worker after {sent:,} requests [of every kind](benchmarks-operations.md#memory)"
        yield _verdict(what, max(resident for resident, _ in workers), "≤", WORKER_MB, "{} MB", digits=0)


def flatness(runs: list[Run]) -> Iterable[Verdict]:
    """Whether the median at the largest size is near the one at the smallest. Nothing with one size only."""
    first, last = runs[0], runs[-1]
    for name, wanted in FLAT.items() if first is not last else ():
        small, large = first.figure(name, "ours", "p50"), last.figure(name, "ours", "p50")
        ratio = large / small if small and large else None
        if ratio is not None or first.is_void(name, "ours") or last.is_void(name, "ours"):
            what = f"{first.scenarios[name]['title']}: p50 at {last.size:,} against {first.size:,}"
            yield _verdict(what, ratio, "≤", wanted, reservation=first.differs_from(last))
