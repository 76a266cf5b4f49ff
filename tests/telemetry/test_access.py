"""The logger of requests by itself: nothing is lost, and a log that nobody reads keeps one thread."""

import logging
import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from ecommerce_backend.telemetry import access


class Reader(logging.Handler):
    """Somebody who reads the log when it is time."""

    def __init__(self):
        super().__init__()
        self.is_time, self.lines = threading.Event(), []

    def emit(self, record):
        self.is_time.wait(10)
        self.lines += record.getMessage().splitlines()


@pytest.fixture
def logger(monkeypatch):
    monkeypatch.setattr(access, "TELL_SECONDS", 0.01)
    config = Config()
    config.set("accesslog", "-")
    logger = access.AccessLogger(config)
    before = logger.access_log.handlers[:]
    logger.reader = Reader()
    logger.access_log.handlers[:] = [logger.reader]
    yield logger
    logger.reader.is_time.set()
    logger.access_log.handlers[:] = before


def answer(logger, number):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": f"/{number}"}
    logger.access(SimpleNamespace(status="200 OK", sent=0), None, environ, timedelta(seconds=0.001))


def wait_for(condition):
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_while_nobody_reads_one_thread_waits_and_then_all_is_told_once(logger):
    before = threading.active_count()
    for number in range(20):
        answer(logger, number)
        time.sleep(0.02)
    assert threading.active_count() <= before + 1
    logger.reader.is_time.set()
    wait_for(lambda: len(logger.reader.lines) == 20)
    assert [f"/{number}" in line for number, line in enumerate(logger.reader.lines)] == [True] * 20


def test_many_at_once_are_each_told_once(logger):
    logger.reader.is_time.set()
    threads = [
        threading.Thread(target=lambda at: [answer(logger, at * 100 + each) for each in range(100)], args=[at])
        for at in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: len(logger.reader.lines) >= 800)
    assert len(set(logger.reader.lines)) == len(logger.reader.lines) == 800


def test_of_what_nobody_reads_only_so_much_is_kept(logger, monkeypatch):
    monkeypatch.setattr(access, "TELL_SECONDS", 60)
    monkeypatch.setattr(access, "Timer", lambda *_: SimpleNamespace(start=lambda: None))
    for number in range(access.MOST_UNTOLD + 5):
        answer(logger, number)
    assert len(logger._answered) == access.MOST_UNTOLD
