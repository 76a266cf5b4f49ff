"""What the line of log and the numbers of a request cost: the server as it is against one that tells nothing."""

from contextlib import ExitStack
from statistics import median
from typing import Any

from benchmarks.arms import Arm
from benchmarks.load import Load
from benchmarks.load import measure as measured
from benchmarks.operations.serving import gunicorn
from benchmarks.options import HERE
from benchmarks.scenarios import PRODUCTS
from benchmarks.server import EmbeddedServer, ForeignServer

PROMISED_PERCENT = 5.0
CACHES = {"made": "0", "from memory": "4"}  # MB of answers that a worker may keep
UNTOLD = ["--config", str(HERE / "operations" / "untold.py")]


def measure(server: EmbeddedServer | ForeignServer, database_url: str, rounds: int, seconds: int) -> dict[str, Any]:
    """For a list that is `made` and one `from memory`: what each round found of `told` and `untold`, in turn."""
    found: dict[str, dict[str, list[Any]]] = {name: {"told": [], "untold": []} for name in CACHES}
    with ExitStack() as stack:
        arms: dict[tuple[str, str], Arm] = {}
        for name, megabytes in CACHES.items():
            for kind, arguments in (("told", []), ("untold", UNTOLD)):
                environment = {"ANSWER_CACHE_MB": megabytes}
                program = stack.enter_context(gunicorn(f"{kind}-{megabytes}", database_url, environment, *arguments))
                arms[name, kind] = Arm(f"{kind}, {name}", program)
        for number in range(rounds):
            for name in CACHES:
                for kind in ("told", "untold") if number % 2 else ("untold", "told"):
                    found[name][kind].append(measured(arms[name, kind], Load([PRODUCTS]), seconds, server))
                print(f"Round {number + 1}, {name}: {cost(found[name], 'rps')} % of throughput", flush=True)
    return found


def cost(rounds: dict[str, list[Any]], figure: str) -> float:
    """Percent that telling adds to the CPU of a request, or takes from the throughput: the median of the rounds."""
    pairs = zip(rounds["told"], rounds["untold"], strict=True)
    more = [100 * (told[figure] / untold[figure] - 1) for told, untold in pairs]
    return round(-median(more) if figure == "rps" else median(more), 1)
