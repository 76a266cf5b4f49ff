"""The catalogue's data and its rules; the database is the last judge."""

from products.models.catalogue import (
    DESCRIPTION_MAX_LENGTH,
    SLUG_PATTERN,
    Category,
    Product,
)
from products.models.derived import Generation, ProductTally, ProductWord, StemTally

__all__ = [
    "DESCRIPTION_MAX_LENGTH",
    "SLUG_PATTERN",
    "Category",
    "Generation",
    "Product",
    "ProductTally",
    "ProductWord",
    "StemTally",
]
