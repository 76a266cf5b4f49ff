"""How words that are spelled like another one are found: `python -m benchmarks.similar_words`.

Milliseconds for one word: sorted by distance along a GiST index, and by a GIN index of trigrams, which
`products.suggestions` asks. In temporary tables on the database of the settings, of made-up words: of all kinds, and
all beginning alike.
"""

import os
import time
from collections.abc import Iterator
from itertools import islice, product
from random import Random
from statistics import median
from typing import Any

os.environ |= {"DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings", "LOG_LEVEL": "ERROR"}

import django

django.setup()

from django.db import connection

from benchmarks.tables import table
from products.suggestions import CORRECTABLE, MOST_NEAR

WORDS, TIMES = 50_000, 5
ASKED = ["labtop", "headfones", "keybord", "xylophane", "smartphnoe", "plaistround", "stolibulom"]
BEGINNINGS, VOWELS, ENDS = "bcdfghklmnprstvw", "aeiou", ["", *"nrstlm"]
WAYS = {
    "along GiST": ("gist (word gist_trgm_ops)", "true"),
    "by GIN": ("gin (word gin_trgm_ops)", "word %% %s"),
}


def of_all_kinds() -> Iterator[str]:
    """Words of one to four syllables, the same every time; some come more than once."""
    random = Random(3)  # noqa: S311 - not for secrets
    while True:
        syllables = ((random.choice(part) for part in (BEGINNINGS, VOWELS, ENDS)) for _ in range(random.randint(1, 4)))
        yield "".join(letter for syllable in syllables for letter in syllable)


def beginning_alike() -> Iterator[str]:
    """Words that have their first three letters in common, and more: as models of one maker."""
    return ("sto" + "".join(ends) for ends in product(BEGINNINGS, VOWELS, BEGINNINGS, VOWELS, ENDS))


def measured(words: list[str], index: str, condition: str) -> list[float]:
    """Milliseconds for each of ASKED, the median of TIMES."""
    sql = f"""
        SELECT word, word <-> %s AS distance FROM similar_words
        WHERE word ~ '{CORRECTABLE}' AND {condition} ORDER BY distance, word LIMIT {2 * MOST_NEAR}
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS similar_words; CREATE TEMPORARY TABLE similar_words (word text)")
        cursor.execute("INSERT INTO similar_words SELECT unnest(%s::text[])", [words])
        cursor.execute(f"CREATE INDEX ON similar_words USING {index} WHERE word ~ '{CORRECTABLE}'")
        cursor.execute("ANALYZE similar_words")
        found = [median(_milliseconds(cursor, sql, [word] * sql.count("%s")) for _ in range(TIMES)) for word in ASKED]
        cursor.execute("DROP TABLE similar_words")
    return found


def _milliseconds(cursor: Any, sql: str, params: list[str]) -> float:
    begun = time.perf_counter()
    cursor.execute(sql, params)
    cursor.fetchall()
    return 1000 * (time.perf_counter() - begun)


def main() -> None:
    """Print the fastest and the slowest of the words, by kind of vocabulary and way."""
    rows = []
    for kind, made in (("of all kinds", of_all_kinds()), ("beginning alike", beginning_alike())):
        words = list(dict.fromkeys(islice(made, WORDS)))
        took = [measured(words, *way) for way in WAYS.values()]
        rows.append([f"{len(words):,} words {kind}", *(f"{min(each):.1f} to {max(each):.1f} ms" for each in took)])
    print(table(["", *WAYS], rows))


if __name__ == "__main__":
    main()
