"""Keyset paging: the values of the row that a page ended with say where the next begins, at the same cost anywhere.

Source: https://use-the-index-luke.com/no-offset.
"""

from typing import Any, NamedTuple, Self

from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan


class PageStart(NamedTuple):
    """Where a page begins: after the row with these values of the ordering, or, `backwards`, before it.

    Without values it is the beginning of the list, or its end.
    """

    ordering: list[str]
    values: list[Any]
    backwards: bool

    @property
    def names(self) -> list[str]:
        """What the list is ordered by, without the directions."""
        return [name.removeprefix("-") for name in self.ordering]

    def of_row(self) -> dict[str, Any]:
        """The values of the row, by name; an empty dict at the beginning of the list, or its end."""
        return dict(zip(self.names, self.values, strict=True)) if self.values else {}

    def replaced(self, **values: Any) -> Self:
        """The same place, with other values of what is named."""
        return self._replace(values=list((self.of_row() | values).values()))

    def condition(self) -> Q:
        """The condition that a row comes after this place, or, backwards, before it."""
        return _beyond(self) if self.values else Q()


def _beyond(start: PageStart) -> Q:
    """Columns that run the same way are compared as one row, which one index can follow: (price, id) > (9, 7).

    Where the direction turns, it is that, or the same so far and beyond in what follows.
    """
    names, values = start.names, start.values
    descending = [name.startswith("-") != start.backwards for name in start.ordering]
    turn = next((index for index, down in enumerate(descending) if down != descending[0]), len(names))
    columns = names[:turn]
    lookup: Any = TupleLessThan if descending[0] else TupleGreaterThan
    beyond = (
        Q(lookup(Tuple(*map(F, columns)), values[:turn]))
        if turn > 1
        else Q(**{f"{names[0]}__{'lt' if descending[0] else 'gt'}": values[0]})
    )
    if turn == len(names):
        return beyond
    same = Q(**dict(zip(columns, values[:turn], strict=True)))
    # The first part is implied by the rest, and what the index of the first column can follow.
    implied = Q(**{f"{names[0]}__{'lte' if descending[0] else 'gte'}": values[0]})
    return implied & (beyond | same & _beyond(PageStart(start.ordering[turn:], values[turn:], start.backwards)))
