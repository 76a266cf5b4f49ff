"""What is kept of a run: one JSON file, written after every measurement, so that an interruption loses none.

It stands apart until the run is finished: one that was interrupted takes no other one's place.
"""

import json
import shutil
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Self

from benchmarks.options import DATA, RESULTS

UNFINISHED = DATA / "unfinished"
STEADY = 1.25  # times as slow: by so much a machine changes its speed with nothing else on it
RELEVANCE = "relevance.md"  # what `relevance` has printed


class Results:
    """The results of one size. `data["measurements"][scenario][arm]` has one entry for each round."""

    def __init__(self, path: Path, data: dict[str, Any]) -> None:
        self.path, self.data = path, data

    @classmethod
    def begin(cls, size: int, about: dict[str, Any]) -> Self:
        """Of a new run; or of the one of this size that was not finished, when it was about the same."""
        digest = sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]
        path = UNFINISHED / f"{size}-{digest}.json"
        if path.exists():
            print("Going on with a run that was interrupted.", flush=True)
            return cls(path, json.loads(path.read_text(encoding="utf-8")))
        date = datetime.now(UTC).date().isoformat()
        return cls(path, {"date": date, "size": size, "about": about, "measurements": {}})

    def rounds(self, scenario: str, arm: str) -> list[dict[str, Any]]:
        """What has been measured so far."""
        rounds: list[dict[str, Any]] = self.data["measurements"].setdefault(scenario, {}).setdefault(arm, [])
        return rounds

    def add(self, scenario: str, arm: str, measurement: dict[str, Any]) -> None:
        """Keep a measurement."""
        self.rounds(scenario, arm).append(measurement)
        self.save()

    def save(self, **more: Any) -> None:
        """Write the file, which is whole or as it was before."""
        self.data |= more
        self.path.parent.mkdir(parents=True, exist_ok=True)
        half = self.path.with_suffix(".half")
        half.write_text(json.dumps(self.data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        half.rename(self.path)

    def finish(self, folder: Path) -> None:
        """Put the file where it is kept, in the place of one of the same day and size."""
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / f"{self.data['date']}-{self.data['size']}.json"
        shutil.move(self.path, kept)
        print(f"Kept: {kept}", flush=True)


class Run:
    """A finished file of results, to be read."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.size: int = data["size"]
        self.scenarios: dict[str, dict[str, str]] = data["scenarios"]

    def figure(self, scenario: str, arm: str, name: str = "rps") -> float | None:
        """The median over the rounds; None when it was not measured, or is void because requests failed."""
        rounds = self.data["measurements"].get(scenario, {}).get(arm, [])
        values = [each[name] for each in rounds if each.get(name) is not None]
        if not values or any(each["errors"] for each in rounds):
            return None
        return median(values)

    def is_void(self, scenario: str, arm: str) -> bool:
        """Whether requests failed, so that there is no figure."""
        return any(each["errors"] for each in self.data["measurements"].get(scenario, {}).get(arm, []))

    def failure(self, scenario: str, arm: str) -> str:
        """What failed where there is no figure."""
        whys = (each.get("why") for each in self.data["measurements"][scenario][arm] if each["errors"])
        return next(filter(None, whys), "requests failed")

    def ratio(self, scenario: str, arm: str, other: str, other_scenario: str = "") -> float | None:
        """How many times the requests a second of the other."""
        ours, theirs = self.figure(scenario, arm), self.figure(other_scenario or scenario, other)
        return ours / theirs if ours is not None and theirs else None

    def pace(self) -> tuple[float, float, float] | None:
        """Milliseconds of `machine.pace` between the measurements: the median, the 5th and the 95th percentile.

        None of a run that did not look.
        """
        every = [each for by_arm in self.data["measurements"].values() for rounds in by_arm.values() for each in rounds]
        found = [each["pace_ms"] for each in every if "pace_ms" in each]
        if len(found) <= 1:
            return None
        parts = quantiles(found, n=20, method="inclusive")
        return median(found), parts[0], parts[-1]

    def unsteadiness(self) -> str:
        """What is to be said of a machine that was not as fast all the time; blank where it was."""
        _, fastest, slowest = self.pace() or (0, 1, 1)
        if slowest <= STEADY * fastest:
            return ""
        return (
            f"The machine was {slowest / fastest:.1f} times as slow at some times as at others: something else ran "
            "on it, or beside it. Ratios still hold, about; milliseconds are better measured when it is quiet."
        )

    def differs_from(self, other: "Run") -> str:
        """Why figures of the two may differ for other reasons than their size; blank when nothing is known."""
        is_other = {
            "code": self.data["about"]["sources"] != other.data["about"]["sources"],
            "machines or versions": self.data["machine"] != other.data["machine"],
            "speeds of the machine": _differ(self.pace(), other.pace()),
        }
        what = " and ".join(name for name, differs in is_other.items() if differs)
        return f"between runs of different {what}" if what else ""


def _differ(pace: tuple[float, ...] | None, other: tuple[float, ...] | None) -> bool:
    """Whether the medians are farther apart than a steady machine's."""
    return pace is not None and other is not None and max(pace[0], other[0]) > STEADY * min(pace[0], other[0])


def latest_runs() -> list[Run]:
    """The newest run of each size, smallest size first."""
    files = sorted(RESULTS.glob("*.json"))
    read = (json.loads(path.read_text(encoding="utf-8")) for path in files)
    newest = {data["size"]: Run(data) for data in read if "scenarios" in data}
    return [newest[size] for size in sorted(newest)]


def latest_operations() -> dict[str, Any]:
    """What `make bench-operations` has measured; nothing when it has not."""
    path = RESULTS / "operations.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def latest_relevance() -> str:
    """What `relevance` has printed; blank when there were no real products."""
    path = RESULTS / RELEVANCE
    return path.read_text(encoding="utf-8") if path.exists() else ""


def is_kept_longer(size: int, rounds: int, seconds: int) -> bool:
    """Whether the newest run of this size has more rounds, or longer ones."""
    kept = [run.data["about"] for run in latest_runs() if run.size == size]
    return any(about["rounds"] > rounds or about["seconds"] > seconds for about in kept)
