"""One request as a client sends it, and what the client sees."""

import http.client
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

CLIENT_SECONDS = 15  # a client's patience; no promise is as long


@dataclass(frozen=True)
class Request:
    """One request and what came of it. `status` is 0 when the connection broke; `what` then says how."""

    begun: float
    ended: float
    what: str
    is_write: bool
    status: int
    expected: bool  # a 2xx, a 304, or the 4xx that was asked for
    retry_after: str | None

    @property
    def seconds(self) -> float:
        """What it took."""
        return self.ended - self.begun


@dataclass(frozen=True)
class Answer:
    """What a client sees. `status` is 0 when the connection broke."""

    status: int
    headers: Any
    body: Any


def exchange(port: int, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
    """The answer, on a connection of its own. Raises: OSError, HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=CLIENT_SECONDS)
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        content, parsed = response.read(), None
        with suppress(ValueError):
            parsed = json.loads(content)
        return Answer(response.status, response.headers, parsed)
    finally:
        connection.close()
