from playwright.sync_api import expect


def test_redoc_opens_without_asking_another_site(page, origin, accessible):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/redoc/")
    expect(page.get_by_role("heading", name="Add a product")).to_be_visible()
    page.get_by_placeholder("Search").fill("product")
    expect(page.get_by_role("search").get_by_text("Add a product").first).to_be_visible()
    accessible(page)
    assert [url for url in asked if not url.startswith((origin, "data:", "blob:"))] == []
