"""The words of a query, as the index of words has them."""

import re
import string
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from unicodedata import combining, normalize

from django.apps import apps
from django.db import router

from ecommerce_backend.statements import fetch

WORDS = "catalogue"
STEMS = "catalogue_stems"

# Punctuation, symbols and blanks beyond ASCII, of which names have dashes, quotation marks, (TM) and no-break spaces
# most: in brackets of a regular expression of PostgreSQL as of Python.
NO_LETTERS = (
    # Latin, Greek to Arabic, Devanagari, Ogham
    r"\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7"
    r"\u037e\u0387\u055a-\u055f\u0589-\u058f\u05be\u05c0\u05c3\u05c6\u05f3\u05f4"
    r"\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965\u1680"
    # Of no script: punctuation, currencies, letter-like signs, arrows, mathematics, boxes, pictures
    r"\u2000-\u206f\u20a0-\u20cf\u2100\u2101\u2103-\u2106\u2108\u2109\u2114\u2116-\u2118\u211e-\u2123"
    r"\u2190-\u245f\u249c-\u24e9\u2500-\u2bff\u2e00-\u2e2e\u2e30-\u2e7f"
    # Chinese, Japanese and full-width
    r"\u2ff0-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30a0\u30fb\ufd3e\ufd3f\ufe00-\ufe0f\ufe10-\ufe6f\ufeff"
    r"\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\ufffd\U0001f000-\U0001faff"
)
# "Dog's" are things of a dog; an s of its own would be the beginning of some other word.
_POSSESSIVE = re.compile(r"(?<=\w)['`\u00b4\u02bc\u2019]s\b", re.IGNORECASE)
_ONE_WORD = re.compile(r"'((?:[^'\\]|''|\\\\)+)'")
_PARTS_WORDS = re.compile(rf"[{re.escape(string.punctuation)}\s{NO_LETTERS}]+")

# What shops sell of which singular and plural have different stems: that of "buses" is "buse", those of "tvs" and
# "menus" are the words themselves, and nothing in "mice" says that they are more than one mouse.
PLURALS = {
    "bookshelf": "bookshelves",
    "bra": "bras",
    "bus": "buses",
    "cactus": "cacti",
    "calf": "calves",
    "cd": "cds",
    "child": "children",
    "cpu": "cpus",
    "dvd": "dvds",
    "elf": "elves",
    "foot": "feet",
    "gas": "gases",
    "goose": "geese",
    "gpu": "gpus",
    "half": "halves",
    "hdd": "hdds",
    "knife": "knives",
    "lcd": "lcds",
    "leaf": "leaves",
    "loaf": "loaves",
    "lp": "lps",
    "man": "men",
    "menu": "menus",
    "mouse": "mice",
    "pc": "pcs",
    "psu": "psus",
    "scarf": "scarves",
    "shelf": "shelves",
    "spa": "spas",
    "ssd": "ssds",
    "tooth": "teeth",
    "tv": "tvs",
    "wolf": "wolves",
    "woman": "women",
}
OTHER_NUMBER = PLURALS | {plural: singular for singular, plural in PLURALS.items()}

_ANALYSIS = f"""
    SELECT to_tsquery('{WORDS}', quoted)::text, to_tsquery('{WORDS}', quoted || ':A')::text,
           to_tsquery('{WORDS}', quoted || ':*')::text, to_tsquery('{STEMS}', inflected)::text
    FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS word (quoted, inflected, place) ORDER BY place
"""  # noqa: S608 - nothing but the names above


class Word(NamedTuple):
    """A word of a query in PostgreSQL's notation: whole, whole as it was written, as a beginning, and its stem.

    "Knives" has two stems, the other one that of "knife": then `stem` is one or the other.
    """

    whole: str
    literal: str
    beginning: str
    stem: str

    @property
    def inflected(self) -> str:
        """The word or a stem of it. They are often the same, and PostgreSQL would look for both."""
        either = dict.fromkeys([self.whole, *self.stem.split(" | ")])
        return f"({' | '.join(either)})" if len(either) > 1 else self.whole

    @property
    def stems(self) -> list[str]:
        """Its stems as they are in the index; none when it is several words there."""
        return [*filter(None, map(lexeme, self.stem.split(" | ")))]

    @property
    def lexeme(self) -> str | None:
        """What it is in the index; None when it is several words there."""
        return lexeme(self.whole)


def words(text: str) -> list[str]:
    """The words of a query, each once: what is left between blanks and punctuation. Operators mean nothing."""
    return list(dict.fromkeys(in_sequence(text)))


def in_sequence(text: str) -> list[str]:
    """The words of a query in order, repeated ones included."""
    return _parted(_POSSESSIVE.sub("", text))


def has_marks(text: str) -> bool:
    """Whether there is more to a query than words and blanks: "c++" is not "c"."""
    return _parted(text) != text.replace("ς", "σ").split()


@lru_cache(maxsize=512)  # of 24 KB at most, each
def by_word(text: str) -> dict[str, Word | None]:
    """What each word of a query is in the index; None if it is no word there. Cost: one query, once in a process."""
    found = words(text)
    return dict(zip(found, _analysed(found), strict=True))


def analysed(text: str) -> list[Word]:
    """The words of a query that the index could hold. Cost: as above."""
    return [*filter(None, by_word(text).values())]


@lru_cache(maxsize=512)  # of 24 KB at most, each
def as_written(text: str) -> list[Word]:
    """The words in order, as a name has them: "Dog's" is two, and repeated ones stay. Cost: as above."""
    parted = _parted(text)
    return analysed(text) if parted == words(text) else [*filter(None, _analysed(parted))]


def in_catalogue(known: Collection[Sequence[str]]) -> list[list[Word]]:
    """Each word of the catalogue as one of a query. What would be analysed as another one if typed gets no stem."""
    typed = {word.whole: word for word in analysed(" ".join(chain(*known)))}
    return [[typed.get(quoted(each)) or Word(*[quoted(each)] * 4) for each in alike] for alike in known]


def _parted(text: str) -> list[str]:
    # One letter, of which lower case has another form at the end of a word, and upper case has not.
    return [*filter(None, _PARTS_WORDS.split(text.replace("ς", "σ")))]


def _analysed(found: list[str]) -> list[Word | None]:
    # Words hold neither quotes nor backslashes, so quoting them is enough to make them plain text.
    inflected = [" | ".join(f"'{each}'" for each in _in_both_numbers(word)) for word in found]
    rows = fetch(database(), _ANALYSIS, [[f"'{word}'" for word in found], inflected])
    return [Word(*row) if row[0] else None for row in rows]


def _in_both_numbers(word: str) -> list[str]:
    letters = "".join(each for each in normalize("NFD", word.lower()) if not combining(each))
    other = OTHER_NUMBER.get(letters)
    return [word, other] if other else [word]


def lexeme(query: str) -> str | None:
    """The one word of the index that a query in PostgreSQL's notation asks for; None when it is several."""
    found = _ONE_WORD.fullmatch(query)
    return found and found[1].replace("''", "'").replace("\\\\", "\\")


def quoted(lexeme: str) -> str:
    """A word of the index in PostgreSQL's notation."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def database() -> str:
    """The database that is being read from."""
    return str(router.db_for_read(apps.get_model("products", "ProductWord")))
