"""The suite that breaks things sees what is wrong: it is told so, with made-up rows and requests."""

from dataclasses import replace

import pytest

from chaos.exchange import Request
from chaos.faults import Fault
from chaos.ledger import Entry, Ledger
from chaos.report import Trial, table

WRITTEN = Entry("Chaos a", "redis-killed", created=True, id="1", prices={"20.00"})
UNKNOWN = replace(WRITTEN, created=False, id="")


@pytest.mark.parametrize(
    ("entry", "rows", "words"),
    [
        (WRITTEN, [], "is not there, and was answered 201"),
        (WRITTEN, [("1", "Chaos a", "20.00"), ("2", "Chaos a", "20.00")], "is there 2 times"),
        (WRITTEN, [("2", "Chaos a", "20.00")], "is there under another id, 2"),
        (WRITTEN, [("1", "Chaos a", "0.01")], "costs 0.01, and should cost 20.00"),
        (replace(WRITTEN, deletion="done"), [("1", "Chaos a", "20.00")], "its deletion was answered 204"),
        (UNKNOWN, [("1", "Chaos a", "20.00"), ("2", "Chaos a", "20.00")], "is there 2 times"),
        (WRITTEN, [("1", "Chaos a", "20.00"), ("2", "Chaos b", "1.00")], "was refused or never sent"),
    ],
)
def test_what_the_database_holds_against_the_answers_is_named_with_its_fault(entry, rows, words):
    ledger = Ledger()
    ledger.open(entry)
    ledger.refuse("Chaos b", "redis-killed")
    [breach] = ledger.check(rows)
    assert breach.startswith("redis-killed: ")
    assert words in breach


@pytest.mark.parametrize(
    ("entry", "rows"),
    [
        (WRITTEN, [("1", "Chaos a", "20.00")]),
        (replace(WRITTEN, prices={"10.00", "20.00"}), [("1", "Chaos a", "10.00")]),
        (replace(WRITTEN, deletion="done"), []),
        (replace(WRITTEN, deletion="tried"), []),
        (replace(WRITTEN, deletion="tried"), [("1", "Chaos a", "20.00")]),
        (UNKNOWN, []),
        (UNKNOWN, [("1", "Chaos a", "20.00")]),
    ],
)
def test_what_agrees_with_the_answers_is_no_breach(entry, rows):
    ledger = Ledger()
    ledger.open(entry)
    assert ledger.check(rows) == []


def request(begun, status, *, seconds=0.1, expected=False, retry_after="2"):
    return Request(begun, begun + seconds, "GET /", False, status, expected, retry_after)


def trial(*requests, loses="nothing"):
    """Broken at 1 s, back at 5 s."""
    fault = Fault("redis-killed", "Redis killed", lambda: None, loses)
    around = [request(0.5, 200, expected=True), request(5.1, 200, expected=True)]
    return Trial(fault, 0.0, 1.0, 5.0, 20.0, [*around, *requests])


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (request(2, 500), "answered with what must not be"),
        (request(2, 404), "answered with what must not be"),
        (request(2, 0), "were lost"),
        (request(2, 503, seconds=6.5), "answered 503 after more than 6 s"),
        (request(2, 503, retry_after=None), "answered 503 without Retry-After"),
        (request(10, 503), "not well within 5 s"),
    ],
)
def test_a_request_that_must_not_be_is_named_with_its_fault(bad, words):
    [breach] = trial(bad).breaches()
    assert breach.startswith("redis-killed: ")
    assert words in breach


def test_a_killed_process_loses_what_it_serves_and_one_that_is_replaced_what_comes_meanwhile():
    before, meanwhile, after = (request(begun, 0) for begun in (0.9, 2, 6))
    assert trial(before, loses="what is being served").breaches() == []
    assert trial(meanwhile, loses="what comes meanwhile").breaches() == []
    for lost, loses in ((meanwhile, "what is being served"), (before, "what comes meanwhile")):
        assert len(trial(lost, loses=loses).breaches()) == 1
    assert len(trial(after, loses="what comes meanwhile").breaches()) == 1


def test_the_table_counts_by_kind_and_measures_the_outage():
    _, _, row = table([trial(request(2, 503), request(3, 304, expected=True), request(4, 422, expected=True))]).split(
        "\n"
    )
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == [
        "Redis killed",
        "5",
        "2",
        "1",
        "1",
        "1",
        "0",
        "0",
        "0",
        "14.8 s",
        "20.0 s",
        "0.2 s",
        "0.0 s",
        "0.1 s",
    ]
