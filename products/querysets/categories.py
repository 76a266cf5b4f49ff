"""Reads of categories."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from products.querysets.tally import in_all_prices

if TYPE_CHECKING:
    from products.models import Category  # noqa: F401 - named in the base below


class CategoryQuerySet(QuerySet["Category"]):
    """Categories."""

    def with_product_count(self) -> Self:
        """Each with `product_count`, from the tally. Cost: no query more, whatever the number of products."""
        tally: Any = apps.get_model("products", "ProductTally")
        total = tally.objects.filter(in_all_prices(), category_id=OuterRef("pk")).values("category_id")
        return self.annotate(
            product_count=Coalesce(
                Subquery(total.annotate(total=Sum("products")).values("total"), output_field=BigIntegerField()), 0
            )
        )
