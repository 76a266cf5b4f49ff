"""How well search finds can be measured while other tests are running: these."""

import subprocess
import sys
from datetime import UTC, datetime
from itertools import combinations
from operator import ne
from random import Random

from benchmarks import __main__ as command
from benchmarks import typed
from tests.processes import ROOT

ARGUMENTS = [str(ROOT / "examples/products.csv"), "--map", "title=name", "--key", "sku"]


def test_it_is_measured_beside_these_tests(db):
    measure = [sys.executable, "-m", "benchmarks.relevance", *ARGUMENTS]
    streams = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
    done = subprocess.run(measure, cwd=ROOT, check=False, **streams)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        f"3 products, {datetime.now(UTC).date()}; each looked for once in each way in which its name can be:",
        "",
        "|  | looked for | recall | mean reciprocal rank |",
    ]
    assert [line.split(" | ")[1:3] for line in lines[4:6]] == [["3", "1.000"], ["3", "1.000"]]


def test_who_does_not_finish_leaves_out_a_letter_and_who_slips_makes_one_slip():
    random, names = Random(1), [["Blue", "Mug"], ["A", "Lamp", "in", "Black"], ["Q", "7"], ["Aa", "aaaa", "aaaa"]]
    for of in names * 50:
        beginning = typed.unfinished(of, random)
        if beginning:
            first, last = beginning
            assert any(word != last and word.startswith(last) and len(last) >= 3 for word in of[of.index(first) + 1 :])
        slipped = typed.misspelled(of, random)
        assert [word in of for word in slipped].count(False) == bool(slipped)
    assert typed.unfinished(["Mug", "Pan"], random) == typed.misspelled(["Mug", "Pan"], random) == []


def test_a_slip_is_one():
    random = Random(1)
    for _ in range(50):
        assert sum(map(ne, "lamp", typed.another_letter("lamp", random))) == 1
        assert typed.left_out("lamp", random) in ("amp", "lmp", "lap", "lam")
        assert "lamp" in map("".join, combinations(typed.put_in("lamp", random), 4))
        assert typed.changed_round("lamp", random) in ("almp", "lmap", "lapm")


def test_what_it_prints_is_printed_by_the_benchmark_and_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command.sys, "executable", "/bin/echo")
    command._measure_relevance(ARGUMENTS, "postgresql://nowhere", tmp_path)
    [kept] = tmp_path.iterdir()
    printed = capsys.readouterr().out
    assert (kept.name, kept.read_text()) == ("relevance.md", printed.removesuffix("\n"))
    assert printed.startswith(f"-m benchmarks.relevance {' '.join(ARGUMENTS)}")
