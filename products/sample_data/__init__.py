"""The sample shop, and catalogues of any size made after it: the same seed gives the same rows, ids and times.

`shop.csv` is written by hand. Generated products are put together from its categories and the words in `words.py`.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from random import Random
from uuid import UUID

from django.db import connection, transaction

from products.models import Category, Product
from products.sample_data.words import ADJECTIVES, BRANDS, DESCRIPTIONS, NOUNS, VARIANTS
from products.services import LoadedProduct, insert_products, lock_loading

SHOP = Path(__file__).with_name("shop.csv")
OPENED = datetime(2023, 1, 1, tzinfo=UTC)
YEARS = timedelta(days=3 * 365)
MILLISECOND = timedelta(milliseconds=1)
HAD_ITS_SHOP = "Has had the sample shop."


def load_sample_shop() -> int:
    """Load what is missing of the sample shop and return how many products that were; what is there stays as it is."""
    with transaction.atomic():
        lock_loading()
        return insert_products(_shop_rows(_shop_categories()))


def load_first_shop() -> int:
    """Load the sample shop if this database never had it and has no products, and return how many that were.

    The table's comment remembers it, written with the load or not at all: a shop that was emptied stays empty.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        lock_loading()
        cursor.execute("SELECT obj_description('products_product'::regclass)")
        if cursor.fetchone() == (HAD_ITS_SHOP,):
            return 0
        cursor.execute("COMMENT ON TABLE products_product IS %s", [HAD_ITS_SHOP])
        return 0 if Product.objects.exists() else load_sample_shop()


def generate_products(count: int, *, seed: int) -> Iterator[LoadedProduct]:
    """`count` products over three years, oldest first: skewed categories, log-normal prices. Memory: flat.

    The categories of the sample shop must be there: load it first.
    """
    random = Random(f"{seed}/{count}")  # noqa: S311 - not for secrets; the point is that it can be repeated
    categories = _shop_categories()
    names = list(categories)
    # Zipf's law: the first category has twice the products of the second, three times those of the third, …
    cumulative = list(accumulate(1 / rank for rank in range(1, len(names) + 1)))
    step = YEARS / max(count, 1)
    for number in range(count):
        category = random.choices(names, cum_weights=cumulative)[0]
        noun, median = random.choice(NOUNS[category])
        created = OPENED + step * (number + random.random())
        updated = created + (OPENED + YEARS - created) * random.random() ** 8
        yield LoadedProduct(
            id=_uuid7(created, random.getrandbits(74)),
            name=f"{random.choice(BRANDS)} {random.choice(ADJECTIVES)} {noun} {random.choice(VARIANTS)}",
            description=random.choice(DESCRIPTIONS).format(noun=noun.lower()),
            price=Decimal(max(1, round(random.lognormvariate(0, 0.6) * median * 100))).scaleb(-2),
            category_id=categories[category],
            created_at=created,
            updated_at=updated,
        )


def _shop_categories() -> dict[str, UUID]:
    """Ids of the shop's categories by name, in the file's order; those that are missing are made."""
    with SHOP.open(encoding="utf-8", newline="") as file:
        names = list(dict.fromkeys(row["category"] for row in csv.DictReader(file)))
    ids = {}
    for name in names:
        new = Category(id=_uuid7(OPENED, _digest(name)), name=name, slug=_slug(name))
        there = Category.objects.filter(pk=new.pk).first() or Category.objects.named(name, new.slug).first()
        if there is None:
            new.save(force_insert=True)
        ids[name] = (there or new).pk
    return ids


def _slug(name: str) -> str:
    return "-".join(name.lower().replace("'", "").split())


def _shop_rows(categories: dict[str, UUID]) -> Iterator[LoadedProduct]:
    with SHOP.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            digest = _digest(row["name"])
            created = OPENED + MILLISECOND * (digest % (YEARS // MILLISECOND))
            yield LoadedProduct(
                id=_uuid7(created, digest),
                name=row["name"],
                description=row["description"],
                price=Decimal(row["price"]),
                category_id=categories[row["category"]],
                created_at=created,
                updated_at=created,
            )


def _digest(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:16])


def _uuid7(moment: datetime, noise: int) -> UUID:
    """A version 7 id of that millisecond whose other 74 bits are the low ones of `noise`. Source: RFC 9562, 5.7."""
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // MILLISECOND
    high, low = noise >> 62 & 0xFFF, noise & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)
