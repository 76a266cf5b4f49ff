import pytest

from products.spelling import one_edit_away


@pytest.mark.parametrize("word", ["laptop", "лампа", "aαаաאءა" * 4])
def test_a_word_has_a_hundred_slips_for_each_letter_at_most_whatever_it_is_written_in(word):
    assert 40 * len(word) < len(one_edit_away(word)) < 110 * len(word)


def test_a_letter_of_another_alphabet_is_a_slip():
    assert "лампа" in one_edit_away("лaмпа")  # the first a is Latin


def test_words_of_no_alphabet_lose_letters_only():
    assert one_edit_away("日本語文") == {"本語文", "日語文", "日本文", "日本語", "本日語文", "日語本文", "日本文語"}
