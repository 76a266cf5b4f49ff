"""What was kept by another release, or signed with another key, is not taken for what there is."""

import pytest

from ecommerce_backend.api import edition
from tests.factories import ProductFactory


@pytest.fixture(params=["another key", "another release"])
def another_start(request, settings, monkeypatch):
    """Start anew, with one thing changed."""

    def start():
        if request.param == "another key":
            settings.SECRET_KEY = "of-the-next-start" * 4
        else:
            monkeypatch.setattr(edition, "CODE", "of the next start")

    return start


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/products/?page_size=1&cursor=", "/api/categories/", "/api/products/facets/"])
def test_after_another_start_it_is_no_304(api, path, another_start):
    ProductFactory.create_batch(2)
    before = api.get(path)
    assert api.get(path, headers={"if-none-match": before["ETag"]}).status_code == 304
    another_start()
    after = api.get(path, headers={"if-none-match": before["ETag"]})
    assert (after.status_code, after["ETag"] == before["ETag"]) == (200, False)
    if following := after.json().get("next"):
        assert api.get(following).status_code == 200


@pytest.mark.django_db
def test_after_another_start_nothing_is_taken_from_the_cache(api, use_redis, another_start, django_assert_num_queries):
    path = f"/api/products/{ProductFactory().pk}/"
    api.get(path)
    with django_assert_num_queries(1):
        api.get(path)
    another_start()
    with django_assert_num_queries(2):  # the generation, and the product
        api.get(path)


def test_the_same_code_is_the_same_release_wherever_it_is(tmp_path):
    releases = []
    for folder, text in (("a", "1"), ("b", "1"), ("c", "2")):
        path = tmp_path / folder / "products" / "views.py"
        path.parent.mkdir(parents=True)
        path.write_text(text)
        releases.append(edition.code_in(tmp_path / folder))
    assert (releases[0] == releases[1], releases[1] == releases[2]) == (True, False)
