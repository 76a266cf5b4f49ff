"""What the tests of the import share."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from products.models import Product


@pytest.fixture
def run(tmp_path):
    """Import a file with this content; returns what was printed, and what was complained about."""

    def run(content, *arguments, name="products.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        out, err = StringIO(), StringIO()
        try:
            call_command("import_products", str(path), *arguments, stdout=out, stderr=err)
        except CommandError as error:
            return out.getvalue(), f"{err.getvalue()}{error}"
        return out.getvalue(), err.getvalue()

    return run


def row(**changes):
    return {"name": "Mug", "description": "Blue.", "price": 4.5, "category": "Kitchen"} | changes


def stored(*fields):
    return sorted(Product.objects.values_list(*(fields or ("name", "price", "category__name"))))
