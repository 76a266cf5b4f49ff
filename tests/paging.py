"""From page to page, as clients go."""

MOST_PAGES = 1000


def pages(api, url, link="next"):
    """The pages from `url` on. Raises: AssertionError where they have no end."""
    for _ in range(MOST_PAGES):
        page = api.get(url).json()
        yield page
        assert link in page, (url, page)
        url = page[link]
        if not url:
            return
    raise AssertionError(f"After {MOST_PAGES} pages there is another one: {url}")
