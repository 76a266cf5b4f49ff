"""Which products somebody asks for."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Self
from uuid import UUID

# Columns that may have bounds. The index of each order includes them.
BOUNDED = ("price", "created_at", "updated_at")


@dataclass(frozen=True)
class Selection:
    """The filters of the product list; None where anything will do. `category` holds slugs."""

    category: list[str] | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    id: list[UUID] | None = None
    search: str = ""

    @cached_property
    def is_tallied(self) -> bool:
        """Whether the tally knows how many there are: by category, and by price or day of creation."""
        by_price = replace(self, category=None, min_price=None, max_price=None)
        by_day = replace(self, category=None, created_after=None, created_before=None)
        return Selection() in (by_price, by_day)

    @property
    def is_only_a_search(self) -> bool:
        """Whether nothing but the words matters."""
        return replace(self, search="") == Selection()

    @property
    def is_a_search_in_categories(self) -> bool:
        """Whether nothing but the words and the categories matters."""
        return replace(self, category=None).is_only_a_search

    @property
    def has_prices(self) -> bool:
        """Whether there is a bound on prices."""
        return self.min_price is not None or self.max_price is not None

    @property
    def has_dates(self) -> bool:
        """Whether there is a bound on moments."""
        return any(each is not None for each in (self.created_after, self.created_before, self.updated_after))

    @property
    def columns(self) -> set[str]:
        """The columns that have a bound."""
        return {lookup.partition("__")[0] for lookup in self.bounds()}

    def in_any_category(self) -> Self:
        """The same, whatever the category."""
        return replace(self, category=None)

    def by_column(self) -> list[Self]:
        """The bounds on each column by itself: on prices, on moments of creation, on those of the last change."""
        nothing = type(self)()
        each = (
            replace(nothing, min_price=self.min_price, max_price=self.max_price),
            replace(nothing, created_after=self.created_after, created_before=self.created_before),
            replace(nothing, updated_after=self.updated_after),
        )
        return [bounds for bounds in each if bounds != nothing]

    def on(self, column: str) -> Self | None:
        """The bounds on a column by themselves, where there are some and the tally has buckets of them."""
        return next((each for each in self.by_column() if each.is_tallied and column in each.columns), None)

    def bounds(self) -> dict[str, Any]:
        """The bounds on columns, by lookup."""
        bounds: dict[str, Any] = {
            "price__gte": self.min_price,
            "price__lte": self.max_price,
            "created_at__gte": self.created_after,
            "created_at__lte": self.created_before,
            "updated_at__gte": self.updated_after,
            "id__in": self.id,
        }
        return {lookup: bound for lookup, bound in bounds.items() if bound is not None}
