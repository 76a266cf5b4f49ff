"""Writes over several rows or under contention. No HTTP in here."""

from products.services.categories import create_category, delete_category, get_or_create_category, hold_category
from products.services.indexes import without_indexes
from products.services.loading import (
    LoadedProduct,
    Upserted,
    clear_catalogue,
    insert_products,
    lock_loading,
    upsert_products,
)

__all__ = [
    "LoadedProduct",
    "Upserted",
    "clear_catalogue",
    "create_category",
    "delete_category",
    "get_or_create_category",
    "hold_category",
    "insert_products",
    "lock_loading",
    "upsert_products",
    "without_indexes",
]
