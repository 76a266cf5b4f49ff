"""Who uses the shop meanwhile: readers, people who log in, and editors who keep a ledger of what they were told."""

import http.client
import random
import time
from collections.abc import Callable
from secrets import token_hex
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

from chaos.exchange import Answer, Request, exchange
from chaos.ledger import REFUSED_PRICE, Entry, Ledger
from chaos.parts import EDITOR, PASSWORD

READERS, WRITERS = 3, 3
PAUSE_SECONDS = 0.03  # between the requests of one client
RETRY_SECONDS = 0.2
ATTEMPTS = 100
SEARCHES = ("lamp", "laptop", "chair", "labtop", "garden")
PREFIX = "Chaos"


class Load:
    """Clients, from `start` to `stop`; `requests` is what they have seen."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.ledger = Ledger()
        self.requests: list[Request] = []
        self.fault = "before any fault"
        self.token = ""
        self._products: list[str] = []
        self._stopping = Event()
        self._lock = Lock()
        self._crashes: list[BaseException] = []

    def start(self) -> None:
        """Sign in, look around, and let everybody in."""
        self.token = self._login().body["access"]
        self._products = [each["id"] for each in self._send("GET", "/api/products/?page_size=50").body["results"]]
        clients = [self._read] * READERS + [self._write] * WRITERS + [self._log_in]
        self._threads = [Thread(target=self._keep_doing, args=(client,), daemon=True) for client in clients]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let everybody finish what they are at. Raises: what broke a client of ours, which proves nothing."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)
        if self._crashes:
            raise self._crashes[0]

    def _keep_doing(self, act: Callable[[], None]) -> None:
        try:
            while not self._stopping.is_set():
                act()
        except BaseException as error:
            self._crashes.append(error)

    # --- readers ---

    def _read(self) -> None:
        path = random.choice(
            [
                f"/api/products/?page={random.randint(1, 9)}",
                f"/api/products/?search={random.choice(SEARCHES)}",
                "/api/products/?ordering=-price&cursor=",
                f"/api/products/{random.choice(self._products)}/",
                "/api/products/facets/",
                "/api/categories/",
            ]
        )
        headers = {"Authorization": f"Bearer {self.token}"} if random.random() < 0.3 else {}
        first = self._send("GET", path, headers=headers)
        if first.status == 200 and "ETag" in first.headers:
            self._send("GET", path, headers=headers | {"If-None-Match": first.headers["ETag"]}, expect=(200, 304))

    def _log_in(self) -> None:
        self._login()
        time.sleep(0.5)  # it costs a hash, on purpose

    def _login(self) -> Answer:
        return self._send("POST", "/api/token/", {"username": EDITOR, "password": PASSWORD})

    # --- editors ---

    def _write(self) -> None:
        """The life of one product: created, created again by mistake, changed, sometimes deleted."""
        entry = Entry(name=f"{PREFIX} {uuid4().hex}", fault=self.fault, prices={"10.00"})
        self.ledger.open(entry)
        # Long, and not to be compressed: whoever writes it needs room on the disk.
        body = {"name": entry.name, "price": "10.00", "category": "lighting", "description": token_hex(4000)}
        key = {"Idempotency-Key": uuid4().hex}
        created = self._insist("POST", "/api/products/", body, key, done=(201,), meanwhile=(409,))
        entry.id, entry.created = created.body["id"], True
        again = self._send("POST", "/api/products/", body, headers=self._as_editor(key), expect=(201,))
        if again.status == 201 and again.body["id"] != entry.id:
            self.ledger.breach(self.fault, f"{entry.name} was created twice, by one Idempotency-Key.")
        self._be_refused(body, key)
        for _ in range(2):
            self._change(entry)
        if random.random() < 0.5:
            self._delete(entry)

    def _be_refused(self, body: dict[str, Any], key: dict[str, str]) -> None:
        """Send what is refused, in two ways."""
        for headers, change, status in ((key, {}, 422), ({}, {"price": "-1"}, 400)):
            name = f"{PREFIX} {uuid4().hex}"
            self.ledger.refuse(name, self.fault)
            self._send(
                "POST", "/api/products/", body | {"name": name} | change, self._as_editor(headers), expect=(status,)
            )

    def _change(self, entry: Entry) -> None:
        path, price = f"/api/products/{entry.id}/", f"{random.randint(2000, 9999999) / 100:.2f}"
        read = self._look_at(entry)
        match = {"If-Match": read.headers["ETag"]}
        entry.prices.add(price)
        # Sent again after a lost answer, it meets its own change.
        changed = self._insist("PATCH", path, {"price": price}, match, done=(200, 412))
        if changed.status == 200:
            entry.prices = {price}
        self._send("PATCH", path, {"price": REFUSED_PRICE}, self._as_editor(match), expect=(412,))
        self._look_at(entry)

    def _look_at(self, entry: Entry) -> Answer:
        """The product, until it is answered; it must be as its writer was told."""
        read = self._insist("GET", f"/api/products/{entry.id}/", None, {}, done=(200,))
        if read.body["price"] not in entry.prices:
            self.ledger.breach(self.fault, f"{entry.name} was read at {read.body['price']}, not at {entry.prices}.")
        return read

    def _delete(self, entry: Entry) -> None:
        match = {"If-Match": self._look_at(entry).headers["ETag"]}
        entry.deletion = "tried"
        self._insist("DELETE", f"/api/products/{entry.id}/", None, match, done=(204, 404))
        entry.deletion = "done"

    def _insist(
        self,
        method: str,
        path: str,
        body: Any,
        headers: dict[str, str],
        *,
        done: tuple[int, ...],
        meanwhile: tuple[int, ...] = (),
    ) -> Answer:
        """Send it until the answer is one of `done`. All but the first of them are only right after a lost answer.

        So is `meanwhile`, the answer while the first request is still at it. Raises: RuntimeError after many attempts.
        """
        expect = done[:1]
        for _ in range(ATTEMPTS):
            answer = self._send(method, path, body, self._as_editor(headers), expect=expect)
            if method != "GET":
                self.ledger.count(answered=answer.status in expect)
            if answer.status in expect and answer.status in done:
                return answer
            expect = (*done, *meanwhile)
            time.sleep(RETRY_SECONDS)
        raise RuntimeError(f"{method} {path} is still answered {answer.status} after {ATTEMPTS} attempts.")

    def _as_editor(self, headers: dict[str, str]) -> dict[str, str]:
        return headers | {"Authorization": f"Bearer {self.token}"}

    # --- everybody ---

    def _send(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        expect: tuple[int, ...] = (200,),
    ) -> Answer:
        """The answer, once it has been written down."""
        time.sleep(PAUSE_SECONDS)
        begun = time.monotonic()
        what = f"{method} {path}"
        try:
            answer = exchange(self.port, method, path, body, headers or {})
        except (OSError, http.client.HTTPException) as error:
            answer, what = Answer(0, {}, None), f"{what}: {type(error).__name__} {error}"
        is_write = method != "GET" and path != "/api/token/"
        expected, retry_after = answer.status in expect, answer.headers.get("Retry-After")
        ended = time.monotonic()
        with self._lock:
            self.requests.append(Request(begun, ended, what, is_write, answer.status, expected, retry_after))
        return answer
