"""What people do with a basket."""

from playwright.sync_api import expect

from tests.browser.storefront.pages import cards, heading


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


def test_a_product_that_is_not_there_is_said_in_the_servers_words(visit, faults):
    faults.expect("status of 404")
    page = visit(view="product", id="nonsense")
    expect(page.get_by_role("alert")).to_have_text("Not found.")
    page.get_by_role("main").get_by_role("link", name="To the shop").click()
    expect(cards(page)).to_have_count(24)
