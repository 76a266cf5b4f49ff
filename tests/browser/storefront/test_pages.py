"""What holds for every page: a server that is away, the keyboard, phones, what strangers have written."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.storefront.pages import cards, heading


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


@pytest.mark.parametrize("view", ["nonsense", "toString", "constructor", "__proto__"])
def test_a_page_that_there_is_not_leads_to_the_shop(visit, view):
    page = visit(view=view)
    heading(page, "There is no such page")
    page.get_by_role("main").get_by_role("link", name="To the shop").click()
    expect(cards(page)).to_have_count(24)


@pytest.mark.parametrize("body", ["<h1>Sign in to the Wi-Fi</h1>", ""])
def test_an_answer_that_is_not_from_the_shop_is_said_and_can_be_tried_again(visit, shop, body):
    page = visit(view="login")
    page.route(
        "**/api/**",
        lambda route: route.fulfill(body=body, content_type="text/html", headers={"Access-Control-Allow-Origin": "*"}),
    )
    page.goto(shop)
    expect(page.get_by_role("alert")).to_contain_text("The shop does not answer")
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(cards(page)).to_have_count(24)


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


@pytest.mark.parametrize(("words", "direction"), [("مصباح LED", "rtl"), ("Lamp מנורה", "ltr")])
def test_what_is_written_from_right_to_left_is_shown_so(visit, call, words, direction):
    body = {"name": f"{words} {uuid4().hex[:6]}", "description": words, "price": "1", "category": "lighting"}
    product = call("POST", "/api/products/", body)
    page = visit(search=product["name"])
    expect(cards(page).get_by_role("link", name=product["name"])).to_have_css("direction", direction)
    page.goto(f"{page.url}&view=product&id={product['id']}")
    expect(page.get_by_role("heading", level=1)).to_have_css("direction", direction)
    expect(page.locator(".description")).to_have_css("direction", direction)
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("link", name="See the basket").click()
    expect(page.locator(".line .name")).to_have_css("direction", direction)
    call("DELETE", f"/api/products/{product['id']}/")
    page.reload()
    expect(page.get_by_text(product["name"], exact=True)).to_have_css("direction", direction)
