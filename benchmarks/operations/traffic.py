"""Many clients at once, who ask for everything and look at each answer."""

import http.client
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

from benchmarks.operations.calls import Call, Calls
from benchmarks.scenarios import CATEGORIES, PRODUCTS

CLIENTS = 4
REQUESTS_PER_CONNECTION = 50  # then another worker may take the next one
KEPT_TAGS = 50
LOGIN_ATTEMPTS = 10


class UnexpectedAnswerError(Exception):
    """A request was not answered as it should be, so whatever is measured is not what was meant."""


class Client:
    """One of those who use the shop, from another address each time. It needs a server that trusts one proxy."""

    def __init__(self, port: int, username: str, password: str, number: int) -> None:
        self._random = Random(number)  # noqa: S311 - not for secrets
        self._calls = Calls(self._random, {"username": username, "password": password})
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._sent = 0
        for _ in range(LOGIN_ATTEMPTS):
            if not self._calls.tokens:
                self._calls.tokens = self._send(self._calls.log_in())
        self._calls.products = [each["id"] for each in self._look(f"{PRODUCTS}?page_size=100&page={number % 2 + 1}")]
        self._calls.slugs = [each["slug"] for each in self._look(f"{CATEGORIES}?page_size=100")]

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def act(self) -> str:
        """Send one request, and return of which kind it was. Raises: UnexpectedAnswerError."""
        kind, call = self._calls.next()
        answer = self._send(call)
        if call.method == "POST" and call.path == PRODUCTS and "id" in answer:
            self._calls.mine.append(answer["id"])
        if call.path == "/api/token/refresh/":
            self._calls.tokens = answer
        return kind

    def _look(self, path: str) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = self._send(Call("GET", path))["results"]
        return results

    def _send(self, call: Call) -> dict[str, Any]:
        """The body of the answer, when it is 2xx and a JSON object. Raises: UnexpectedAnswerError."""
        if self._sent % REQUESTS_PER_CONNECTION == 0:
            self._connection.close()
        self._sent += 1
        body = json.dumps(call.body) if isinstance(call.body, dict) else call.body
        address = ".".join(str(self._random.randint(1, 254)) for _ in range(4))
        headers = {"X-Forwarded-For": address} | ({"Content-Type": "application/json"} if body else {})
        self._connection.request(call.method, call.path, body, headers | call.headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status not in call.right:
            raise UnexpectedAnswerError(f"{call.method} {call.path}: {response.status} {content[:300]!r}")
        is_for_all = "Authorization" not in call.headers  # what takes a token may be asked for again without one
        if call.method == "GET" and is_for_all and (tag := response.headers["ETag"]):
            self._calls.tags = [*self._calls.tags[1 - KEPT_TAGS :], (call.path, tag)]
        is_wanted = response.status in (200, 201) and response.headers["Content-Type"] == "application/json"
        parsed = json.loads(content) if is_wanted else {}
        return parsed if isinstance(parsed, dict) else {}


class Traffic:
    """Clients that ask `port` all at once, until `close`. Raises: UnexpectedAnswerError, OSError."""

    def __init__(self, port: int, username: str, password: str) -> None:
        self._clients = [Client(port, username, password, number) for number in range(CLIENTS)]
        self.sent: Counter[str] = Counter()

    def close(self) -> None:
        """Let everybody go."""
        for client in self._clients:
            client.close()

    def send(self, count: int) -> None:
        """That many requests more, and return when all are answered."""
        with ThreadPoolExecutor(CLIENTS) as pool:
            shares = pool.map(lambda client: Counter(client.act() for _ in range(count // CLIENTS)), self._clients)
        for share in shares:
            self.sent += share
