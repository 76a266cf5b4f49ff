"""The worker's own rules, where no server is needed to see them."""

import gc
from types import SimpleNamespace

import pytest
from gunicorn.workers.gthread import ThreadWorker

from ecommerce_backend.worker import GIVE_WAY_AT_MOST_SECONDS, Worker


@pytest.mark.parametrize(
    ("connections", "workers", "alive", "waits"),
    [
        (0, 2, True, False),  # it has nothing to do
        (1, 2, True, True),
        (1, 1, True, False),  # there is nobody else
        (1, 2, False, False),  # who ends looks once more for everybody at the door
    ],
)
def test_whoever_has_connections_lets_the_others_go_first(monkeypatch, connections, workers, alive, waits):
    done = []
    monkeypatch.setattr("ecommerce_backend.worker.time.sleep", done.append)
    monkeypatch.setattr(ThreadWorker, "accept", lambda self, listener: done.append(listener))
    worker = object.__new__(Worker)
    worker.nr_conns, worker.alive, worker.cfg = connections, alive, SimpleNamespace(workers=workers)
    worker.accept("the door")
    assert len(done) == 1 + waits
    assert done[-1] == "the door"


def test_the_more_it_has_the_longer_it_waits_within_bounds(monkeypatch):
    waited = []
    monkeypatch.setattr("ecommerce_backend.worker.time.sleep", waited.append)
    monkeypatch.setattr(ThreadWorker, "accept", lambda self, listener: None)
    worker = object.__new__(Worker)
    worker.alive, worker.cfg = True, SimpleNamespace(workers=2)
    for worker.nr_conns in (1, 2, 1000):
        worker.accept("the door")
    assert waited[0] < waited[1] < waited[2] == GIVE_WAY_AT_MOST_SECONDS


def test_the_application_is_not_looked_through_for_garbage(monkeypatch):
    monkeypatch.setattr(ThreadWorker, "load_wsgi", lambda self: None)
    before = gc.get_freeze_count()
    try:
        object.__new__(Worker).load_wsgi()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
