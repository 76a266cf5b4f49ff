"""What is asked for, from the environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks"
DATA = HERE / ".data"
RESULTS = HERE / "results"
PARTIAL_RESULTS = DATA / "results"  # of runs with some arms or scenarios only, which would not make a report
CONNECTIONS = 8  # of the load generator, as many as the threads of one worker


def _words(name: str, default: str = "") -> list[str]:
    return os.environ.get(name, default).replace(",", " ").split()


@dataclass(frozen=True)
class Options:
    """`seconds`: per measurement. `arms` and `scenarios`: names to keep; empty for all. `database_url`: a server of
    one's own, whose user may create databases.
    """

    sizes: list[int] = field(default_factory=lambda: [int(size) for size in _words("SIZES", "1000 100000 1000000")])
    rounds: int = field(default_factory=lambda: int(os.environ.get("ROUNDS") or 3))
    seconds: int = field(default_factory=lambda: int(os.environ.get("SECONDS") or 5))
    arms: list[str] = field(default_factory=lambda: _words("ARMS"))
    scenarios: list[str] = field(default_factory=lambda: _words("SCENARIOS"))
    database_url: str = field(default_factory=lambda: os.environ.get("BENCH_DATABASE_URL", ""))

    @property
    def is_partial(self) -> bool:
        """Whether only some arms or scenarios are wanted."""
        return bool(self.arms or self.scenarios)

    def wants_arm(self, name: str) -> bool:
        """Whether the arm is to be measured."""
        return not self.arms or name in self.arms

    def wants_scenario(self, name: str) -> bool:
        """Whether the scenario is to be measured."""
        return not self.scenarios or name in self.scenarios
