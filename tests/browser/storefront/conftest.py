"""The storefront, which comes from another origin than the API, and who visits it."""

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from time import monotonic, sleep
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.storefront.pages import sign_in
from tests.processes import ROOT, free_port


@pytest.fixture(scope="package")
def shop(server):
    """The address of the storefront, as `make storefront` serves it, with the API that it is to use."""
    port = free_port()
    command = ["make", "--no-print-directory", "storefront", f"PORT={server.port}", f"STOREFRONT_PORT={port}"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, text=True
    ) as process:
        address = re.search(r"http://\S+", process.stdout.readline()).group()
        deadline = monotonic() + 20
        while True:
            try:
                urllib.request.urlopen(address, timeout=2).close()
                break
            except urllib.error.URLError:
                assert monotonic() < deadline
                sleep(0.05)
        yield address
        os.killpg(process.pid, signal.SIGTERM)


@pytest.fixture
def call(origin, passwords):
    """Calls the API as the editor."""

    def call(method, path, body=None, token=None):
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(origin + path, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    token = call("POST", "/api/token/", {"username": "editor", "password": passwords["editor"]})["access"]
    return lambda method, path, body=None: call(method, path, body, token)


@pytest.fixture
def lamp(call):
    """A product of this test's own."""
    return call("POST", "/api/products/", {"name": f"Lamp {uuid4().hex[:8]}", "price": "12.00", "category": "lighting"})


@pytest.fixture
def visit(page, shop):
    """Opens the storefront with these parameters."""

    def visit(**parameters):
        page.goto(shop + "".join(f"&{name}={value}" for name, value in parameters.items()))
        return page

    return visit


@pytest.fixture
def editor(visit, passwords):
    """The page of an editor who is signed in."""
    page = visit(view="login")
    sign_in(page, "editor", passwords["editor"])
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page
