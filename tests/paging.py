"""From page to page, as clients go."""


def pages(api, url, link="next"):
    """The pages from `url` on."""
    while url:
        page = api.get(url).json()
        yield page
        url = page[link]
