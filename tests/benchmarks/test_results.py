"""What is kept of runs: an interruption loses nothing, and takes no other run's place."""

import json
from contextlib import nullcontext

import pytest

from benchmarks import __main__ as command
from benchmarks import results
from benchmarks.options import PARTIAL_RESULTS, Options
from benchmarks.results import Results, is_kept_longer, latest_runs

ABOUT = {"rounds": 3, "seconds": 2}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The folder of the results that there are: a run of three rounds of two seconds."""
    monkeypatch.setattr(results, "UNFINISHED", tmp_path / "unfinished")
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    run = Results.begin(1_000, ABOUT)
    run.save(scenarios={}, machine={})
    run.finish(tmp_path / "results")
    return tmp_path / "results"


def test_an_interrupted_run_is_gone_on_with_and_leaves_what_is_kept_alone(kept):
    [before] = kept.iterdir()
    content = before.read_text()
    Results.begin(1_000, ABOUT).add("list", "ours", {"rps": 1})
    assert [path.read_text() for path in kept.iterdir()] == [content]
    again = Results.begin(1_000, ABOUT)
    assert again.rounds("list", "ours") == [{"rps": 1}]
    again.finish(kept)
    assert [json.loads(path.read_text()) for path in kept.iterdir()] == [again.data]


@pytest.mark.parametrize(("size", "about"), [(5_000, ABOUT), (1_000, ABOUT | {"rounds": 1})])
def test_a_run_about_something_else_begins_anew(kept, size, about):
    Results.begin(1_000, ABOUT).add("list", "ours", {"rps": 1})
    assert Results.begin(size, about).data["measurements"] == {}


@pytest.mark.parametrize(
    ("size", "rounds", "seconds", "longer"),
    [
        (1_000, 3, 2, False),
        (1_000, 5, 5, False),
        (1_000, 1, 2, True),
        (1_000, 3, 1, True),
        (5_000, 1, 1, False),
    ],
)
def test_a_run_is_compared_with_the_newest_of_its_size(kept, size, rounds, seconds, longer):
    assert is_kept_longer(size, rounds, seconds) == longer


@pytest.mark.parametrize(
    ("rounds", "replaces", "is_kept"), [(1, False, False), (1, True, True), (3, False, True), (3, True, True)]
)
def test_a_shorter_run_takes_the_place_of_a_longer_one_only_when_told_so(kept, monkeypatch, rounds, replaces, is_kept):
    folders, reports = [], []
    monkeypatch.setattr(command, "Campaign", lambda *of: type("Campaign", (), {"run": folders.append}))
    monkeypatch.setattr(command.server, "running", nullcontext)
    monkeypatch.setattr(command.report, "write", lambda: reports.append("written"))
    command.measure(Options([1_000], rounds, 2, [], [], replaces=replaces, real_products=[], database_url=""))
    assert (folders == [PARTIAL_RESULTS], reports == ["written"]) == (not is_kept, is_kept)


def test_the_newest_run_of_each_size_is_reported(kept):
    newer = {"size": 1_000, "scenarios": {}, "date": "9999-01-01"}
    (kept / "9999-01-01-1000.json").write_text(json.dumps(newer))
    assert [run.data for run in latest_runs()] == [newer]
