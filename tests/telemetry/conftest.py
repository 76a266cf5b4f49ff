"""A real server with two workers."""

import secrets

import pytest

from tests.processes import Answer, Checkout, free_port

TOKEN = secrets.token_urlsafe(16)


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    with Checkout(tmp_path_factory.mktemp("checkout")) as checkout:
        checkout.run_server("make run", port=free_port(), METRICS_TOKEN=TOKEN, SLOW_QUERY_MS="1", WEB_CONCURRENCY="2")
        yield checkout


def metrics(server):
    """The value of every series, by its name with its labels."""
    answer = Answer(server, "GET", "/metrics", Authorization=f"Bearer {TOKEN}")
    assert answer.status == 200
    lines = [line.rpartition(" ") for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}
