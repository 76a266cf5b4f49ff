"""How well search finds what somebody has in mind: `python -m benchmarks.relevance FILE --map title=name …`.

The file is imported by the project's own command into a database of its own. Then every product is looked for by words
of its name, as people type them: two words, three, the last one not finished, one letter wrong. Recall is how often it
is on the first page, the mean reciprocal rank how near to its top: 1 when it is always first. The words are the same
every time. And it says of how many words the tally of stems knows the number of matches, so that none is looked at.

`make bench` prints and keeps it, too, when `REAL_PRODUCTS` has these arguments.
"""

import os
import string
import sys
from collections.abc import Callable
from random import Random

os.environ |= {"DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings", "LOG_LEVEL": "ERROR"}
os.environ |= {"THROTTLE_ANON": "", "REDIS_URL": "", "ALLOWED_HOSTS": "testserver"}

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks.tables import table
from products.models import Product
from products.search import sought
from products.words import words

PAGE_SIZE = 20
SHORTEST_BEGINNING = 3


def some(count: int) -> Callable[[list[str], Random], list[str]]:
    """Takes `count` of the words, in their order."""
    return lambda of, random: [of[index] for index in sorted(random.sample(range(len(of)), count))]


def unfinished(of: list[str], random: Random) -> list[str]:
    """Two words, of the second the beginning only."""
    first, last = some(2)(of, random)
    return [first, last[: max(SHORTEST_BEGINNING, random.randint(1, len(last)))]]


def misspelled(of: list[str], random: Random) -> list[str]:
    """Two words, in the longer one of which a letter is another one."""
    typed = some(2)(of, random)
    longest = max(typed, key=len)
    place = random.randrange(len(longest))
    wrong = random.choice([letter for letter in string.ascii_lowercase if letter != longest[place].lower()])
    return [word if word != longest else word[:place] + wrong + word[place + 1 :] for word in typed]


WAYS: dict[str, tuple[int, Callable[[list[str], Random], list[str]]]] = {
    "two words": (2, some(2)),
    "three words": (3, some(3)),
    "two words, the last one cut short": (2, unfinished),
    "two words, one letter wrong": (2, misspelled),
}


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
        ranks = [reciprocal_rank(typed_by(of, random), each) for each, of in names if len(of) >= needed]
        rows.append([way, f"{sum(map(bool, ranks)) / len(ranks):.3f}", f"{sum(ranks) / len(ranks):.3f}"])
    numbers = [len(sought(word).stems) for word in {word.lower() for _, of in names for word in of}]
    several = sum(number > 1 for number in numbers)
    return f"""{len(products)} products; each looked for once in each way:

{table(["", "recall", "mean reciprocal rank"], rows)}
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
