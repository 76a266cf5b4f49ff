"""From page to page, as clients go."""


def urls(api, url, link="next"):
    """The pages' addresses from `url` on."""
    while url:
        yield url
        url = api.get(url).json()[link]


def pages(api, url, link="next"):
    """What they show."""
    for each in urls(api, url, link):
        yield [product["name"] for product in api.get(each).json()["results"]]
