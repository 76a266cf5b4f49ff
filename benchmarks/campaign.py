"""All measurements of one size, round after round, the arms taking turns within each."""

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from benchmarks import agreement, catalogue, machine, writes
from benchmarks.arms import TITLES, Arm, running
from benchmarks.load import Load, measure
from benchmarks.options import HERE, ROOT, Options, Refused
from benchmarks.programs import get
from benchmarks.results import Results, Run
from benchmarks.scenarios import DEEP_PAGE, PAGE_SIZE, PRODUCTS, Scenario, scenarios
from benchmarks.server import SETTINGS, EmbeddedServer, ForeignServer

SLOW_RPS = 1.0  # what answers less often is measured once
WRITE_SECONDS = 2  # writes change the catalogue, so there are not too many of them
WALK_SIZE = 100
CODE = [ROOT / name for name in ("ecommerce_backend", "products", "users", "gunicorn.conf.py", "requirements.txt")]


class Campaign:
    """The measurements of one size."""

    def __init__(self, options: Options, server: EmbeddedServer | ForeignServer, size: int) -> None:
        self.options, self.server, self.size = options, server, size
        self.catalogue = catalogue.prepare(server, size)
        every = scenarios(self.catalogue.url, size)
        self.scenarios = [each for each in every if options.wants_scenario(each.name)]
        self.product_paths = next(list(each.paths) for each in every if each.name == "product")

    def run(self, folder: Path) -> None:
        """Measure everything that is not yet in the results, and keep it in `folder`. Raises: Refused."""
        writes.undo(self.catalogue.url)
        with running(self.options, self.catalogue.url, self.size) as (arms, left_out):
            if not arms:
                raise Refused(f"Nobody is left to be measured at {self.size:,} products. {' '.join(left_out)}")
            compared = agreement.check(arms, self.scenarios)
            print(f"{compared} answers of {len(arms)} arms agree.", flush=True)
            results = Results.begin(self.size, self._about())
            results.save(
                commit=machine.commit(),
                machine=machine.describe(postgresql=self.server.version()),
                scenarios={each.name: {"title": each.title, "kind": each.kind} for each in self.scenarios},
                arms={name: TITLES[name] for name in arms},
                left_out=left_out,
                catalogue=self.catalogue.facts,
                compared=compared,
            )
            self._measure_all(arms, results)
            memory = {}
            for name, arm in arms.items():
                with _named(arm, "the end"):
                    memory[name] = arm.program.megabytes_by_worker()
            results.save(memory_mb=memory)
            results.finish(folder)
            if warning := Run(results.data).unsteadiness():
                print(warning, flush=True)

    def _about(self) -> dict[str, Any]:
        """What has to be the same for an interrupted run to be gone on with."""
        return {
            "rounds": self.options.rounds,
            "seconds": self.options.seconds,
            "sources": machine.fingerprint(*CODE, HERE),
            "settings": SETTINGS if not self.options.database_url else {},
            "arms": self.options.arms,
            "scenarios": self.options.scenarios,
        }

    def _measure_all(self, arms: dict[str, Arm], results: Results) -> None:
        steps = [
            (number, scenario, arms[name])
            for number in range(self.options.rounds)
            for scenario in self.scenarios
            for name in _beginning_with(number, scenario.arms)
            if name in arms and len(results.rounds(scenario.name, name)) <= number
        ]
        begun, written = time.monotonic(), False
        for done, (number, scenario, arm) in enumerate(steps):
            if written and scenario.kind not in ("write", "beside a writer"):
                writes.undo(self.catalogue.url)
            written = scenario.kind in ("write", "beside a writer")
            known = results.rounds(scenario.name, arm.name)
            if not (known and known[-1]["rps"] < SLOW_RPS):
                with _named(arm, scenario.name):
                    found = {"pace_ms": machine.pace()} | self._measure(scenario, arm)
                results.add(scenario.name, arm.name, found)
                _report_progress(f"{number + 1} {scenario.name} {arm.name}", found, begun, done + 1, len(steps))
        writes.undo(self.catalogue.url)

    def _measure(self, scenario: Scenario, arm: Arm) -> dict[str, Any]:
        load, seconds = self._load(scenario, arm), self.options.seconds
        if scenario.kind == "write":
            return measure(arm, load, min(seconds, WRITE_SECONDS), self.server)
        if scenario.kind == "beside a writer":
            with writes.a_writer_beside(arm, self.product_paths):
                return measure(arm, load, seconds, self.server)
        return measure(arm, load, seconds, self.server)

    def _load(self, scenario: Scenario, arm: Arm) -> Load:
        match scenario.name:
            case "create":
                return writes.creating(arm)
            case "change":
                return writes.changing(arm, self.product_paths)
            case "cursor":
                return Load([_deep_cursor(arm, self.size)])
            case "not_modified":
                return Load([PRODUCTS], headers={"If-None-Match": get(arm.port, PRODUCTS)[1]["ETag"]})
            case _:
                return Load(list(scenario.paths))


@contextmanager
def _named(arm: Arm, doing: str) -> Iterator[None]:
    """Name the arm whose failure or end is that of the run, before a figure of it is kept. Raises: Refused."""
    failure: Exception | None = None
    try:
        yield
    except (OSError, HTTPException, RuntimeError, subprocess.CalledProcessError, psutil.NoSuchProcess) as error:
        failure = error
    if failure or arm.program.has_ended:
        why = f"{arm.name} failed at {doing}: {failure or 'it has ended'}; see the end of {arm.program.log}."
        raise Refused(f"{why} `make bench` goes on from here.") from failure


def _deep_cursor(arm: Arm, size: int) -> str:
    """The path of a page as deep as page 2,000, or in the middle of a smaller catalogue: walked to, in large steps."""
    path = f"{PRODUCTS}?cursor=&page_size={WALK_SIZE}"
    for _ in range(min(DEEP_PAGE * PAGE_SIZE, size // 2) // WALK_SIZE):
        parts = urlsplit(json.loads(get(arm.port, path)[2])["next"])
        path = f"{parts.path}?{parts.query}"
    return path.replace(f"page_size={WALK_SIZE}", f"page_size={PAGE_SIZE}")


def _report_progress(what: str, found: dict[str, Any], begun: float, done: int, steps: int) -> None:
    left = (time.monotonic() - begun) / done * (steps - done)
    figures = f"{found['rps']:9,.1f}/s  p50 {found['p50']:9,.2f} ms  p99 {found['p99']:9,.2f} ms"
    failed = f"  {found['errors']} FAILED" if found["errors"] else ""
    print(f"[{done}/{steps}] {what:36} {figures}{failed}  {left / 60:.0f} min left", flush=True)


def _beginning_with(number: int, names: Sequence[str]) -> Sequence[str]:
    """The names from that one on, and then those before it: whoever comes first has a machine that has rested."""
    first = number % len(names)
    return [*names[first:], *names[:first]]
