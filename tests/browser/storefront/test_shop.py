"""What people do who look around: categories, searches, prices, pages."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from tests.browser.storefront.pages import cards, heading, prices


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


def test_a_search_after_going_back_is_a_step_of_its_own(visit):
    page = visit()
    box = page.get_by_role("searchbox")
    for words in ("laptop", "desk"):
        box.fill(words)
        heading(page, f"“{words}”")
        page.go_back()
        heading(page, "All products")


def test_a_search_after_a_link_is_a_step_of_its_own(visit):
    page = visit()
    page.get_by_role("searchbox").fill("laptop")
    heading(page, "“laptop”")
    page.get_by_role("link", name="Storefront").click()
    heading(page, "All products")
    page.get_by_role("searchbox").fill("desk")
    heading(page, "“desk”")
    page.go_back()
    heading(page, "All products")


@pytest.mark.parametrize(("field", "typed"), [("#q", "laptop"), ("#min_price", "500")])
def test_going_back_empties_the_field_that_has_the_cursor(visit, field, typed):
    page = visit()
    home = page.url
    page.locator(field).fill(typed)
    page.wait_for_url(re.compile(f"={typed}"))
    page.go_back()
    page.wait_for_url(home)
    expect(page.locator(field)).to_be_focused()
    expect(page.locator(field)).to_have_value("")
    page.get_by_label("Sort by").select_option("price")
    page.wait_for_url(re.compile("ordering=price"))
    assert f"={typed}" not in page.url  # the number of a port may hold any digits


def test_going_back_before_a_search_has_begun_gives_it_up(visit):
    page = visit()
    cards(page).first.get_by_role("link").click()
    expect(page.get_by_role("button", name="Add to basket")).to_be_visible()
    asked = []
    page.on("framenavigated", lambda frame: asked.append(frame.url))
    page.get_by_role("searchbox").fill("laptop")
    page.evaluate("history.back()")
    heading(page, "All products")
    page.wait_for_timeout(400)
    assert len(asked) == 1


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
