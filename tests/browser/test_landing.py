"""The first page that somebody sees."""

from playwright.sync_api import expect


def test_it_leads_to_swagger_and_can_be_used_by_everybody(page, accessible, take_picture):
    page.goto("/")
    accessible(page)
    take_picture(page, "landing")
    page.get_by_role("link", name="Try it in Swagger").click()
    expect(page.locator(".opblock").first).to_be_visible()


def test_it_fits_a_phone_in_the_dark(new_page, accessible):
    page = new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    accessible(page)
