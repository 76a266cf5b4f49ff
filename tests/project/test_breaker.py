"""A part that has failed is left alone for a while."""

import pytest

from ecommerce_backend import breaker


@pytest.fixture
def clock(monkeypatch):
    """The time, which moves when it is told to."""
    now = [100.0]
    monkeypatch.setattr(breaker.time, "monotonic", lambda: now[0])
    return now


def test_what_has_not_failed_is_asked_each_time(clock):
    part = breaker.CircuitBreaker()
    assert [part.is_open, part.allows(), part.allows()] == [False, True, True]


def test_what_has_failed_is_left_alone(clock):
    part = breaker.CircuitBreaker()
    part.open()
    clock[0] += breaker.OPEN_SECONDS - 0.1
    assert [part.is_open, part.allows()] == [True, False]


def test_one_request_finds_out_whether_it_is_back(clock):
    part = breaker.CircuitBreaker()
    part.open()
    clock[0] += breaker.OPEN_SECONDS
    assert [part.allows(), part.allows()] == [True, False]
    with part.attempt():
        pass
    assert [part.allows(), part.allows()] == [True, True]


def test_who_asked_before_it_failed_does_not_say_that_it_is_back(clock):
    part = breaker.CircuitBreaker()
    with part.attempt():
        part.open()
    assert part.is_open


def test_who_was_to_find_out_and_never_came_back_is_replaced(clock):
    part = breaker.CircuitBreaker()
    part.open()
    for _ in range(2):
        clock[0] += breaker.OPEN_SECONDS
        assert part.allows()
