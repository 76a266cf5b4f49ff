"""Statements by hand: what comes along with the first of a block, and which of them PostgreSQL keeps prepared."""

import pytest
from django.db import DataError, OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from ecommerce_backend import prepared
from ecommerce_backend.prepared import MOST_KEPT, PREPARE_AT
from ecommerce_backend.statements import along, fetch
from products.models import Category, Generation
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def new_session():
    """Nothing is prepared before, and nothing stays behind."""
    forget()
    yield
    forget()


def forget():
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    prepared._connections.clear()


def kept():
    return {statement for (statement,) in fetch("default", "SELECT statement FROM pg_prepared_statements")}


def asked(sql, *params, times=PREPARE_AT):
    return [fetch("default", sql, params, generic_plan=True) for _ in range(times)][-1]


def test_the_first_statement_brings_the_value_along(django_assert_num_queries):
    CategoryFactory(name="Lamps")
    with django_assert_num_queries(2), along("(SELECT count(*) FROM products_category)") as number:
        assert fetch("default", "SELECT name FROM products_category") == [("Lamps",)]
        assert fetch("default", "SELECT 1") == [(1,)]
    assert number.value == 1


def test_where_nothing_is_found_the_value_is_asked_for_before_what_is_found_is_asked_for_again():
    with CaptureQueriesContext(connection) as captured, along("'known'") as word:
        assert fetch("default", "SELECT name FROM products_category") == []
    assert word.value == "known"
    assert [each["sql"] for each in captured][1:] == ["SELECT 'known'", "SELECT name FROM products_category"]


def test_a_statement_that_django_makes_waits_until_the_value_is_known():
    with CaptureQueriesContext(connection) as captured, along("'known'") as word:
        assert not Category.objects.exists()
        assert not Category.objects.exists()
    assert word.value == "known"
    assert next(each["sql"] for each in captured) == "SELECT 'known'"
    assert len(captured) == 3


def test_a_block_without_a_statement_has_the_value_too():
    with along("'known'") as word:
        pass
    assert word.value == "known"


def test_the_generation_that_is_shown_is_that_of_the_first_statement():
    def make():
        found = fetch("default", "SELECT count(*) FROM products_category")
        CategoryFactory()
        return found

    before = Generation.objects.current()
    assert Generation.objects.shown_by(make) == ([(0,)], before)
    assert Generation.objects.current() > before


def test_a_connection_that_is_made_in_a_block_is_watched_from_then_on(outside_a_transaction):
    connection.ensure_connection()
    watched = list(connection.execute_wrappers)
    assert watched
    connection.close()
    connection.execute_wrappers.clear()
    with along("'known'"):
        fetch("default", "SELECT 1")
    assert connection.execute_wrappers == watched


def test_what_is_asked_for_again_and_again_is_prepared_and_answers_alike():
    sql = "SELECT %s::int + 1, '100 %%'"
    assert asked(sql, 1, times=PREPARE_AT - 1) == [(2, "100 %")]
    assert kept() == set()
    with CaptureQueriesContext(connection) as captured:
        assert asked(sql, 2, times=2) == [(3, "100 %")]
    assert len(kept()) == 1
    assert [each["sql"].partition(" (")[2] for each in captured] == ["2) /* SELECT $1::int + 1, '100 %' */"] * 2


def test_what_is_prepared_is_planned_once_for_any_parameters():
    # Without them it seems to be dear, so that PostgreSQL by itself would plan it anew each time.
    sql = "SELECT count(*) FROM generate_series(1, %s::int) AS a, generate_series(1, %s::int) AS b"
    assert asked(sql, 2, 3, times=PREPARE_AT + 9) == [(6,)]
    assert fetch("default", "SELECT generic_plans, custom_plans FROM pg_prepared_statements") == [(10, 0)]


def test_only_so_many_are_kept_and_those_that_were_asked_for_last():
    for number in range(MOST_KEPT + 1):
        asked(f"SELECT {number}")
    assert len(kept()) == MOST_KEPT
    assert not any(statement.endswith("SELECT 0") for statement in kept())


def test_a_statement_that_the_session_has_forgotten_is_asked_as_it_is(outside_a_transaction):
    asked("SELECT 1")
    fetch("default", "DEALLOCATE ALL; SELECT 1")
    assert asked("SELECT 1", times=1) == [(1,)]


def test_what_the_session_has_forgotten_need_not_be_dropped(outside_a_transaction):
    asked("SELECT 1")
    fetch("default", "DEALLOCATE ALL; SELECT 1")
    for number in range(2, MOST_KEPT + 2):
        assert asked(f"SELECT {number}") == [(number,)]
    assert kept() == set()  # the last one would have taken the place of the first


def test_a_statement_whose_answer_has_changed_its_type_is_asked_as_it_is(outside_a_transaction):
    fetch("default", "CREATE TEMPORARY TABLE thing AS SELECT 1 AS size; SELECT 1")
    assert asked("SELECT * FROM thing") == [(1,)]
    fetch("default", "ALTER TABLE thing ALTER size TYPE text; SELECT 1")
    assert asked("SELECT * FROM thing", times=1) == [("1",)]
    fetch("default", "DROP TABLE thing; SELECT 1")


@pytest.mark.parametrize("change", ["DEALLOCATE ALL", "ALTER TABLE thing ALTER size TYPE bigint"])
def test_in_a_transaction_an_outdated_statement_fails_once(change):
    fetch("default", "CREATE TEMPORARY TABLE thing ON COMMIT DROP AS SELECT 1 AS size; SELECT 1")
    asked("SELECT * FROM thing")
    fetch("default", f"{change}; SELECT 1")
    # As what is down does: the request is answered 503, and may be sent again.
    with pytest.raises(OperationalError, match="out of date"), transaction.atomic():
        asked("SELECT * FROM thing", times=1)
    assert asked("SELECT * FROM thing", times=1) == [(1,)]


def test_what_is_wrong_with_a_statement_is_wrong_with_it_prepared(outside_a_transaction):
    sql = "SELECT 1 / %s::int"
    asked(sql, 1)
    with pytest.raises(DataError, match="division by zero"):
        asked(sql, 0, times=1)
    assert asked(sql, 1, times=1) == [(1,)]


def test_nothing_is_prepared_in_a_pool(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert asked("SELECT 1", times=PREPARE_AT + 1) == [(1,)]
    assert kept() == set()


@pytest.fixture
def outside_a_transaction(request):
    """As requests read. The tests that use it leave no rows behind."""
    other = connection.copy()
    before, connections["default"] = connections["default"], other
    request.getfixturevalue("new_session")
    yield
    connections["default"] = before
    other.close()
