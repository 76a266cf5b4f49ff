"""How well search finds what somebody has in mind: `python -m benchmarks.relevance FILE --map title=name …`.

The file is imported by the project's own command into a database of its own. Then every product is looked for by words
of its name, as people type them: two words, three, the last one not finished, one with a slip. Recall is how often it
is on the first page, the mean reciprocal rank how near to its top: 1 when it is always first. The words are the same
every time. And it says of how many words the tally of stems knows the number of matches, so that none is looked at.

`make bench` prints and keeps it, too, when `REAL_PRODUCTS` has these arguments.
"""

import os
import sys
from datetime import UTC, datetime
from random import Random

os.environ |= {"DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings", "LOG_LEVEL": "ERROR"}
os.environ |= {"THROTTLE_ANON": "", "REDIS_URL": "", "ALLOWED_HOSTS": "testserver"}

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks.tables import table
from benchmarks.typed import WAYS
from products.models import Product
from products.search import sought
from products.words import words

PAGE_SIZE = 20


def reciprocal_rank(typed: list[str], product: Product) -> float:
    """One divided by the place of the product on the first page; 0 when it is not there."""
    query = {"search": " ".join(typed), "page_size": str(PAGE_SIZE), "fields": "id"}
    ids = [row["id"] for row in Client().get("/api/products/", query).json()["results"]]
    return 1 / (1 + ids.index(str(product.pk))) if str(product.pk) in ids else 0.0


def found(products: list[Product]) -> str:
    """A table of the ways in which they are looked for, and what is to be said of their words."""
    rows = []
    names = [(product, words(product.name)) for product in products]
    for way, (needed, typed_by) in WAYS.items():
        random = Random(1)  # noqa: S311 - not for secrets
        typed = [(typed_by(of, random), each) for each, of in names if len(of) >= needed]
        ranks = [reciprocal_rank(by, each) for by, each in typed if by]
        recall, mean = sum(map(bool, ranks)) / len(ranks), sum(ranks) / len(ranks)
        rows.append([way, str(len(ranks)), f"{recall:.3f}", f"{mean:.3f}"])
    numbers = [len(sought(word).stems) for word in {word.lower() for _, of in names for word in of}]
    several = sum(number > 1 for number in numbers)
    today = datetime.now(UTC).date()
    return f"""{len(products)} products, {today}; each looked for once in each way in which its name can be:

{table(["", "looked for", "recall", "mean reciprocal rank"], rows)}
{len(numbers)} words: {numbers.count(1)} find the products of one stem, {several} of several."""


def main(arguments: list[str]) -> None:
    """Import, look for everything, print the figures."""
    # Of another name than that of the tests, which may be running; one that was left behind is made anew.
    connection.settings_dict["TEST"]["NAME"] = "bench_relevance"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call_command("import_products", *arguments, stdout=sys.stderr)
        print(found(list(Product.objects.order_by("name"))))
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1:])
