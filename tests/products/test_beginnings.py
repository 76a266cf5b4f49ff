"""Words that begin as those of a search do, of which there may be many."""

import pytest
from django.db import connection

from products import search
from products.models import ProductWord
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rare", "conditions"), [(1, ["'lamp'", "('sm':*)"]), (2, ["'lamp' & ('sm':*)"])], ids=["rare", "not rare"]
)
def test_what_begins_so_is_looked_for_in_the_rows_of_a_rare_word(api, monkeypatch, rare, conditions):
    monkeypatch.setattr("products.search.RARE", rare)
    name_lamps("sm")
    assert list(search.sought("lamp sm").tiers[-1].params) == conditions
    near = search.sought_nearly("lmap sm", {"lmap": ["lamp"], "sm": []})
    assert len(near.tiers[-1].params) == len(conditions)
    for text in ("lamp sm", "lmap sm"):
        assert found(api, text) == ["Small lamps", "Smug lamp"]


@pytest.mark.parametrize("rare", [1, 2], ids=["rare", "not rare"])
def test_what_begins_with_a_letter_is_found_like_a_word(api, monkeypatch, rare):
    monkeypatch.setattr("products.search.RARE", rare)
    name_lamps("s")
    assert list(search.sought("lamp S").tiers[-1].params) == ["'lamp' & ('_s')"]
    assert search.sought("s").tiers[-1].params == ("('_s')",)
    for text in ("lamp s", "lmap s"):
        assert found(api, text) == ["Small lamps", "Smug lamp"]
    assert found(api, "s") == [f"Mug {many('s')}", "Small lamps", "Smug lamp"]
    assert found(api, "lamp m s") == []


def test_of_many_beginnings_the_index_is_asked_for_the_two_that_have_the_fewest_words(api):
    for beginning, words in {"sm": 42, "st": 40, "sp": 41}.items():
        for word in range(words):
            ProductFactory(name=f"{beginning}{word}")
    for name in ("sm0 st0", "sp0 sm1 st1"):
        ProductFactory(name=name)
    assert list(search.sought("sm st sp").tiers[-1].params) == ["('st':*) & ('sp':*)", "('sm':*)"]
    assert found(api, "sm st sp") == ["sp0 sm1 st1"]
    assert found(api, "sm st") == ["sp0 sm1 st1", "sm0 st0"]


def test_what_begins_with_no_letter_is_found_by_its_beginning(api):
    name_lamps("ʻs")
    assert found(api, "ʻ") == [f"Mug {many('ʻs')}"]


def test_a_letter_that_few_words_begin_with_is_those_words():
    name_lamps("s")
    assert list(search.sought("lamp m").tiers[-1].params) == ["'lamp' & 'mug'"]


@pytest.mark.parametrize(
    "name",
    [
        "The skies of a ski: news, dying lying tying: idly gently ugly early only singly",
        "½ m² 2nd Ⅳ ﬁsh Ǆ İstanbul Straße Œuvre Łódź Ærlig",
        "Чайник Καφές ガラス ベッド 무선 마우스 לפטופ لابتوب",
        "O'Neill ʻUkulele 3.5mm wi-fi a/c <b> a\\b ''c'' 😀 x",
        "!!",
    ],
)
def test_the_letters_are_those_that_words_and_stems_begin_with(name):
    ProductFactory(name=name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(words) FROM products_product")
        [[lexemes]] = cursor.fetchall()
    words = {lexeme for lexeme in lexemes if lexeme[0] not in "=#_"}
    assert {lexeme for lexeme in lexemes if lexeme[0] == "_"} == {f"_{word[0]}" for word in words} - {"_ ", "_'", "_\\"}
    assert {*ProductWord.objects.values_list("word", flat=True)} == words


def many(beginning):
    """More words than are spelled out."""
    return " ".join(f"{beginning}{number}" for number in range(40))


def name_lamps(beginning):
    for name in ("Smug lamp", "Small lamps", f"Mug {many(beginning)}"):
        ProductFactory(name=name)


def found(api, text):
    return [each["name"] for each in api.get("/api/products/", {"search": text}).json()["results"]]
