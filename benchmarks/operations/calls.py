"""Everything that a shop is asked for, at random: reads, writes, accounts, pages, mistakes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.scenarios import CATEGORIES, PRODUCTS, search_path
from benchmarks.words import CLASSES, IN_CATEGORY, MISSPELT

WORDS = [*(word for words in CLASSES.values() for word in words), *MISSPELT]
PAGES = ["/", "/swagger/", "/redoc/", "/swagger.json", "/openapi.json", "/admin/login/", "/health/ready/", "/api/"]
BUSY = 429  # for who logs in while others do: passwords are hashed a few at a time


@dataclass(frozen=True)
class Call:
    """A request, and the statuses that are right."""

    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    right: tuple[int, ...] = (200,)


class Calls:
    """What one client asks for next, as `who`. It remembers products, categories, ETags, and what it has created."""

    def __init__(self, random: Random, who: dict[str, str]) -> None:
        self.random, self.who = random, who
        self.tokens: dict[str, str] = {}
        self.products: list[str] = []
        self.slugs: list[str] = []
        self.tags: list[tuple[str, str]] = []
        self.mine: list[str] = []

    def next(self) -> tuple[str, Call]:
        """One of a kind, and which kind that is."""
        [kind] = self.random.choices(list(KINDS), weights=[weight for weight, _ in KINDS.values()])
        return kind, KINDS[kind][1](self)

    def log_in(self) -> Call:
        """As who it is."""
        return Call("POST", "/api/token/", self.who, right=(200, BUSY))

    # --- reads ---

    def _list(self) -> Call:
        low = self.random.randint(1, 300)
        chosen = {
            "category": self.random.choice(self.slugs),
            "min_price": low,
            "max_price": low + self.random.randint(1, 2000),
            "ordering": self.random.choice(["price", "-price", "name", "-created_at", "updated_at"]),
            "page_size": self.random.randint(1, 100),
            "fields": self.random.choice(["id,name", "id,name,price", "name,category"]),
        }
        kept = self.random.sample(sorted(chosen), self.random.randint(0, 4))
        return Call("GET", f"{PRODUCTS}?{urlencode({name: chosen[name] for name in kept})}")

    def _search(self) -> Call:
        if self.random.random() < 0.2:  # noqa: PLR2004 - one in five looks in a category
            slug, word = self.random.choice(IN_CATEGORY)
            return Call("GET", search_path(word, f"&category={slug}"))
        return Call("GET", search_path(self.random.choice(WORDS), f"&page_size={self.random.randint(5, 50)}"))

    def _product(self) -> Call:
        more = self.random.choice(["", "", "?fields=id,price", "picture.svg"])
        return Call("GET", f"{PRODUCTS}{self.random.choice(self.products)}/{more}")

    def _facets(self) -> Call:
        price = self.random.randint(1, 900)
        return Call("GET", self.random.choice([f"{PRODUCTS}facets/", f"{PRODUCTS}facets/?min_price={price}"]))

    def _categories(self) -> Call:
        return Call("GET", self.random.choice([CATEGORIES, f"{CATEGORIES}{self.random.choice(self.slugs)}/"]))

    def _cursor(self) -> Call:
        return Call("GET", f"{PRODUCTS}?cursor=&page_size={self.random.randint(1, 100)}")

    def _known(self) -> Call:
        if not self.tags:
            return self._list()
        path, tag = self.random.choice(self.tags)
        return Call("GET", path, headers={"If-None-Match": tag}, right=(200, 304))

    def _signed_in(self) -> Call:
        return Call("GET", self.random.choice([self._list().path, "/api/users/me/"]), headers=self._token())

    def _page(self) -> Call:
        return Call("GET", self.random.choice(PAGES))

    def _preflight(self) -> Call:
        asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
        return Call("OPTIONS", PRODUCTS, headers=asked)

    # --- writes ---

    def _token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['access']}"}

    def _create(self) -> Call:
        name = f"Measured {uuid4()}"
        body = {"name": name, "price": self._price(), "category": self.random.choice(self.slugs)}
        return Call("POST", PRODUCTS, body, self._token() | {"Idempotency-Key": name.replace(" ", "-")}, (201,))

    def _change(self) -> Call:
        path = f"{PRODUCTS}{self.random.choice(self.products)}/"
        return Call("PATCH", path, {"price": self._price()}, self._token())

    def _delete(self) -> Call:
        if not self.mine:
            return self._create()
        mine = self.mine.pop(self.random.randrange(len(self.mine)))
        return Call("DELETE", f"{PRODUCTS}{mine}/", headers=self._token(), right=(204,))

    def _price(self) -> str:
        return f"{self.random.randint(100, 99_999) / 100:.2f}"

    # --- accounts ---

    def _log_in(self) -> Call:
        wrong = {"username": f"nobody{self.random.getrandbits(32)}", "password": "not at all right"}
        body, status = self.random.choice([(self.who, 200), (wrong, 401)])
        return Call("POST", "/api/token/", body, right=(status, BUSY))

    def _renew(self) -> Call:
        return Call("POST", "/api/token/refresh/", {"refresh": self.tokens["refresh"]})

    def _register(self) -> Call:
        name = f"reader-{uuid4().hex[:20]}"
        body = {"username": name, "email": f"{name}@example.com", "password": "quite unlike the name"}
        return Call("POST", "/api/register/", body, right=(201, BUSY))

    # --- mistakes ---

    def _missing(self) -> Call:
        any_id = f"{self.random.getrandbits(128):032x}"
        paths = [f"/api/{any_id}/", f"{PRODUCTS}{any_id}/", f"{CATEGORIES}{any_id}/", f"/{any_id}.php"]
        return Call("GET", self.random.choice(paths), right=(404,))

    def _refused(self) -> Call:
        word = f"x{self.random.getrandbits(32):x}"
        calls = [
            Call("GET", f"{PRODUCTS}?{word}=1", right=(400,)),
            Call("POST", PRODUCTS, {"name": word}, right=(401,)),
            Call("POST", PRODUCTS, {"name": word, "price": "-1"}, self._token(), (400,)),
            Call("POST", "/api/token/", f'{{"{word}"', right=(400,)),
            Call("GET", PRODUCTS, headers={"Host": f"{word}.example"}, right=(400,)),
            Call("DELETE", PRODUCTS, headers=self._token(), right=(405,)),
            Call("POST", "/api/register/", "a=b", {"Content-Type": f"text/{word}"}, (415,)),
        ]
        return self.random.choice(calls)


# Out of a hundred requests, how many are of which kind.
KINDS: dict[str, tuple[float, Callable[[Calls], Call]]] = {
    "lists": (22, Calls._list),
    "searches": (15, Calls._search),
    "products and pictures": (15, Calls._product),
    "facets": (5, Calls._facets),
    "categories": (5, Calls._categories),
    "cursor": (4, Calls._cursor),
    "asked again with If-None-Match": (6, Calls._known),
    "with a token": (6, Calls._signed_in),
    "creations": (4, Calls._create),
    "changes": (4, Calls._change),
    "deletions": (3, Calls._delete),
    "log-ins, half of them wrong": (1, Calls._log_in),
    "renewals": (0.5, Calls._renew),
    "registrations": (0.5, Calls._register),
    "pages and documents": (2, Calls._page),
    "preflights": (1, Calls._preflight),
    "not found": (3, Calls._missing),
    "refused": (3, Calls._refused),
}
