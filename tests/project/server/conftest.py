"""The real server, as `make run` starts it, asked by a real client."""

import pytest

from tests.processes import Checkout, free_port


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    """`make run` in a checkout of its own."""
    with Checkout(tmp_path_factory.mktemp("server")) as checkout:
        checkout.run_server("make run", port=free_port())
        yield checkout
