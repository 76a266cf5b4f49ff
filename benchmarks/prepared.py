"""What it gains to prepare the statements that every read asks again: `python -m benchmarks.prepared`.

Milliseconds from Python to PostgreSQL and back, on the database of the settings, as it is and prepared in turn.
"""

import os
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from typing import Any
from unittest.mock import patch

os.environ |= {"DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings"}

import django

django.setup()

from django.db import connection

from ecommerce_backend import prepared
from products.models import Category, Product
from products.querysets import Selection

ROUNDS, TIMES = 5, 200
NEVER = 10**9


def reads() -> dict[str, Callable[[], Any]]:
    """What is read, by what it is called."""
    slug = Category.objects.order_by("name").values_list("slug", flat=True)[0]
    key = Product.objects.order_by("-created_at").values_list("pk", flat=True)[0]
    return {
        "first page of a category": lambda: Product.objects.all().selected(Selection(category=[slug])).page(0, 20),
        "first page of a price range": lambda: (
            Product.objects.all().selected(Selection(min_price=Decimal(20), max_price=Decimal(50))).page(0, 20)
        ),
        "category list": lambda: Category.objects.with_product_count().page(0, 20),
        "one product": lambda: Product.objects.row(key),
    }


def measured(read: Callable[[], Any]) -> list[float]:
    """Milliseconds that the statements of each read took, on a connection of their own."""
    took: list[float] = []

    def timed(execute: Callable[..., Any], *arguments: Any) -> Any:
        begun = time.perf_counter()
        result = execute(*arguments)
        took.append(1000 * (time.perf_counter() - begun))
        return result

    connection.close()
    for _ in range(20):
        read()
    with connection.execute_wrapper(timed):
        for _ in range(TIMES):
            read()
    return took


def main() -> None:
    """Print the medians."""
    for name, read in reads().items():
        plain, kept = list[float](), list[float]()
        for _ in range(ROUNDS):
            with patch.object(prepared, "PREPARE_AT", NEVER):
                plain += measured(read)
            kept += measured(read)
        print(f"{name:28} {median(plain):6.2f} ms {median(kept):6.2f} ms")


if __name__ == "__main__":
    main()
