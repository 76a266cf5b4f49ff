"""Which of a file's columns is which of ours."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from products.bulk.readers import UnreadableFileError

COLUMNS = ("name", "description", "price", "category")
REQUIRED = ("name", "price", "category")


class Columns:
    """The columns of a file, by what they are called there.

    - `mapping`: their column → ours, for those that are named differently.
    - `key`: their column that says which product a row is.
    Both are named on purpose: a row may lack such a column, a file may not.
    """

    def __init__(self, mapping: dict[str, str] | None = None, key: str = "") -> None:
        self.mapping = mapping or {}
        self.key = key

    def check(self, columns: Collection[str]) -> None:
        """Raises: UnreadableFileError when one that is needed is not there, or two would be the same one of ours."""
        has = f"It has: {', '.join(columns)}."
        named = [*self.mapping, *([self.key] if self.key else [])]
        for missing in [name for name in named if name not in columns]:
            near = get_close_matches(missing, columns, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else has
            raise UnreadableFileError(f"The file has no column '{missing}'. {hint}")
        for ours in COLUMNS:
            if ours in columns or ours in self.mapping.values():
                continue
            theirs = [name for name in columns if _loosely(name) == ours]
            if len(theirs) > 1:
                raise UnreadableFileError(f"The file has more than one column '{ours}': {', '.join(theirs)}.")
            if not theirs and ours in REQUIRED:
                raise UnreadableFileError(
                    f"The file has no column '{ours}'. {has} Say which of them it is with --map THEIRS={ours}."
                )

    def translate(self, record: dict[str, Any]) -> dict[str, Any]:
        """A record by our columns; a category is its name. What is not there stays away."""
        # Spreadsheets say "Name" and " price "; a column with the very name wins.
        loosely = {_loosely(name): value for name, value in record.items()}
        ours = {name: record.get(name, loosely[name]) for name in COLUMNS if name in loosely}
        ours |= {our: record[their] for their, our in self.mapping.items() if their in record}
        category = ours.get("category")
        if isinstance(category, dict):  # as our own API shows it
            ours["category"] = category.get("name")
        if ours.get("description", "") is None:
            del ours["description"]
        return ours


def _loosely(name: Any) -> str:
    return str(name).strip().lower()
