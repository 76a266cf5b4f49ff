"""What whatever query string costs: `python -m benchmarks.query_strings [COUNT [SEED]]`.

Reads of the list and of facets with parameters at random, in one process, with nothing kept, on the database of the
settings: how many take longer than they should, and which are the slowest. What is slow is asked three times, and the
fastest counts, so that what the machine does besides is not in it.
"""

import os
import sys
import time
from collections import Counter
from random import Random
from typing import Any
from urllib.parse import urlencode

os.environ |= {"DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings", "LOG_LEVEL": "ERROR"}
os.environ |= {"THROTTLE_ANON": "", "REDIS_URL": "", "ANSWER_CACHE_MB": "0", "ALLOWED_HOSTS": "testserver"}

import django

django.setup()

from django.test import Client
from tqdm import tqdm

from benchmarks.scenarios import PAGE_SIZE, PRODUCTS
from benchmarks.words import CLASSES, MISSPELT
from ecommerce_backend.api.pagination import LAST_ROW
from products.models import Category
from products.views import ProductViewSet

SHOULD_TAKE_MS, AGAIN_FROM_MS = 100, 60
SHOWN = 15
WORDS = [*(word for of_class in CLASSES.values() for word in of_class), *MISSPELT, *"abcelmopstw", "la", "wo", "st"]
ORDERINGS = [f"{sign}{field}" for field in ProductViewSet.ordering_fields for sign in ("", "-")]
LOW_PRICES, HIGH_PRICES = ("0.50", "5", "20", "99.50", "500", "1500"), ("1600", "2000", "3000", "5000", "99999")
EARLY, LATE = ("2023-02-01", "2024-03-04", "2025-06-01T10:00:00Z"), ("2025-12-20", "2025-12-30T01:01:01Z")
# Parameters, and how often a query has them, in hundredths.
SHARES = {"search": 70, "category": 40, "min_price": 35, "max_price": 35, "created_after": 30, "created_before": 20}
SHARES |= {"updated_after": 20, "ordering": 70, "page_size": 30, "page": 30, "cursor": 10}
FACETS_SHARE = 15
ONLY_LISTS = ("ordering", "page_size", "page", "cursor")
PAGES, PAGE_SIZES = (2, 10, 100, 1000, 4000, 5000), (1, 20, 100)


def query_string(random: Random, slugs: list[str]) -> str:
    """A path with parameters that are allowed, and compose."""
    values: dict[str, Any] = {
        "search": " ".join(random.choices(WORDS, k=random.choice((1, 1, 1, 2, 2, 3, 5)))),
        "category": ",".join(random.sample(slugs, random.choice((1, 1, 2, 3, 5, 8)))),
        "min_price": random.choice(LOW_PRICES),
        "max_price": random.choice(HIGH_PRICES),
        "created_after": random.choice(EARLY),
        "created_before": random.choice(LATE),
        "updated_after": random.choice(EARLY + LATE),
        "ordering": ",".join(random.sample(ORDERINGS, random.choice((1, 1, 1, 2, 3)))),
        "page_size": random.choice(PAGE_SIZES),
        "page": random.choice(PAGES),
        "cursor": "",
    }
    given = {name: value for name, value in values.items() if random.randrange(100) < SHARES[name]}
    if random.randrange(100) < FACETS_SHARE:
        return f"{PRODUCTS}facets/?" + urlencode({n: value for n, value in given.items() if n not in ONLY_LISTS})
    if "cursor" in given:
        given.pop("page", None)
    if "page" in given:
        given["page"] = min(given["page"], LAST_ROW // given.get("page_size", PAGE_SIZE))
    return f"{PRODUCTS}?{urlencode(given)}"


def asked(client: Client, path: str) -> tuple[float, int]:
    """Milliseconds until it is answered, and the status."""
    begun = time.perf_counter()
    status = client.get(path).status_code
    return 1000 * (time.perf_counter() - begun), status


def main(count: int = 500, seed: int = 1) -> None:
    """Ask, and print what was found."""
    random, client = Random(seed), Client()  # noqa: S311 - not for secrets
    slugs = list(Category.objects.order_by("slug").values_list("slug", flat=True))
    paths = [query_string(random, slugs) for _ in range(count)]
    for path in paths[:20]:
        asked(client, path)
    found = []
    for path in tqdm(paths, unit=" requests", disable=None):
        took, status = asked(client, path)
        if took > AGAIN_FROM_MS:
            took = min(took, *(asked(client, path)[0] for _ in range(2)))
        found.append((took, status, path))
    found.sort(reverse=True)
    slow = sum(took > SHOULD_TAKE_MS for took, _, _ in found)
    print(f"{slow} of {count} take more than {SHOULD_TAKE_MS} ms; statuses: {dict(Counter(each[1] for each in found))}")
    for took, status, path in found[:SHOWN]:
        print(f"{took:7.1f} ms  {status}  {path}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
