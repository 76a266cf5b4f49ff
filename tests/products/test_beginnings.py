"""Words that begin as those of a search do, of which there may be many."""

import pytest

from products import search
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rare", "conditions"), [(1, ["'lamp'", "('s':*)"]), (2, ["'lamp' & ('s':*)"])], ids=["rare", "not rare"]
)
def test_what_begins_so_is_looked_for_in_the_rows_of_a_rare_word(api, monkeypatch, rare, conditions):
    monkeypatch.setattr("products.search.RARE", rare)
    many = " ".join(f"s{number}" for number in range(40))
    for name in ("Smug lamp", "Small lamps", f"Mug {many}"):
        ProductFactory(name=name)
    assert list(search.sought("lamp s").tiers[-1].params) == conditions
    near = search.sought_nearly("lmap s", {"lmap": ["lamp"], "s": []})
    assert len(near.tiers[-1].params) == len(conditions)
    for text in ("lamp s", "lmap s"):
        found = api.get("/api/products/", {"search": text}).json()["results"]
        assert [each["name"] for each in found] == ["Small lamps", "Smug lamp"]
