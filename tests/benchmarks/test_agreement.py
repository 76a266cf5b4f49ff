"""What is compared before anything is measured: arms here are what they answer."""

from types import SimpleNamespace

import pytest

from benchmarks import agreement
from benchmarks.agreement import Disagreement, check
from benchmarks.scenarios import Scenario

PATH = "/api/anything/"
LAMPS = {"id": "1", "name": "Lamps", "product_count": 3}
MUGS = {"id": "2", "name": "Mugs", "product_count": 7}


@pytest.fixture
def compared(monkeypatch):
    """Compares what the project answers with what another arm does."""
    answers = {}
    monkeypatch.setattr(agreement, "_answer", lambda arm, path: {"results": answers[arm.name]})
    monkeypatch.setattr(agreement, "_paths", lambda scenarios: scenarios[0].paths)

    def compare(name, rows):
        answers.update({"ours": [LAMPS, MUGS], name: rows})
        return check({each: SimpleNamespace(name=each) for each in answers}, [Scenario("any", "Any", (PATH,))])

    return compare


@pytest.mark.parametrize("name", ["limit", "json_server"])
def test_what_answers_the_same_may_be_measured(compared, name):
    assert compared(name, [LAMPS, MUGS]) == 1


def test_a_count_is_compared_with_an_arm_that_has_it(compared):
    with pytest.raises(Disagreement, match=f"limit {PATH}: 2: product_count 8, not 7$"):
        compared("limit", [LAMPS, MUGS | {"product_count": 8}])


def test_no_count_is_asked_of_an_arm_that_has_none(compared):
    assert compared("fastapi", [{"id": row["id"], "name": row["name"]} for row in (LAMPS, MUGS)]) == 1


def test_a_field_that_is_missing_is_a_difference(compared):
    with pytest.raises(Disagreement, match=f"textbook {PATH}: 1: name None, not 'Lamps'$"):
        compared("textbook", [{"id": "1"}, {"id": "2"}])


@pytest.mark.parametrize("name", ["limit", "json_server"])
def test_another_order_is_told_from_other_rows(compared, name):
    with pytest.raises(Disagreement, match=f"{name} {PATH}: the same ids in another order$"):
        compared(name, [MUGS, LAMPS])
    with pytest.raises(Disagreement, match=f"{name} {PATH}: other ids, 1 instead of 2$"):
        compared(name, [MUGS])
