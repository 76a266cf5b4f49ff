"""What docs/benchmarks.md says of results: losses as plainly as gains."""

import pytest

from benchmarks import report, tables
from benchmarks.results import Run, latest_runs
from benchmarks.targets import flatness, memory_in_use, verdicts
from benchmarks.words import CLASSES

TITLES = {"list": "List", "search": "Search", "category_search": "In a category", "create": "Create"}
TITLES |= {f"search_{name}": f"Search: {name}" for name in CLASSES}
TITLES |= {f"category_search_{name}": f"In a category: {name}" for name in CLASSES}
CATALOGUE = {
    "load_seconds": {"ours": 115, "textbook": 7.8, "limit": 200},
    "megabytes": {
        "ours": {"tables": {"a": 300, "b": 65}, "indexes": {"c": 841}},
        "textbook": {"tables": {"a": 400}, "indexes": {"c": 103}},
    },
}


def run(figures, *, size=1_000_000, sources="one", processor="a", memory=None, paces=()):
    """A run with these figures by scenario and arm; one number stands for requests a second, p50 and p99.

    `paces`: those before each of its rounds; one that did not look has none.
    """
    rounds = [{"pace_ms": pace} for pace in paces] or [{}]
    measured = {
        name: {
            arm: [{"rps": each, "p50": each, "p99": each, "errors": 0} | pace for pace in rounds]
            for arm, each in by_arm.items()
        }
        for name, by_arm in figures.items()
    }
    scenarios = {name: {"title": TITLES[name], "kind": "write" if name == "create" else "read"} for name in TITLES}
    about = {"rounds": 1, "seconds": 1, "sources": sources, "settings": {}}
    machine = {"processor": processor, "cores": 2, "memory_gib": 4, "system": "Linux", "versions": {}}
    rest = {"arms": dict.fromkeys(CATALOGUE["megabytes"], ""), "left_out": [], "compared": 1, "date": "2026-01-01"}
    rest |= {"scenarios": scenarios, "about": about, "machine": machine, "catalogue": CATALOGUE}
    return Run({"size": size, "measurements": measured, "memory_mb": memory or {}, **rest})


def told(found):
    return {each.what: (each.measured, each.reached, each.reservation) for each in found}


def test_the_page_is_what_the_report_makes_of_the_results():
    assert report.PAGE.read_text(encoding="utf-8") == report.page(latest_runs())


@pytest.mark.parametrize(
    ("ratio", "shown", "reached"),
    [(0.698, "× 0.698", False), (0.7, "× 0.70", True), (0.6999, "× 0.6999", False), (0.712, "× 0.71", True)],
)
def test_what_is_near_a_goal_is_shown_so_that_one_sees_on_which_side(ratio, shown, reached):
    found = told(verdicts(run({"create": {"ours": ratio, "textbook": 1}})))
    assert found == {"Create: `ours` against `textbook`": (shown, reached, "")}


def test_the_slowest_of_every_kind_of_search_is_judged():
    searches = [name for name in TITLES if "search" in name]
    found = told(verdicts(run({name: {"ours": 60.04} for name in searches})))
    assert found == {f"{TITLES[name]}: p99 of `ours`": ("60.04 ms", False, "") for name in searches}


def test_every_kind_of_search_has_to_stay_flat():
    figures = [{name: {"ours": each} for name in TITLES} for each in (10, 39)]
    found = told(flatness([run(each, size=size) for each, size in zip(figures, (1_000, 5_000), strict=True)]))
    names = [name for name in TITLES if name != "create"]
    assert found == {f"{TITLES[name]}: p50 at 5,000 against 1,000": ("× 3.90", name != "list", "") for name in names}


def test_a_goal_is_missed_where_requests_failed():
    figures = {"search": {"ours": 9, "limit": 1}, "not_modified": {"ours_cached": 9}, "list": {"ours": 9}}
    runs = [run({"search": {"ours": 9}}, size=1_000), run(figures)]
    for name, arm in (("search", "ours"), ("not_modified", "ours_cached")):
        [found] = runs[1].data["measurements"][name][arm]
        found |= {"errors": 1, "why": "ours answers 503"}
    assert told(flatness(runs)) == {"Search: p50 at 1,000,000 against 1,000": ("void", False, "")}
    missed = {each.what for each in verdicts(runs[1]) if (each.measured, each.reached) == ("void", False)}
    of_search = {f"Search: {what}" for what in ("`ours` against `limit`", "`ours` against `fastapi`", "p99 of `ours`")}
    assert missed == of_search | {"304: `ours_cached` against `limit`'s cheapest answer"}
    assert "- Search: `ours` is void: ours answers 503\n" in tables.losses(runs[1])


@pytest.mark.parametrize(
    ("other", "reservation"),
    [
        ({"sources": "two"}, "between runs of different code"),
        ({"processor": "b"}, "between runs of different machines or versions"),
        ({"sources": "two", "processor": "b"}, "between runs of different code and machines or versions"),
    ],
)
def test_runs_that_differ_in_more_than_their_size_are_said_to(other, reservation):
    runs = [run({"list": {"ours": 2}}, size=1_000, **other), run({"list": {"ours": 3}}, size=5_000)]
    assert told(flatness(runs)) == {"List: p50 at 5,000 against 1,000": ("× 1.50", True, reservation)}
    page = report.page(runs)
    assert f"| × 1.50 | reached, {reservation} |" in page
    assert f"Of those reached, 1 are {reservation}." in page
    assert f"some comparisons are {reservation}." in page
    assert all(f"2026-01-01, 1 round of 1 s, sources `{each.data['about']['sources']}`." in page for each in runs)


LOOP = "| *a million steps of plain Python, for comparison* |"


@pytest.mark.parametrize(
    ("paces", "other", "differ", "row"),
    [
        ([130, 140, 150], [150, 160, 170], False, f"{LOOP} 140 | 160 |"),
        ([130, 140, 150], [170, 180, 190], True, f"{LOOP} 140 | 180 |"),
        ([170, 180, 190], [130, 140, 150], True, f"{LOOP} 180 | 140 |"),
        ([130, 140, 150], [], False, f"{LOOP} 140 | – |"),
        ([], [], False, None),
    ],
)
def test_runs_of_a_machine_that_was_slower_are_said_to(paces, other, differ, row):
    runs = [run({"list": {"ours": 2}}, size=size, paces=each) for size, each in ((1_000, paces), (5_000, other))]
    reservation = "between runs of different speeds of the machine" if differ else ""
    assert told(flatness(runs)) == {"List: p50 at 5,000 against 1,000": ("× 1.00", True, reservation)}
    page = report.page(runs)
    assert [line for line in page.splitlines() if line.startswith(LOOP)] == ([row] if row else [])
    assert ("How fast the machine was is known of some columns only" in page) == (bool(paces) != bool(other))


@pytest.mark.parametrize(
    ("paces", "times"), [([130, 140, 150, 160], ""), ([130, 130, 130, 260], "1.9"), ([260, 520, 520], "1.8")]
)
def test_a_machine_that_was_not_as_fast_all_the_time_is_told_of(paces, times):
    measured = run({"list": {"ours": 2}}, paces=paces)
    warning = measured.unsteadiness()
    assert warning.startswith(f"The machine was {times} times as slow at some times") == bool(times)
    page = " ".join(report.page([measured]).split())
    assert warning in page
    assert f"A million steps of plain Python took {tables.number(measured.pace()[0])} ms there, mostly between" in page


def test_memory_is_judged_after_requests_of_every_kind_as_well():
    operations = {"memory": {"found": {"samples": [[0, [[80, 50]]], [5_000, [[109, 90], [121.9, 99]]]]}}}
    what = "Memory of the largest worker after 5,000 requests [of every kind](benchmarks-operations.md#memory)"
    assert told(memory_in_use(operations)) == {what: ("122 MB", False, "")}
    assert [*memory_in_use({})] == []


def test_the_project_is_behind_in_whatever_costs_more_cached_or_not():
    figures = {"list": {"ours": 50, "ours_cached": 76, "limit": 100, "fastapi": 10}, "create": {"ours_cached": 67}}
    figures["create"]["textbook"] = 100
    found = tables.losses(run(figures, memory={"ours": [78, 70], "limit": [27, 26], "fastapi": [90, 90]}))
    assert [line for line in found.splitlines() if ", p99:" not in line] == [
        "- Loading: `ours` 115 s, `textbook` 7.8 s",
        "- Indexes: `ours` 841 MB, `textbook` 103 MB",
        "- Memory of a worker: `ours` 78 MB, `limit` 27 MB",
        "- List: `ours` × 0.50 of `limit`",
        "- Create: `ours_cached` × 0.67 of `textbook` (within noise)",
        "- List: `ours_cached` × 0.76 of `limit` (within noise)",
    ]


def test_the_project_is_behind_where_it_is_quicker_at_a_price():
    measured = run({"list": {"ours": 50, "limit": 40, "fastapi": 60}})
    costs = {"ours": (30, 2, 1), "limit": (18, 1, 0.5), "fastapi": (10, 1, 1)}
    for arm, (p99, app, database) in costs.items():
        [each] = measured.data["measurements"]["list"][arm]
        each |= {"p99": p99, "app_cpu_ms": app, "database_cpu_ms": database}
    behind = [line for line in tables.losses(measured).splitlines() if line.startswith("- List")]
    assert behind == [
        "- List, CPU: `ours` 3 ms, `limit` 1.5 ms",
        "- List, p99: `ours` 30 ms, `limit` 18 ms",
        "- List: `ours` × 0.83 of `fastapi` (within noise)",
    ]


def test_processor_time_is_shown_of_all_that_was_measured():
    measured = run({"list": {"ours": 1}, "create": {"textbook": 1}})
    for arms in measured.data["measurements"].values():
        for [each] in arms.values():
            each |= {"app_cpu_ms": 3.5, "database_cpu_ms": 1.25}
    rows = tables.cpu(measured).splitlines()[2:]
    assert rows == ["| List | 3.50 + 1.25 | – |", "| Create | – | 3.50 + 1.25 |"]


def test_whoever_took_part_in_any_run_is_introduced():
    runs = [run({}, size=size) for size in (1_000, 5_000)]
    runs[0].data["arms"] = {"json_server": "", "limit": ""}
    introduced = report.page(runs).partition("## Who is measured")[2]
    assert [name for name in report.TITLES if f"- `{name}`: " in introduced] == [
        "ours",
        "textbook",
        "limit",
        "json_server",
    ]
