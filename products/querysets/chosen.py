"""The categories that somebody asks for."""

from typing import Any
from uuid import UUID

from django.db.models import Expression, UUIDField

from products.querysets.rows import fetch
from products.querysets.tally import ANY_PRICE

_FOUND = f"""
    SELECT id, coalesce((
        SELECT sum(products)::bigint FROM products_producttally
        WHERE category_id = products_category.id AND step = {ANY_PRICE} AND bucket = 0
    ), 0) FROM products_category WHERE slug = ANY(%s)
"""  # noqa: S608 - a constant alone


class ChosenCategories:
    """Categories by their slugs, as URLs have them. They are looked up once, and only when their ids have to be known.

    Where an index has the rows in their order, the statement can look up the category by itself. Where the planner has
    to choose it has to be told: it takes every category that it does not know for an average one.
    """

    def __init__(self, using: str, slugs: list[str]) -> None:
        self._using, self.slugs = using, slugs
        self._products: dict[UUID, int] | None = None if slugs else {}

    @property
    def ids(self) -> list[UUID]:
        """Those that there are. Cost: one query, the first time."""
        return list(self._found())

    @property
    def products(self) -> int:
        """How many products they have. Cost: as for their ids."""
        return sum(self._found().values())

    def _found(self) -> dict[UUID, int]:
        if self._products is None:
            self._products = dict(fetch(self._using, _FOUND, [self.slugs]))
        return self._products

    def as_array(self) -> tuple[str, list[Any]]:
        """Their ids in SQL, and its parameters."""
        if self._products is None:
            return "ARRAY(SELECT id FROM products_category WHERE slug = ANY(%s))", [self.slugs]
        return "%s::uuid[]", [self.ids]

    def as_one(self) -> tuple[str, list[Any]]:
        """The id of the only one in SQL, and its parameters."""
        if self._products is None:
            return "(SELECT id FROM products_category WHERE slug = %s)", [*self.slugs]
        return "%s::uuid", [next(iter(self._products), None)]


class ChosenCategory(Expression):
    """The id of the only category that is chosen, as much as is known of it when the statement is made."""

    def __init__(self, chosen: ChosenCategories) -> None:
        super().__init__(output_field=UUIDField())
        self.chosen = chosen

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The expression and its parameters."""
        sql, params = self.chosen.as_one()
        return sql, tuple(params)
