"""What is asked for of `make bench` makes sense, or is refused in a sentence that names the variable."""

import re

import psycopg2
import pytest

from benchmarks import __main__ as command
from benchmarks.arms import TITLES
from benchmarks.options import Options, Refused
from benchmarks.scenarios import NAMES
from benchmarks.server import ForeignServer

VARIABLES = ("SIZES", "ROUNDS", "SECONDS", "ARMS", "SCENARIOS", "REPLACE", "REAL_PRODUCTS", "BENCH_DATABASE_URL")


@pytest.fixture
def given(monkeypatch):
    """What is made of these variables, and of no others."""

    def options(**variables):
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return Options.given(arms=TITLES, scenarios=NAMES)

    return options


def test_nothing_asked_for_or_blank_is_all_of_it(given):
    everything = Options([1_000, 100_000, 1_000_000], 3, 5, [], [], replaces=False, real_products=[], database_url="")
    assert (given(), given(**dict.fromkeys(VARIABLES, ""))) == (everything, everything)


def test_what_is_asked_for_is_taken(given):
    options = given(SIZES="1000,5000", ROUNDS="1", SECONDS="2", ARMS="ours limit", SCENARIOS="list", REPLACE="yes")
    assert options == Options(
        [1_000, 5_000], 1, 2, ["ours", "limit"], ["list"], replaces=True, real_products=[], database_url=""
    )


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("SIZES", "abc", "SIZES=abc: not a whole number of at least 1,000."),
        ("SIZES", "1000 0", "SIZES=1000 0: not a whole number of at least 1,000."),
        ("SIZES", "100", "SIZES=100: not a whole number of at least 1,000."),
        ("ROUNDS", "0", "ROUNDS=0: not a whole number of at least 1."),
        ("ROUNDS", "1 2", "ROUNDS=1 2: not one number."),
        ("SECONDS", "0", "SECONDS=0: not a whole number of at least 1."),
        ("SECONDS", "-1", "SECONDS=-1: not a whole number of at least 1."),
        ("SECONDS", "1.5", "SECONDS=1.5: not a whole number of at least 1."),
        ("ARMS", "ours texbook", f"ARMS: there is no texbook. There are: {' '.join(TITLES)}."),
        ("SCENARIOS", "nothing", f"SCENARIOS: there is no nothing. There are: {' '.join(NAMES)}."),
        ("REAL_PRODUCTS", "none.json --map a=b", "REAL_PRODUCTS: there is no file none.json."),
        ("REPLACE", "1", "REPLACE: there is no 1. There are: yes."),
    ],
)
def test_what_makes_no_sense_is_refused(given, name, value, why):
    with pytest.raises(Refused, match=rf"^{re.escape(why)}$"):
        given(**{name: value})


def test_the_names_of_scenarios_are_all_different_and_have_those_of_large_catalogues():
    assert (len(set(NAMES)), "page_2000" in NAMES) == (len(NAMES), True)


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/nowhere", "nonsense"])
def test_a_server_that_does_not_answer_is_named_by_its_variable(url):
    with pytest.raises(Refused, match=r"^BENCH_DATABASE_URL: ") as refused:
        ForeignServer(url).start()
    assert isinstance(refused.value.__cause__, psycopg2.Error)


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (KeyboardInterrupt(), 130, "Stopped; `make bench` goes on next time.\n"),
        (Refused("No."), 1, "No.\n"),
        (PermissionError(13, "Permission denied", "results"), 1, "[Errno 13] Permission denied: 'results'\n"),
        (RuntimeError("It did not start."), 1, "It did not start.\n"),
        (psycopg2.OperationalError("The server is gone."), 1, "The server is gone.\n"),
    ],
)
def test_what_ends_a_run_is_one_sentence(given, monkeypatch, capsys, error, status, told):
    def fail(options):
        raise error

    given()
    monkeypatch.setattr(command, "measure", fail)
    assert (command.main(), capsys.readouterr().out) == (status, told)
