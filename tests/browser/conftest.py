"""A real browser, Debian's Chromium, before a real server with a database and a sample shop of its own.

What a test asks for: `page`, of somebody who comes for the first time, on which every console error, uncaught exception
and breach of the Content-Security-Policy fails the test; and `accessible`, which fails for what axe-core calls serious
or critical.

All fixtures end with this folder: while Playwright runs, Django takes the thread for an asynchronous one and refuses it
the database.
"""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.processes import Checkout, free_port

PATIENCE = 15_000  # milliseconds; the two processors of a CI machine are shared with the server and its database
PICTURE_BYTES = 300 * 1024  # everybody who clones the project fetches them
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="package")
def chromium():
    """The path of the browser."""
    program = shutil.which("chromium")
    if program is None:
        assert not os.environ.get("CI"), "CI has to have chromium"
        pytest.skip("no chromium on this machine")
    return program


@pytest.fixture(scope="package")
def browser(chromium):
    """Chromium, without a window."""
    # The sandbox wants an unprivileged user; root, as in a container, has none to give.
    options = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def server(chromium, tmp_path_factory):
    """`make run` in a checkout of its own; nobody has written to it but the tests before."""
    with Checkout(tmp_path_factory.mktemp("browser")) as checkout:
        # Everybody here has one address.
        limits = {"THROTTLE_REGISTER": "", "THROTTLE_LOGIN_ADDRESS": "", "THROTTLE_ANON": "", "THROTTLE_USER": ""}
        checkout.run_server("make run", port=free_port(), **limits)
        yield checkout


@pytest.fixture(scope="package")
def origin(server):
    """Where the server is: `http://127.0.0.1:…`."""
    return f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="package")
def passwords(server):
    """The passwords of `editor` and `customer`."""
    return json.loads((server.path / ".postgres" / "demo-accounts.json").read_text())


class Faults:
    """What the browser complains about: on the console, by uncaught exceptions, about the Content-Security-Policy."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._expected: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        """Listen to every page of the context, those included that it opens later."""
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.found.append(f"uncaught: {error.error}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":  # breaches of the policy are among these
            self.found.append(f"{message.text} ({message.location.get('url')})")

    def expect(self, pattern: str) -> None:
        """Let pass what matches: Chromium calls every 4xx an error, `expect("status of 401")`."""
        self._expected.append(pattern)

    @property
    def unexpected(self) -> list[str]:
        """What no test has asked for."""
        return [fault for fault in self.found if not any(re.search(each, fault) for each in self._expected)]


@pytest.fixture
def faults():
    """The complaints of this test's pages. Some that a test provokes: `faults.expect("status of 401")`."""
    faults = Faults()
    yield faults
    assert faults.unexpected == []


@pytest.fixture
def new_page(browser: Browser, origin: str, faults: Faults):
    """Makes a page of a visitor of its own, with Playwright's options for a context: `new_page(viewport=…)`."""
    contexts = []

    def make(**options) -> Page:
        context = browser.new_context(**{"base_url": origin, "viewport": {"width": 1280, "height": 900}} | options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        faults.watch(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page) -> Page:
    """A page of somebody who comes for the first time, on a desktop."""
    return new_page()


@pytest.fixture
def take_picture(tmp_path):
    """Takes a picture of what is in sight, for the README when `make screenshots` asks for it."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)

    def take(page: Page, name: str) -> None:
        path = folder / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        assert path.stat().st_size < PICTURE_BYTES

    return take


@pytest.fixture(scope="session")
def accessible():
    """Asserts that axe-core finds nothing serious or critical on a page, but for rules excluded by name."""

    def check(page: Page, *, but_for: tuple[str, ...] = (), context=None) -> None:
        options = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in but_for}}
        try:
            results = Axe().run(page, context=context, options=options)
        except Error as error:  # axe itself; say where
            raise AssertionError(f"axe-core cannot run on {page.url}: {error}") from error
        grave = [each for each in results.response["violations"] if each["impact"] in ("serious", "critical")]
        report = "\n".join(results.generate_report(each["id"]) for each in grave)
        assert not grave, f"{page.url}\n{report}"

    return check
