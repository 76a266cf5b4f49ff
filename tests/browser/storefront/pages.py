"""What is on the pages of the storefront."""

from playwright.sync_api import expect


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def cards(page):
    return page.locator(".grid .card")


def prices(page):
    return [float(text.replace(",", "")) for text in page.locator(".card .price").all_inner_texts()]


def sign_in(page, name, password):
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
