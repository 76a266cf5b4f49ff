"""Who asks: one client, or four readers at once."""

import http.client
import json
import threading
import time
from collections import Counter
from contextlib import closing

from chaos.parts import EDITOR, PASSWORD


class Client:
    """Asks one address, on a new connection each time."""

    def __init__(self, port):
        self.port = port
        self.token = ""

    def __call__(self, method, path, body=None, **headers):
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            content = answer.read()
        return answer.status, json.loads(content) if content else None

    def log_in(self):
        status, tokens = self("POST", "/api/token/", {"username": EDITOR, "password": PASSWORD})
        assert status == 200, tokens
        self.token = tokens["access"]
        return self


class Load:
    """Four anonymous readers, who never ask for the same twice in a row; what they were answered, and how late.

    `may_be_cut_off`: so many answers may end in the middle, which are asked for again.
    """

    def __init__(self, cluster, *, may_be_cut_off=0):
        self.client = Client(cluster.port)
        self.statuses, self.slowest = Counter(), 0.0
        self.cut_off, self.may_be_cut_off = 0, may_be_cut_off
        self._turn, self._ends = 0, threading.Event()
        self._readers = [threading.Thread(target=self._read) for _ in range(4)]

    def __enter__(self):
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(self, *_):
        self._ends.set()
        for reader in self._readers:
            reader.join()
        assert self.cut_off <= self.may_be_cut_off

    def turn(self):
        self._turn += 1
        return self._turn % 100 + 1

    def _read(self):
        while not self._ends.is_set():
            begun = time.monotonic()
            try:
                status, _ = self.client("GET", f"/api/products/?min_price={self.turn()}.{self.turn() % 90 + 10}")
            except http.client.IncompleteRead:
                self.cut_off += 1
                continue
            self.statuses[status] += 1
            self.slowest = max(self.slowest, time.monotonic() - begun)
            time.sleep(0.01)
