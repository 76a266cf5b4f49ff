"""What the questions behind docs/performance.md are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

ROW = "SELECT p.* FROM products_product p"
SMALL = "pet-supplies"
MOST = f"ARRAY(SELECT id FROM products_category WHERE slug <> '{SMALL}')"
MOST_AS_WORDS = f"(SELECT string_agg('''=' || id || '''', ' | ') FROM unnest({MOST}) AS most (id))::tsquery"
EVERYBODY = "category_id = '00000000-0000-0000-0000-000000000000'"
ALL = f"SELECT sum(products) FROM products_producttally WHERE step = 100000000 AND bucket = 0 AND {EVERYBODY}"
LARGE = "(SELECT id FROM products_category WHERE slug = 'electronics')"
GARDEN = "(SELECT id FROM products_category WHERE slug = 'garden')"
CHEAPEST = f"{ROW} WHERE category_id = {GARDEN} ORDER BY price, id LIMIT 20"
ON_THE_WAY = f"category_id = {LARGE} ORDER BY price DESC, id DESC"
FIVE = ("garden", "kitchen", "lighting", "shoes", "toys")
NEWEST = "ORDER BY created_at DESC, id DESC"
GAMING_LAPTOP = "words @@ '''game'' & ''laptop'''::tsquery"
WIRELESS_IN_LARGE = f"words @@ '''wireless'''::tsquery AND words @@ ('''=' || {LARGE} || '''')::tsquery"


def ids_first(offset: int | str, where: str = "") -> str:
    """A page of the newest."""
    return f"{ROW} WHERE id IN (SELECT id FROM products_product {where} {NEWEST} LIMIT 20 OFFSET {offset}) {NEWEST}"


def first_of_each(slugs: Sequence[str], number: int, order: str, way: str = "ASC") -> str:
    """The first rows of some categories, of each by itself."""
    return " UNION ALL ".join(
        f"(SELECT id, {order} AS place, price FROM products_product WHERE category_id = (SELECT id FROM "
        f"products_category WHERE slug = '{slug}') ORDER BY place {way}, id {way} LIMIT {number})"
        for slug in slugs
    )


def newest_between(order: str) -> str:
    """The newest products of three categories between two prices. By an expression no index has the order."""
    parts = first_of_each(("beauty", "garden", "shoes"), 20_000, order, "DESC")
    walk = f"SELECT * FROM ({parts}) AS parts ORDER BY place DESC, id DESC LIMIT 20000"
    return f"SELECT id FROM ({walk}) AS walk WHERE price BETWEEN 5 AND 2000 ORDER BY place DESC, id DESC LIMIT 20"


@dataclass(frozen=True)
class Technique:
    """A question to the database, put in two ways."""

    title: str
    before: str
    after: str
