"""What a fault did to those who used the shop, and whether that is what has been promised."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from chaos.exchange import Request
from chaos.faults import Fault

ANSWER_SECONDS = 6.0  # within which a 503 comes
RECOVERY_SECONDS = 5.0  # from the part's return until everything is well
SHOWN = 5  # requests that are named
KINDS = ("2xx", "304", "4xx", "503", "429", "other", "lost")
HEADINGS = ("Fault", "Requests", *KINDS, "No read for", "No write for", "First good", "All well", "Slowest")


def kind(request: Request) -> str:
    """How a request ended. `4xx` were asked for, `lost` are broken connections, `other` must not be."""
    if request.status in (0, 429, 503):
        return {0: "lost", 429: "429", 503: "503"}[request.status]
    if not request.expected:
        return "other"
    return "304" if request.status == 304 else f"{request.status // 100}xx"


def is_good(request: Request) -> bool:
    """Whether the client got what it wanted."""
    return kind(request) in ("2xx", "304", "4xx")


@dataclass(frozen=True)
class Trial:
    """One fault: all was well at `begun`, it was `broken`, the part was there again at `back`, and well by `ended`."""

    fault: Fault
    begun: float
    broken: float
    back: float
    ended: float
    requests: list[Request]

    def first_good(self) -> float:
        """Seconds from the part's return to the first good answer to a request that came after it."""
        return min((each.ended - self.back for each in self._after() if is_good(each)), default=float("inf"))

    def all_well(self) -> float:
        """Seconds from the part's return to the last bad answer to a request that came after it; 0 without one."""
        return max((each.ended - self.back for each in self._after() if not is_good(each)), default=0.0)

    def outage(self, *, writes: bool) -> float:
        """The longest time in seconds without a good answer to a read, or to a write."""
        good = [each.ended for each in self.requests if is_good(each) and each.is_write is writes]
        return max(later - earlier for earlier, later in pairwise(sorted([self.begun, *good, self.ended])))

    def slowest(self) -> float:
        """The longest that anybody waited for an answer."""
        return max(each.seconds for each in self.requests)

    def row(self) -> list[str]:
        """Its line of the table."""
        kinds = Counter(map(kind, self.requests))
        seconds = [self.outage(writes=False), self.outage(writes=True), self.first_good(), self.all_well()]
        counts = [len(self.requests), *(kinds[each] for each in KINDS)]
        return [self.fault.title, *map(str, counts), *(f"{each:.1f} s" for each in [*seconds, self.slowest()])]

    def breaches(self) -> list[str]:
        """What does not hold, with the requests that show it; empty when everything does."""
        late_503 = [each for each in self.requests if each.status == 503 and each.seconds > ANSWER_SECONDS]
        silent_503 = [each for each in self.requests if each.status == 503 and not each.retry_after]
        lost = [each for each in self.requests if each.status == 0 and not self._may_be_lost(each)]
        wrong = {
            "answered with what must not be": [each for each in self.requests if kind(each) == "other"],
            "lost, though no process had ended that should have served them": lost,
            f"answered 503 after more than {ANSWER_SECONDS:.0f} s": late_503,
            "answered 503 without Retry-After": silent_503,
        }
        found = [self._told(words, requests) for words, requests in wrong.items() if requests]
        if max(self.first_good(), self.all_well()) > RECOVERY_SECONDS:
            found.append(
                f"{self.fault.name}: not well within {RECOVERY_SECONDS:.0f} s after the part was back "
                f"(first good answer {self.first_good():.1f} s, last bad one {self.all_well():.1f} s)."
            )
        return found

    def _after(self) -> list[Request]:
        return [each for each in self.requests if each.begun >= self.back]

    def _may_be_lost(self, request: Request) -> bool:
        """A killed process loses what it was serving, and one that was told to end only what comes after that."""
        if self.fault.loses == "what is being served":
            return request.begun < self.broken
        return self.fault.loses == "what comes meanwhile" and self.broken < request.begun < self.back

    def _told(self, words: str, requests: list[Request]) -> str:
        shown = [f"  {each.what} at {each.begun - self.begun:.2f} s: {each.status or 'lost'}" for each in requests]
        return "\n".join([f"{self.fault.name}: {len(requests)} requests were {words}:", *shown[:SHOWN]])


def table(trials: list[Trial]) -> str:
    """All trials, as Markdown."""
    rows = [list(HEADINGS), *(trial.row() for trial in trials)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [[rows[0], ["-" * width for width in widths]], rows[1:]]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in [*lines[0], *lines[1]]
    )
