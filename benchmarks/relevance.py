"""How well search finds what somebody has in mind: `python -m benchmarks.relevance FILE --map title=name …`.

The file is imported by the project's own command into a database of its own. Then every product is looked for by words
of its name, as people type them: two words, three, the last one not finished, one letter wrong. Recall is how often it
is on the first page, the mean reciprocal rank how near to its top: 1 when it is always first. The words are the same
every time. And it says of how many words the tally of stems knows the number of matches, so that none is looked at.
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


def main(arguments: list[str]) -> None:
    """Import, look for everything, print the figures."""
    connection.creation.create_test_db(verbosity=0)
    try:
        call_command("import_products", *arguments)
        products = list(Product.objects.order_by("name"))
        print(f"{len(products)} products; each looked for once in each way.")
        for way, (needed, typed_by) in WAYS.items():
            random = Random(1)  # noqa: S311 - not for secrets
            names = [(product, words(product.name)) for product in products]
            ranks = [reciprocal_rank(typed_by(of, random), each) for each, of in names if len(of) >= needed]
            recall = sum(map(bool, ranks)) / len(ranks)
            print(f"{way:36} recall {recall:.3f}   mean reciprocal rank {sum(ranks) / len(ranks):.3f}")
        vocabulary = {word.lower() for product in products for word in words(product.name)}
        numbers = [len(sought(word).stems) for word in vocabulary]
        several = sum(number > 1 for number in numbers)
        print(f"{len(numbers)} words: {numbers.count(1)} find the products of one stem, {several} of several.")
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main(sys.argv[1:])
