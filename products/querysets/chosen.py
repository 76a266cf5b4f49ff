"""The categories that somebody asks for."""

from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Expression
from django.db.models.expressions import RawSQL

from ecommerce_backend.statements import fetch
from products import search
from products.totals import IN_ALL, IN_CATEGORY

MOST_MERGED = 8  # categories: each takes some 0.1 ms to be planned

_FOUND = f"""
    SELECT id, {IN_CATEGORY.format(category="products_category.id")}, {IN_ALL}
    FROM products_category WHERE slug = ANY(%s)
"""  # noqa: S608 - constants alone


class ChosenCategories:
    """Categories by their slugs, as URLs have them. They are looked up once, and only when their ids have to be known.

    Where an index has the rows in their order, the statement can look up the category by itself. Where the planner has
    to choose it has to be told: it takes every category that it does not know for an average one.
    """

    def __init__(self, using: str, slugs: list[str]) -> None:
        self._using, self.slugs = using, slugs
        self._products: dict[UUID, int] | None = None if slugs else {}
        self._everything = 0

    @property
    def ids(self) -> list[UUID]:
        """Those that there are. Cost: one query, the first time."""
        return list(self._found())

    @property
    def products(self) -> int:
        """How many products they have. Cost: as for their ids."""
        return sum(self._found().values())

    @property
    def are_several(self) -> bool:
        """Whether there are more than one of them. Cost: none for one slug, else as for their ids."""
        return len(self.slugs) > 1 and len(self.ids) > 1

    @property
    def are_merged(self) -> bool:
        """Whether a walk goes along the part that each has of an index. Cost: as for their ids.

        It does not for many categories, whose parts take long to plan, nor for those that have half of all products or
        more: there is little to skip.
        """
        return self.are_several and len(self.ids) <= MOST_MERGED and 2 * self.products < self._everything

    @property
    def in_index(self) -> int:
        """How many products lie on the walk: those of these categories, or all where several are not merged.

        Cost: as for their ids.
        """
        return self._everything if self.are_among_others else self.products

    @property
    def are_among_others(self) -> bool:
        """Whether a walk goes along the index of all, past the products of others. Cost: as for their ids."""
        return self.are_several and not self.are_merged

    @property
    def everything(self) -> int:
        """How many products there are in any category; 0 when there are none of these. Cost: as for their ids."""
        self._found()
        return self._everything

    def with_words(self) -> RawSQL:
        """The condition that a product is in one of them, beside one on its words. There must be one of them.

        The index of words reads only what has both; but it collects all products of the categories first. When these
        are nearly all that there are, the category of what the words find is read instead. Cost: as for their ids.
        """
        ids, products = self.ids, self.products  # with them it is known how many there are in all
        if 10 * (self._everything - products) < self._everything:
            return search.condition("(products_product.category_id = ANY(%s::uuid[])) IS TRUE", ids)
        return search.matches_in(ids)

    def _found(self) -> dict[UUID, int]:
        if self._products is None:
            found = fetch(self._using, _FOUND, [self.slugs], generic_plan=True)
            self._products = {pk: products for pk, products, _ in found}
            self._everything = found[0][-1] if found else 0
        return self._products

    def condition(self) -> Expression:
        """The condition that a product is in one of them. Cost: none for one category, for several as for their ids."""
        if len(self.slugs) == 1:
            return InChosenCategory(self)
        places = ", ".join(["%s"] * len(self.ids))
        return search.condition(f"products_product.category_id IN ({places})", *self.ids) if places else search.NOTHING

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


class InChosenCategory(Expression):
    """Whether a product is in the only category that is chosen, by what is known of it when the statement is made."""

    output_field: Any = BooleanField()  # one for all: to make it takes longer than the rest of a condition

    def __init__(self, chosen: ChosenCategories) -> None:
        super().__init__()
        self.chosen = chosen

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The condition and its parameters."""
        sql, params = self.chosen.as_one()
        return f"products_product.category_id = {sql}", tuple(params)
