"""Reads of the catalogue, named after what the caller wants."""

from products.querysets.categories import CategoryQuerySet, name_key
from products.querysets.pages import fetch_product
from products.querysets.products import ProductQuerySet
from products.querysets.rows import CategoryRow, ProductRow
from products.querysets.selection import BOUNDED, Selection

__all__ = [
    "BOUNDED",
    "CategoryQuerySet",
    "CategoryRow",
    "ProductQuerySet",
    "ProductRow",
    "Selection",
    "fetch_product",
    "name_key",
]
