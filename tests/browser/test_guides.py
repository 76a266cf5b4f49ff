"""The guides and the tutorial, followed by somebody who pastes what they say.

The JavaScript of a page runs in Chromium as one module, on a page of another origin than the API's, whose body is the
HTML of that guide. What `// →` promises is compared with what the console says. (Markdown runners like Sybil evaluate
Python; here the evaluator is the browser.)
"""

import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.processes import ROOT

GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
DONE = "\nconsole.log('the guide is done');\n"


def blocks(path, language):
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def site(tmp_path):
    """The reader's folder, and where it is served."""
    handler = partial(QuietHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def written(text, origin, passwords):
    return text.replace("http://127.0.0.1:8000", origin).replace("EDITOR_PASSWORD", f'"{passwords["editor"]}"')


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_sample_of_a_guide_does_what_it_says(guide, site, page, origin, passwords, faults):
    folder, address = site
    code = "".join(blocks(guide, "js"))
    promised = re.findall(r"// → (.*)$", code, re.MULTILINE)
    assert promised
    body = "".join(blocks(guide, "html"))
    (folder / "guide.js").write_text(written(code, origin, passwords) + DONE)
    (folder / "index.html").write_text(
        f'<!doctype html><link rel="icon" href="data:,">{body}<script type="module" src="guide.js"></script>'
    )
    faults.expect(r"status of 4\d\d")  # those are what some guides are about
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "log" else None)
    with page.expect_console_message(lambda message: message.text == "the guide is done", timeout=20_000):
        page.goto(address)
    assert said[:-1] == promised


def test_two_tabs_renew_a_login_and_both_stay_signed_in(site, new_page, origin, passwords, faults):
    """The first sample of the guide, in two tabs of one browser that find the token ended at the same moment."""
    faults.expect("status of 401")
    folder, address = site
    code = blocks(ROOT / "docs" / "guides" / "staying-signed-in.md", "js")[0]
    code += "Object.assign(globalThis, { call, tokens, post });"
    (folder / "guide.js").write_text(written(code, origin, passwords))
    (folder / "index.html").write_text('<link rel="icon" href="data:,"><script type="module" src="guide.js"></script>')
    tabs = [new_page()]
    tabs.append(tabs[0].context.new_page())
    asked, renewals = [], []

    def wait_for_both(route):
        asked.append(route)
        for each in asked if len(asked) == 2 else asked[2:][-1:]:
            each.continue_()

    tabs[0].context.route("**/api/users/me/", wait_for_both)
    tabs[0].context.on("requestfinished", lambda sent: renewals.append(sent) if "/refresh/" in sent.url else None)
    for tab in tabs:
        tab.goto(address)
    sign_in = """async () => {
        const pair = await post("/api/token/", { username: "editor", password: EDITOR_PASSWORD });
        tokens.set({ ...(await pair.json()), access: "ended" });
    }"""
    tabs[0].evaluate(written(sign_in, origin, passwords))
    for tab in tabs:
        tab.evaluate("void (globalThis.answer = call('/api/users/me/').then(({ status }) => status))")
    assert [tab.evaluate("answer") for tab in tabs] == [200, 200]
    assert len(asked) == 4  # each was refused once
    # Chromium tells the other tab of the new tokens a moment later: then the ten seconds of grace are for that one.
    assert len([sent for sent in renewals if sent.method == "POST"]) in (1, 2)


@pytest.fixture
def tutorial(site, origin, passwords):
    """Writes the tutorial's files with so many of its blocks of JavaScript, and says where they are."""
    folder, address = site
    path = ROOT / "docs" / "tutorial.md"

    def write(parts):
        [html] = blocks(path, "html")
        (folder / "index.html").write_text(html.replace("<title>", '<link rel="icon" href="data:,"><title>'))
        (folder / "shop.js").write_text(written("".join(blocks(path, "js")[:parts]), origin, passwords))
        return address

    return write


def test_the_page_of_the_tutorial_searches_and_goes_from_page_to_page(tutorial, page, accessible):
    page.goto(tutorial(1))
    count = page.locator("#count")
    expect(count).to_contain_text("page 1 of")
    page.get_by_role("button", name="Next").click()
    expect(count).to_contain_text("page 2 of")
    page.get_by_label("Search").fill("lamp")
    expect(count).to_contain_text("products, page 1 of 1")
    expect(page.locator("li").first).to_contain_text("Lamp")
    with page.expect_response("**/api/products/*search=lapm"):
        page.get_by_label("Search").fill("lapm")
    page.evaluate("fetch(new URL('index.html', location))")  # the answer is on the page by then
    expect(page.locator("li").first).to_contain_text("Lamp")
    accessible(page)


def test_the_page_of_the_tutorial_does_not_show_an_answer_that_was_overtaken(tutorial, page):
    held = []

    def hold(route):  # not held.append itself: Playwright writes on the function it is given
        held.append(route)

    page.route("**/api/products/*search=l", hold)
    page.goto(tutorial(1))
    expect(page.locator("li")).to_have_count(5)
    with page.expect_request("**/api/products/*search=l"):
        page.get_by_label("Search").fill("l")
    page.get_by_label("Search").fill("bedside lamp")
    expect(page.locator("li")).to_have_count(1)
    with page.expect_response("**/api/products/*search=l"):
        held[0].continue_()
    page.evaluate("fetch(new URL('index.html', location))")  # the answer has been read by then
    expect(page.locator("li")).to_have_count(1)


def test_the_page_of_the_tutorial_knows_who_is_there(tutorial, page, passwords, faults):
    faults.expect("status of 401")
    page.goto(tutorial(2))
    for password, words in [("wrong", "No active account"), (passwords["customer"], "Hello, customer.")]:
        page.get_by_label("Name").fill("customer")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#hello")).to_contain_text(words)
    expect(page.locator("#sign-in")).to_be_hidden()
