"""What is asked for, from the environment: this is where it is refused when it makes no sense."""

import os
import shlex
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks"
DATA = HERE / ".data"
RESULTS = HERE / "results"
PARTIAL_RESULTS = DATA / "results"  # of runs that do not make a report: some arms or scenarios only, or a quick look
CONNECTIONS = 8  # of the load generator, as many as the threads of one worker
SMALLEST = 1_000  # products; the sample shop is among them


class Refused(Exception):
    """What is asked for cannot be measured, and why: for whoever asked."""


def _given(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def _numbers(name: str, default: str, *, least: int = 1) -> list[int]:
    words = _given(name, default).replace(",", " ").split()
    if not all(word.isdecimal() and int(word) >= least for word in words):
        raise Refused(f"{name}={_given(name)}: not a whole number of at least {least:,}.")
    return [int(word) for word in words]


def _number(name: str, default: str) -> int:
    numbers = _numbers(name, default)
    if len(numbers) != 1:
        raise Refused(f"{name}={_given(name)}: not one number.")
    return numbers[0]


def _names(name: str, known: Collection[str]) -> list[str]:
    words = _given(name).replace(",", " ").split()
    if unknown := [word for word in words if word not in known]:
        raise Refused(f"{name}: there is no {' '.join(unknown)}. There are: {' '.join(known)}.")
    return words


def _import(name: str) -> list[str]:
    words = shlex.split(_given(name))
    if words and not Path(words[0]).is_file():
        raise Refused(f"{name}: there is no file {words[0]}.")
    return words


def database_url() -> str:
    """A server of one's own, whose user may create databases; blank for the one that comes along."""
    return _given("BENCH_DATABASE_URL")


@dataclass(frozen=True)
class Options:
    """`seconds`: per measurement. `arms` and `scenarios`: names to keep; empty for all. `replaces`: whether a shorter
    run may take the place of a longer one. `real_products`: what `import_products` is to be told; empty for none.
    """

    sizes: list[int]
    rounds: int
    seconds: int
    arms: list[str]
    scenarios: list[str]
    replaces: bool
    real_products: list[str]
    database_url: str

    @classmethod
    def given(cls, *, arms: Collection[str], scenarios: Collection[str]) -> Self:
        """Of the environment, and of these names. Raises: Refused."""
        return cls(
            sizes=_numbers("SIZES", "1000 100000 1000000", least=SMALLEST),
            rounds=_number("ROUNDS", "3"),
            seconds=_number("SECONDS", "5"),
            arms=_names("ARMS", arms),
            scenarios=_names("SCENARIOS", scenarios),
            replaces=_names("REPLACE", ["yes"]) == ["yes"],
            real_products=_import("REAL_PRODUCTS"),
            database_url=database_url(),
        )

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
