"""Processes of the embedded server are killed, and the next command has it again."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil
import psycopg2
import pytest

from ecommerce_backend.embedded_postgres import client
from tests.embedded_postgres.folder import wait_for


def test_the_server_stops_in_order_after_its_last_user_was_killed(folder):
    with folder.user() as user:
        user.kill()
        folder.wait_until_stopped()
    assert not (folder.root / "data" / "postmaster.pid").exists()


def test_a_killed_postmaster_comes_back_with_what_was_committed(folder):
    with folder.user():
        first = folder.postmaster
        folder.sql("CREATE TABLE kept AS SELECT 42 AS answer")
        first.kill()
        wait_for(lambda: folder.processes("bin/postgres -D") not in ([], [first]) and folder.answers())
        assert folder.sql("SELECT answer FROM kept") == 42


def test_a_command_right_after_the_postmaster_was_killed_gets_the_server(folder):
    with folder.user():
        folder.postmaster.kill()
        with folder.user():
            assert folder.answers()


def test_a_killed_backend_does_not_stop_the_server(folder):
    with folder.user():
        first = folder.postmaster
        with folder.connect() as connection:
            psutil.Process(connection.info.backend_pid).kill()
        with folder.user():
            assert folder.answers()
        assert folder.postmaster == first


def test_a_server_without_its_supervisor_goes_on_and_the_next_command_adopts_it(folder):
    with folder.user():
        first = folder.postmaster
        folder.supervisor.kill()
        assert folder.answers()
        with folder.user():
            assert folder.supervisor.is_running()
            assert folder.postmaster == first
    folder.wait_until_stopped()


def test_supervisor_and_postmaster_killed_together_come_back_with_the_next_command(folder):
    with folder.user():
        folder.sql("CREATE TABLE kept AS SELECT 42 AS answer")
        for process in (*folder.processes("embedded_postgres.supervisor"), folder.postmaster):
            process.kill()
        with folder.user():
            assert folder.sql("SELECT answer FROM kept") == 42


def test_everything_killed_at_once_comes_back_with_the_next_command(folder):
    with folder.user():
        folder.sql("CREATE TABLE kept AS SELECT 42 AS answer")
        for process in folder.processes():
            with suppress(psutil.NoSuchProcess):  # it has ended with one of those before
                process.kill()
    with folder.user():
        assert folder.sql("SELECT answer FROM kept") == 42


def connect_all(server, count, attempt):
    """How each of `count` connections of one process, a few threads at a time, failed, and the seconds for them all."""
    begun = time.monotonic()

    def act(_):
        with pytest.raises(psycopg2.OperationalError) as caught:
            server.connect(attempt, seconds=client.REQUEST_SECONDS)
        return str(caught.value)

    with ThreadPoolExecutor(8) as pool:
        return set(pool.map(act, range(count))), time.monotonic() - begun


@pytest.fixture
def nobody(monkeypatch):
    """This process counts as a user of no server, and has missed none."""
    monkeypatch.setattr(client, "_user_locks", {})
    monkeypatch.setattr(client, "_away_since", {})


def test_while_the_server_is_away_a_queue_of_requests_waits_once_and_not_one_after_another(folder, nobody):
    with folder.user():
        folder.supervisor.suspend()
        folder.postmaster.kill()
        _, seconds = connect_all(folder.server, 64, lambda: folder.sql("SELECT 1"))
        assert seconds < 6
        folder.supervisor.resume()
        assert folder.server.connect(lambda: folder.sql("SELECT 1")) == 1
    os.close(client._user_locks.pop(folder.root))


def test_a_server_without_a_free_connection_refuses_at_once(folder, nobody):
    attempts = []

    def refused():
        attempts.append(1)
        raise psycopg2.OperationalError("FATAL:  sorry, too many clients already")

    with folder.user():
        messages, _ = connect_all(folder.server, 16, refused)
        assert (messages, len(attempts)) == ({"FATAL:  sorry, too many clients already"}, 16)
    os.close(client._user_locks.pop(folder.root))
