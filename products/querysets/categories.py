"""Reads of categories."""

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import BigIntegerField, Case, CharField, Func, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Lower, Replace

from ecommerce_backend.api.text import is_uuid
from ecommerce_backend.statements import fetch, fetch_object, value
from products.querysets.rows import CategoryRow, Page, conditions, numbering, order_by
from products.totals import IN_CATEGORY

if TYPE_CHECKING:
    from products.models import Category


_PRODUCT_COUNT = IN_CATEGORY.format(category="products_category.id")
_PAGE = f"""
    SELECT id::text, name, slug, product_count, {{counting}} FROM (
        SELECT id, name, slug, {_PRODUCT_COUNT} AS product_count
        FROM products_category WHERE {{conditions}}
    ) AS counted ORDER BY {{order}} LIMIT {{limit}} OFFSET {{offset}}
"""  # noqa: S608 - constants alone


def name_key(name: str | Combinable) -> Combinable:
    """What two names of one category have in common: no case, accents in one encoding. `name`: a column or a Value.

    PostgreSQL's lower case goes letter by letter: it has two small sigmas, an "ß" beside "SS", and leaves the dot of a
    Turkish "İ" where that was typed as two characters.
    """
    key: Combinable = Lower(Func(name, function="normalize", output_field=CharField()))
    for letters, others in (("ς", "σ"), ("ß", "ss"), ("i\u0307", "i")):
        key = Replace(key, Value(letters), Value(others))
    return key


class CategoryQuerySet(QuerySet["Category"]):
    """Categories."""

    def named(self, name: str, slug: str) -> Self:
        """The one with this name, and then the one with this slug. Cost: no query more."""
        has_name = Q(key=name_key(Value(name)))
        return (
            self.alias(key=name_key("name"))
            .filter(has_name | Q(slug=slug))
            .order_by(Case(When(has_name, 0), default=1))
        )

    def page(self, offset: int, limit: int) -> Page[CategoryRow]:
        """`limit` rows from row `offset` on, and how many there are. Cost: one query, two when there are none."""
        where, params = conditions(self)
        counted, values = counting = numbering(self)
        parts = {"conditions": where, "counting": counted, "order": order_by(self, of="counted")}
        sql = _PAGE.format(limit=limit, offset=offset, **parts)
        found = fetch(self.db, sql, [*values, *params], generic_plan=not offset)
        count = found[0][-1] if found else value(self.db, counting)
        return Page([CategoryRow(*row[:-1]) for row in found], count)

    def by_slug_or_id(self, text: str) -> "Category | None":
        """The category with this slug or id, which no slug looks like; None when there is none. Cost: one query."""
        column, key = ("id", UUID(text)) if is_uuid(text) else ("slug", text)
        return None if "\0" in text else fetch_object(self.model, self.db, f"{column} = %s", [key], generic_plan=True)

    def with_product_count(self) -> Self:
        """Each with `product_count`, from the tally. Cost: no query more, whatever the number of products."""
        return self.annotate(product_count=RawSQL(_PRODUCT_COUNT, [], BigIntegerField()))  # noqa: S611 - constants
