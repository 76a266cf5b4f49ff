"""What the clients were told about what they wrote, to be compared with what the database holds.

A 2xx is a promise that it is written, a 4xx that it is not. A 503 or a lost answer is neither: the database may have
gone between writing and saying so. Then it may be there once, and not twice.
"""

from dataclasses import dataclass, field
from threading import Lock

REFUSED_PRICE = "0.01"  # of changes that are to be refused


@dataclass
class Entry:
    """One product, as its only writer knows it."""

    name: str
    fault: str
    created: bool = False  # it was answered 201
    id: str = ""
    prices: set[str] = field(default_factory=set)  # one, unless an answer is missing
    deletion: str = "none"  # or "tried", or "done"


class Ledger:
    """All entries, and the names that were refused."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.refused: dict[str, str] = {}
        self.answered = 0
        self.lost = 0
        self.breaches: list[str] = []
        self._lock = Lock()

    def open(self, entry: Entry) -> None:
        """A product is about to be written."""
        with self._lock:
            self.entries.append(entry)

    def refuse(self, name: str, fault: str) -> None:
        """This name was sent in a way that is refused."""
        with self._lock:
            self.refused[name] = fault

    def count(self, *, answered: bool) -> None:
        """A write has been answered 2xx, or its answer is missing."""
        with self._lock:
            self.answered += answered
            self.lost += not answered

    def breach(self, fault: str, what: str) -> None:
        """A client has seen something that it must not see."""
        with self._lock:
            self.breaches.append(f"{fault}: {what}")

    def check(self, rows: list[tuple[str, str, str]]) -> list[str]:
        """What does not hold, given `id, name, price` of all products of the ledger; empty when all does."""
        by_name: dict[str, list[tuple[str, str]]] = {}
        for identifier, name, price in rows:
            by_name.setdefault(name, []).append((identifier, price))
        found = [wrong for entry in self.entries for wrong in _wrong(entry, by_name.pop(entry.name, []))]
        for name in by_name:
            found.append(f"{self.refused.get(name, '?')}: {name} is there, and was refused or never sent.")
        return [*self.breaches, *found]


def _wrong(entry: Entry, rows: list[tuple[str, str]]) -> list[str]:
    """What is wrong with the rows of one entry."""
    which = f"{entry.fault}: {entry.name} ({entry.id or 'no id known'})"
    if len(rows) > 1:
        return [f"{which} is there {len(rows)} times."]
    if rows and entry.deletion == "done":
        return [f"{which} is there, and its deletion was answered 204."]
    if not rows:
        return [f"{which} is not there, and was answered 201."] if entry.created and entry.deletion == "none" else []
    [(identifier, price)] = rows
    if entry.created and identifier != entry.id:
        return [f"{which} is there under another id, {identifier}."]
    if price not in entry.prices:
        return [f"{which} costs {price}, and should cost {' or '.join(sorted(entry.prices))}."]
    return []
