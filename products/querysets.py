"""Reads of the catalogue, named after what the caller wants."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from products import search

if TYPE_CHECKING:
    from products.models import Category, Product  # noqa: F401 - named in the bases below


class CategoryQuerySet(QuerySet["Category"]):
    """Categories."""

    def with_product_count(self) -> Self:
        """Each with `product_count`. Cost: one index-only count per row that is returned, no query more."""
        product: Any = self.model._meta.get_field("products").related_model
        counted = product.objects.filter(category=OuterRef("pk")).order_by().values("category").annotate(n=Count("pk"))
        return self.annotate(product_count=Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0))


class ProductQuerySet(QuerySet["Product"]):
    """Products."""

    def for_listing(self) -> Self:
        """With what ProductSerializer reads. Cost: one query for a page of any size."""
        return self.select_related("category")

    def in_categories(self, slugs: Iterable[str]) -> Self:
        """Those in any of the categories with these slugs; none when no such category exists. Cost: one query more.

        The slugs are resolved first: joined, the planner takes every category for an average one.
        """
        category: Any = self.model._meta.get_field("category").related_model
        ids = list(category.objects.filter(slug__in=slugs).values_list("pk", flat=True))
        match ids:
            case []:
                return self.none()
            case [only]:
                return self.filter(category=only)  # an equality lets the index give the order as well
        return self.filter(category__in=ids)

    def search(self, text: str) -> Self:
        """Those whose name has every word of `text`, best match first. None when `text` has no words."""
        if not search.words(text):
            return self.none()
        return self.filter(search.matches(text)).order_by(search.relevance(text), "-created_at", "-pk")
