"""What is asked: the URLs of each scenario, and who is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from urllib.parse import quote_plus

from benchmarks.server import execute
from benchmarks.words import CLASSES, IN_CATEGORY, MISSPELT, SLUGS, TYPED, rotated

PRODUCTS, CATEGORIES = "/api/products/", "/api/categories/"
PAGE_SIZE, DEEP_PAGE = 20, 2_000
SAMPLED_IDS = 1_000
PEERS = ("textbook", "fastapi", "limit", "json_server")
OWN = ("ours", "ours_cached")
# Whole and odd prices, narrow and wide.
PRICE_RANGES = [("10", "50"), ("100", "200"), ("20", "30"), ("500", "1000"), ("19.99", "29.99"), ("1000", "2000")]
# Out of a hundred requests of a shop's visitors.
MIX = {"list": 20, "category": 20, "category_price": 10, "price_range": 5, "search": 15, "category_search": 5}
MIX |= {"product": 20, "categories": 5}


@dataclass(frozen=True)
class Scenario:
    """`kind`: "read" is for everybody; "own", "word class", "beside a writer", "limits" and "write" for `arms` only.

    Without `paths` they depend on the arm: see `campaign`.
    """

    name: str
    title: str
    paths: tuple[str, ...] = ()
    kind: str = "read"
    arms: tuple[str, ...] = (*OWN, *PEERS)


def scenarios(url: str, size: int) -> list[Scenario]:
    """All scenarios for the catalogue at `url`, in the order in which they are run."""
    slugs = [row[0] for row in execute(url, "SELECT slug FROM limit_.category ORDER BY slug")]
    return _scenarios(slugs, _ids(url, size), size)


def _scenarios(slugs: list[str], ids: list[str], size: int) -> list[Scenario]:
    reads = _reads(slugs, ids, size)
    by_name = {scenario.name: scenario for scenario in reads}
    reads.append(Scenario("mixed", "Mixed", tuple(_mixed(by_name))))
    return [*reads, *_own(by_name), *_word_classes(), *_beside_a_writer(by_name), *_limited(by_name), *_writes()]


def _reads(slugs: list[str], ids: list[str], size: int) -> list[Scenario]:
    deep = f"{PRODUCTS}?page={DEEP_PAGE}"
    return [
        Scenario("list", "List, first page", (PRODUCTS,)),
        Scenario("category", "Category", tuple(f"{PRODUCTS}?category={slug}" for slug in slugs)),
        Scenario("category_price", "Category, by price", tuple(_by_price(slugs))),
        Scenario(
            "price_range", "Price range", tuple(f"{PRODUCTS}?min_price={a}&max_price={b}" for a, b in PRICE_RANGES)
        ),
        *([Scenario("page_2000", "Page 2,000", (deep,))] if size >= DEEP_PAGE * PAGE_SIZE else []),
        Scenario("search", "Search", tuple(map(search_path, rotated()))),
        Scenario("category_search", "Category, search, by price", tuple(_in_category(IN_CATEGORY))),
        Scenario("product", "One product", tuple(f"{PRODUCTS}{each}/" for each in ids)),
        Scenario("categories", "Category list", (CATEGORIES,)),
    ]


def search_path(word: str, more: str = "") -> str:
    """The path that searches for `word`."""
    return f"{PRODUCTS}?search={quote_plus(word)}{more}"


def _in_category(searches: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (search_path(word, f"&category={slug}&ordering=-price") for slug, word in searches)


def _by_price(slugs: Iterable[str]) -> Iterable[str]:
    for number, slug in enumerate(slugs):
        yield f"{PRODUCTS}?category={slug}&ordering={'-' if number % 2 else ''}price"


def _ids(url: str, size: int) -> list[str]:
    """The same at random every time; from all of the table."""
    percent = min(100.0, 100.0 * SAMPLED_IDS * 1.5 / size)
    sample = "SELECT id::text FROM limit_.product TABLESAMPLE BERNOULLI (%s) REPEATABLE (1)"
    ids = [row[0] for row in execute(url, sample, [percent])]
    Random(1).shuffle(ids)  # noqa: S311 - not for secrets
    return ids[:SAMPLED_IDS]


def _mixed(by_name: dict[str, Scenario]) -> list[str]:
    random = Random(1)  # noqa: S311 - not for secrets
    names = random.choices(list(MIX), weights=list(MIX.values()), k=SAMPLED_IDS)
    return [random.choice(by_name[name].paths) for name in names]


def _own(by_name: dict[str, Scenario]) -> list[Scenario]:
    facets = (
        f"{PRODUCTS}facets/",
        *(f"{PRODUCTS}facets/?{path.partition('?')[2]}" for path in by_name["category"].paths),
    )
    return [
        Scenario("cursor", "Cursor, deep", kind="own", arms=OWN),
        Scenario("not_modified", "`If-None-Match` hit", kind="own", arms=OWN),
        Scenario("facets", "Facets of all and of a category", facets, kind="own", arms=OWN),
    ]


def _word_classes() -> list[Scenario]:
    arms, kind = ("ours", "limit"), "word class"
    classes = [
        Scenario(f"search_{name}", f"Search: {name}", tuple(map(search_path, words)), kind, arms)
        for name, words in CLASSES.items()
    ]
    classes.append(Scenario("search_typed", "Search: a word and a letter", tuple(map(search_path, TYPED)), kind, arms))
    classes.append(Scenario("search_misspelt", "Search: misspelt", tuple(map(search_path, MISSPELT)), kind, ("ours",)))
    for name, words in CLASSES.items():
        paths = tuple(_in_category(zip(SLUGS, words, strict=True)))
        classes.append(Scenario(f"category_search_{name}", f"Category, search, by price: {name}", paths, kind, arms))
    return classes


def _beside_a_writer(by_name: dict[str, Scenario]) -> list[Scenario]:
    kind, arms = "beside a writer", (*OWN, "textbook")
    return [
        Scenario(f"{name}_written", f"{by_name[name].title}, one write a second", by_name[name].paths, kind, arms)
        for name in ("list", "category", "search")
    ]


def _limited(by_name: dict[str, Scenario]) -> list[Scenario]:
    arms = ("ours_cached", "ours_limited")
    return [
        Scenario(f"{name}_limited", f"{by_name[name].title}, limits on", by_name[name].paths, "limits", arms)
        for name in ("list", "product")
    ]


def _writes() -> list[Scenario]:
    arms = (*OWN, "textbook")
    return [
        Scenario("create", "Create", (PRODUCTS,), "write", arms),
        Scenario("change", "Change a price", kind="write", arms=arms),
    ]


# Of a catalogue of any kind, but a large one.
NAMES = [each.name for each in _scenarios(["any"], ["any"], DEEP_PAGE * PAGE_SIZE)]
