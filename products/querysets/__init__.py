"""Reads of the catalogue, named after what the caller wants."""

from products.querysets.categories import CategoryQuerySet
from products.querysets.products import ProductQuerySet
from products.querysets.selection import Selection

__all__ = ["CategoryQuerySet", "ProductQuerySet", "Selection"]
