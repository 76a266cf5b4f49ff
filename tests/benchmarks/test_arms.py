"""An arm that cannot be measured any more is named."""

import sys
from types import SimpleNamespace

import pytest

from benchmarks import agreement, arms, campaign, catalogue, scenarios, writes
from benchmarks.arms import Arm
from benchmarks.campaign import Campaign
from benchmarks.options import Options, Refused
from benchmarks.programs import Program, free_port
from benchmarks.scenarios import Scenario

OPTIONS = Options([1_000], 1, 1, [], [], replaces=False, real_products=[], database_url="")
LIST = Scenario("list", "List, first page", ("/",))
SERVER = SimpleNamespace(cpu_seconds=lambda: None)


@pytest.fixture
def peer(tmp_path, monkeypatch):
    """An arm that answers nothing, since it has ended."""
    monkeypatch.setattr("benchmarks.programs.DATA", tmp_path)
    program = Program("peer", [sys.executable, "-c", ""], cwd=tmp_path, environment={}, port=free_port())
    program.process.wait()
    return Arm("peer", program)


def test_an_arm_that_ends_in_the_middle_is_named(peer, monkeypatch):
    one = SimpleNamespace(scenarios=[LIST], options=OPTIONS, catalogue=SimpleNamespace(url=""), server=SERVER)
    one._measure = lambda scenario, arm: campaign.measure(arm, campaign.Load(["/"]), 1, SERVER)
    results = SimpleNamespace(rounds=lambda *of: [])
    with pytest.raises(
        Refused, match=r"^peer failed at list: .*; see the end of \S+/logs/peer.log. `make bench` goes on"
    ):
        Campaign._measure_all(one, {"ours": peer}, results)


def test_how_fast_the_machine_is_stands_beside_every_figure(peer, monkeypatch):
    monkeypatch.setattr(writes, "undo", lambda url: None)
    peer.program.process = SimpleNamespace(poll=lambda: None)
    kept = []
    one = SimpleNamespace(scenarios=[LIST], options=OPTIONS, catalogue=SimpleNamespace(url=""), server=SERVER)
    one._measure = lambda scenario, arm: {"rps": 2, "p50": 1, "p99": 1, "errors": 0}
    results = SimpleNamespace(rounds=lambda *of: [], add=lambda *measured: kept.append(measured))
    Campaign._measure_all(one, {"ours": peer}, results)
    [(scenario, name, found)] = kept
    assert (scenario, name, found["rps"]) == ("list", "peer", 2)
    assert 10 < found["pace_ms"] < 10_000


def test_what_was_measured_while_an_arm_ended_is_not_kept(peer):
    with pytest.raises(Refused, match=r"^peer failed at list: it has ended; "), campaign._named(peer, "list"):
        pass


def test_an_arm_that_is_gone_before_the_first_measurement_is_named(peer):
    with pytest.raises(Refused, match=r"^peer does not answer /: "):
        agreement._answer(peer, "/")


def test_a_run_of_nobody_is_refused(monkeypatch):
    monkeypatch.setattr(catalogue, "prepare", lambda *of: SimpleNamespace(url=""))
    monkeypatch.setattr(campaign, "scenarios", lambda *of: scenarios._scenarios(["any"], ["any"], 1_000))
    monkeypatch.setattr(writes, "undo", lambda url: None)
    monkeypatch.setattr(arms, "_reason_against", lambda *of: "it is ill.")
    with pytest.raises(
        Refused, match=r"^Nobody is left to be measured at 1,000 products. `ours` is left out: it is ill."
    ):
        Campaign(OPTIONS, SERVER, 1_000).run(None)
