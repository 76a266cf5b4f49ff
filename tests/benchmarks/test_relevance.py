"""How well search finds can be measured while other tests are running: these."""

import subprocess
import sys

from benchmarks import __main__ as command
from tests.processes import ROOT

ARGUMENTS = [str(ROOT / "examples/products.csv"), "--map", "title=name", "--key", "sku"]


def test_it_is_measured_beside_these_tests(db):
    measure = [sys.executable, "-m", "benchmarks.relevance", *ARGUMENTS]
    streams = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
    done = subprocess.run(measure, cwd=ROOT, check=False, **streams)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:3] == [
        "3 products; each looked for once in each way:",
        "",
        "|  | recall | mean reciprocal rank |",
    ]
    assert [line.split(" | ")[1] for line in lines[4:6]] == ["1.000", "1.000"]


def test_what_it_prints_is_printed_by_the_benchmark_and_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command.sys, "executable", "/bin/echo")
    command._measure_relevance(ARGUMENTS, "postgresql://nowhere", tmp_path)
    [kept] = tmp_path.iterdir()
    printed = capsys.readouterr().out
    assert (kept.name, kept.read_text()) == ("relevance.md", printed.removesuffix("\n"))
    assert printed.startswith(f"-m benchmarks.relevance {' '.join(ARGUMENTS)}")
