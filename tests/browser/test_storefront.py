"""What people do in the storefront, which comes from another origin than the API."""

import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from contextlib import suppress
from time import monotonic, sleep
from uuid import uuid4

import pytest
from playwright.sync_api import Error, expect

from tests.processes import ROOT, free_port


@pytest.fixture(scope="module")
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


def sign_in(page, name, password):
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.fixture
def editor(visit, passwords):
    """The page of an editor who is signed in."""
    page = visit(view="login")
    sign_in(page, "editor", passwords["editor"])
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def cards(page):
    return page.locator(".grid .card")


def prices(page):
    return [float(text.replace(",", "")) for text in page.locator(".card .price").all_inner_texts()]


def test_somebody_looks_around_with_categories_counts_and_going_back(visit, accessible):
    page = visit()
    expect(cards(page)).to_have_count(24)
    expect(cards(page).locator("img").first).to_have_js_property("complete", True)
    assert cards(page).locator("img").first.evaluate("image => image.naturalWidth") == 400
    accessible(page)
    count = page.locator("#categories li", has_text="Lighting").locator(".count").inner_text()
    page.get_by_role("checkbox", name="Lighting").check()
    expect(page.locator("main p.soft").first).to_have_text(f"{count} products")
    expect(page.get_by_role("checkbox", name="Lighting")).to_be_focused()
    page.reload()
    expect(page.get_by_role("checkbox", name="Lighting")).to_be_checked()
    expect(page.locator("main p.soft").first).to_have_text(f"{count} products")
    page.go_back()
    expect(page.get_by_role("checkbox", name="Lighting")).not_to_be_checked()
    expect(page.locator("main p.soft").first).not_to_have_text(f"{count} products")


def test_a_search_that_comes_late_never_overwrites_a_newer_one(visit):
    page = visit()
    expect(cards(page)).to_have_count(24)
    held = []
    page.route(re.compile(r"/api/products/\?search=desk&"), lambda route: held.append(route))  # noqa: PLW0108 - Playwright looks at its code
    box = page.get_by_role("searchbox")
    with page.expect_request(re.compile(r"/api/products/\?search=desk&")):
        box.press_sequentially("desk", delay=20)
    box.fill("laptop")
    heading(page, "“laptop”")
    expect(cards(page).first).to_contain_text("aptop")
    with suppress(Error):  # it has been given up
        held[0].continue_()
    page.wait_for_timeout(300)
    heading(page, "“laptop”")
    expect(box).to_be_focused()


def test_fast_typing_is_one_request_and_one_step_back(visit):
    page = visit()
    expect(cards(page)).to_have_count(24)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/api/products/?" in request.url else None)
    page.get_by_role("searchbox").press_sequentially("laptop", delay=15)
    heading(page, "“laptop”")
    assert len(asked) == 1
    page.go_back()
    heading(page, "All products")


def test_a_range_of_prices_and_an_order_are_kept_to(visit):
    page = visit()
    page.get_by_label("From").fill("20")
    page.get_by_label("To", exact=True).fill("60")
    page.get_by_label("Sort by").select_option("price")
    page.wait_for_url(re.compile("min_price=20.*max_price=60.*ordering=price"))
    expect(cards(page).first).to_be_visible()
    expect(page.locator("main")).not_to_have_class("busy")
    shown = prices(page)
    assert shown == sorted(shown)
    assert (shown[0] >= 20, shown[-1] <= 60) == (True, True)


def test_a_price_that_is_none_is_said_beside_its_field_and_stays(visit, faults, accessible):
    faults.expect("status of 400")
    page = visit()
    expect(cards(page)).to_have_count(24)
    page.get_by_label("From").fill("cheap")
    expect(page.locator("#min_price-error")).to_have_text("A valid number is required.")
    expect(page.get_by_label("From")).to_have_value("cheap")
    expect(cards(page)).to_have_count(24)
    accessible(page)


def test_nothing_found_says_what_to_do(visit):
    page = visit(search="qqqqxxxx")
    expect(page.locator("main")).to_contain_text("Nothing in the shop fits all of this.")
    page.get_by_role("main").get_by_role("link", name="Clear all filters").click()
    expect(cards(page)).to_have_count(24)


def test_pages_have_numbers_and_a_long_list_grows(visit):
    page = visit()
    first = cards(page).first.inner_text()
    page.get_by_role("link", name="Page 2", exact=True).click()
    page.wait_for_url(re.compile("page=2"))
    expect(page.locator(".pager [aria-current]")).to_have_text("2")
    expect(cards(page).first).not_to_have_text(first)
    page.get_by_label("Show").select_option("more")
    page.wait_for_url(re.compile("paging=more"))
    page.get_by_role("button", name="Load more").click()
    expect(cards(page)).to_have_count(48)
    names = page.locator(".card h2 a").evaluate_all("links => links.map(link => link.href)")
    assert len(set(names)) == 48
    cards(page).nth(40).get_by_role("link").click()
    expect(page.get_by_role("button", name="Add to basket")).to_be_visible()
    page.go_back()
    expect(cards(page)).to_have_count(48)


def test_a_page_out_of_range_leads_back_to_the_first(visit, faults):
    faults.expect("status of 404")
    page = visit(page=999)
    page.get_by_role("link", name="Go to the first page").click()
    expect(cards(page)).to_have_count(24)


def test_a_basket_survives_a_reload_and_shows_todays_price(visit, call, lamp, accessible):
    page = visit(view="product", id=lamp["id"])
    heading(page, lamp["name"])
    accessible(page)
    page.get_by_role("button", name="Add to basket").click()
    call("PATCH", f"/api/products/{lamp['id']}/", {"price": "9.50"})
    page.get_by_role("link", name="See the basket").click()
    expect(page.locator(".total")).to_contain_text("9.50")
    expect(page.locator(".line")).to_contain_text("It was 12.00 when you added it.")
    page.get_by_label(f"How many of {lamp['name']}").fill("3")
    page.get_by_label(f"How many of {lamp['name']}").press("Tab")
    expect(page.locator(".total")).to_contain_text("28.50")
    accessible(page)
    page.reload()
    expect(page.locator(".total")).to_contain_text("28.50")
    call("DELETE", f"/api/products/{lamp['id']}/")
    page.reload()
    expect(page.locator(".line")).to_contain_text("It is not sold any more.")
    page.get_by_role("button", name=f"Remove {lamp['name']}").click()
    expect(page.locator("main")).to_contain_text("There is nothing in it yet.")


def test_somebody_signs_up_out_and_in_and_faults_are_beside_their_fields(visit, faults, accessible):
    faults.expect("status of 40[01]")
    name = f"nora{uuid4().hex[:6]}"
    page = visit(view="register")
    page.get_by_label("User name").fill(name)
    page.get_by_label("E-mail").fill("nonsense")
    page.get_by_label("Password").fill("correct horse 9")
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator("#f-email-error")).to_have_text("Enter a valid email address.")
    expect(page.get_by_label("E-mail")).to_be_focused()
    accessible(page)
    page.get_by_label("E-mail").fill(f"{name}@example.com")
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator("#links")).to_contain_text(name)
    page.get_by_role("button", name="Sign out").click()
    page.locator("#links").get_by_role("link", name="Sign in").click()
    sign_in(page, name, "wrong")
    expect(page.get_by_role("alert")).to_have_text("No active account has this name and password.")
    expect(page.get_by_label("User name or e-mail")).to_have_value(name)
    sign_in(page, name, "correct horse 9")
    expect(page.locator("#links")).to_contain_text(name)


def test_two_tabs_at_once_renew_one_after_the_other_and_stay_signed_in(editor, faults):
    faults.expect("status of 401")
    editor.evaluate("""() => {
        const key = Object.keys(localStorage).find((each) => each.startsWith("session "));
        localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage[key]), access: "ended" }));
    }""")
    held = []

    def hold_the_first(route):
        if held:
            # Chromium tells other tabs of a change of localStorage a moment later: then the grace is for this one.
            route.continue_()
        held.append(route)

    editor.context.route("**/api/token/refresh/", hold_the_first)
    editor.get_by_role("link", name="Add a product").click()
    other = editor.context.new_page()
    other.goto(editor.url)
    for tab, name in ((editor, "Renewed Kettle"), (other, "Renewed Pan")):
        tab.get_by_label("Name").fill(name)
        tab.get_by_label("Price").fill("5")
        tab.get_by_label("Category").select_option("kitchen")
        with tab.expect_response(lambda response: response.status == 401):
            tab.get_by_role("button", name="Save").click()
    other.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    heading(editor, "Renewed Kettle")
    heading(other, "Renewed Pan")
    expect(other.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_product_that_is_not_there_is_said_in_the_servers_words(visit, faults):
    faults.expect("status of 404")
    page = visit(view="product", id="nonsense")
    expect(page.get_by_role("alert")).to_have_text("Not found.")
    page.get_by_role("main").get_by_role("link", name="To the shop").click()
    expect(cards(page)).to_have_count(24)


def test_an_editor_is_told_of_a_fault_then_adds_changes_and_deletes(editor, faults, accessible):
    faults.expect("status of 40[04]")
    editor.get_by_role("link", name="Add a product").click()
    name = f"Kettle <b>{uuid4().hex[:6]}</b>"
    editor.get_by_label("Name").fill(name)
    editor.get_by_label("Price").fill("-1")
    editor.get_by_label("Category").select_option("kitchen")
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator("#f-price-error")).to_have_text("Ensure this value is greater than or equal to 0.")
    accessible(editor)
    editor.reload()
    expect(editor.get_by_label("Name")).to_have_value(name)
    editor.get_by_label("Price").fill("30")
    editor.get_by_role("button", name="Save").click()
    heading(editor, name)
    editor.get_by_role("link", name="Edit").click()
    editor.get_by_label("Price").fill("31.50")
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator(".product .price")).to_have_text("31.50")
    editor.get_by_role("link", name="Edit").click()
    editor.get_by_role("button", name="Delete").click()
    accessible(editor)
    editor.get_by_role("button", name="Delete it").click()
    heading(editor, "All products")
    expect(editor.get_by_role("status")).to_have_text("The product is deleted.")


def test_a_conflict_shows_both_versions_and_loses_nothing(editor, visit, call, lamp, faults, accessible):
    faults.expect("status of 412")
    visit(view="edit", id=lamp["id"])
    editor.get_by_label("Name").fill("Mine")
    editor.get_by_label("Description").fill("Typed for an hour.")
    call("PATCH", f"/api/products/{lamp['id']}/", {"name": "Theirs", "price": "99.00"})
    editor.get_by_role("button", name="Save").click()
    box = editor.locator(".versions")
    expect(box).to_contain_text("Mine")
    expect(box).to_contain_text("Theirs")
    expect(editor.get_by_role("heading", name="Somebody changed this product")).to_be_focused()
    expect(editor.get_by_label("Name", exact=True).and_(editor.locator("input"))).to_have_value("Mine")
    expect(editor.locator("#f-price")).to_have_value("99.00")
    accessible(editor)
    editor.get_by_role("button", name="Save").click()
    heading(editor, "Mine")
    saved = call("GET", f"/api/products/{lamp['id']}/")
    assert (saved["name"], saved["description"], saved["price"]) == ("Mine", "Typed for an hour.", "99.00")


def test_whoever_may_not_write_is_told_so_and_keeps_the_text(visit, passwords, faults):
    faults.expect("status of 40[13]")
    page = visit(view="edit")
    page.get_by_label("Name").fill("Wishful Lamp")
    page.get_by_label("Price").fill("1")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in(page, "customer", passwords["customer"])
    expect(page.get_by_label("Name")).to_have_value("Wishful Lamp")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text("You do not have permission to perform this action.")
    expect(page.get_by_label("Name")).to_have_value("Wishful Lamp")


def test_too_many_attempts_are_counted_down(visit, faults):
    faults.expect("status of 4(01|29)")
    page = visit(view="login")
    button = page.get_by_role("main").get_by_role("button")
    for _ in range(6):
        sign_in(page, "somebody-in-a-hurry", "wrong")
        expect(page.get_by_role("alert")).to_be_visible()
        if button.is_disabled():
            break
    expect(button).to_have_text(re.compile(r"Sign in in \d+ s"))
    before = int(re.search(r"\d+", button.inner_text()).group())
    page.wait_for_timeout(1200)
    assert int(re.search(r"\d+", button.inner_text()).group()) < before
    expect(page.get_by_label("User name or e-mail")).to_have_value("somebody-in-a-hurry")


def test_a_shop_that_is_down_says_so_and_comes_back(visit, faults):
    faults.expect("ERR_INTERNET_DISCONNECTED")
    page = visit()
    expect(cards(page)).to_have_count(24)
    page.context.set_offline(True)
    page.get_by_role("searchbox").fill("laptop")
    expect(page.get_by_role("alert")).to_contain_text("The shop does not answer")
    expect(page.get_by_role("searchbox")).to_have_value("laptop")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    heading(page, "“laptop”")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_keyboard_is_enough(visit):
    page = visit()
    expect(cards(page)).to_have_count(24)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(cards(page).first.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add to basket")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#links")).to_contain_text("Basket (1)")


@pytest.mark.parametrize("view", ["shop", "basket", "login", "register", "edit"])
def test_a_phone_shows_every_page_without_scrolling_sideways(new_page, shop, view, accessible):
    page = new_page(viewport={"width": 390, "height": 844}, color_scheme="dark" if view == "edit" else "light")
    page.goto(f"{shop}&view={view}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if view == "shop":
        page.get_by_role("button", name="Filters and sorting").click()
        expect(page.get_by_label("Sort by")).to_be_visible()
    accessible(page)


@pytest.mark.parametrize(("name", "width", "height"), [("storefront", 1200, 660), ("storefront-phone", 390, 844)])
def test_the_shop_is_as_its_picture_shows_it(new_page, shop, take_picture, name, width, height):
    page = new_page(viewport={"width": width, "height": height})
    page.goto(shop)
    pictures = cards(page).locator("img")
    for each in range(4):
        expect(pictures.nth(each)).to_have_js_property("complete", True)
    shape = pictures.first.bounding_box()
    assert shape["width"] == pytest.approx(shape["height"], abs=1)
    take_picture(page, name)


def test_what_somebody_else_has_written_is_shown_as_text(visit, call):
    name = f"<img src=x onerror=alert(1)> {uuid4().hex[:6]} שלום 🎉"
    product = call("POST", "/api/products/", {"name": name, "price": "1", "category": "lighting"})
    page = visit(view="product", id=product["id"])
    heading(page, name)
