"""A real server with two workers, while its database is locked, read-only or restarted, or a crowd is at the door."""

import json
import os
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial

import psutil
import psycopg2
import pytest

from ecommerce_backend.embedded_postgres import client
from tests.processes import Answer, Checkout, free_port

SECONDS = 6  # the longest that anybody waits for a 503


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """`make run`, with two workers."""
    with Checkout(tmp_path_factory.mktemp("faults")) as checkout:
        checkout.run_server("make run", port=free_port(), THROTTLE_REGISTER="", THROTTLE_LOGIN_ADDRESS="")
        yield checkout


@pytest.fixture
def connect(server):
    """Makes connections to the server's database."""
    socket = client.Server(server.path / ".postgres").socket_directory
    options = {"host": str(socket), "port": client.PORT, "user": client.USER, "dbname": client.DATABASE}
    return partial(psycopg2.connect, **options)


@pytest.fixture
def database(connect):
    """A connection to the server's database, for the one who breaks it."""
    with closing(connect()) as connection:
        connection.autocommit = True
        yield connection


@pytest.fixture(scope="module")
def editor(server):
    password = json.loads((server.path / ".postgres" / "demo-accounts.json").read_text())["editor"]
    body = json.dumps({"username": "editor", "password": password})
    return {"Authorization": f"Bearer {Answer(server, 'POST', '/api/token/', body).json()['access']}"}


def assert_unavailable(act):
    """`act` is answered 503, in time, and says when to come back."""
    begun = time.monotonic()
    answer = act()
    assert (answer.status, answer.json()["code"]) == (503, "service_unavailable")
    assert answer.headers["Retry-After"] == "2"
    assert time.monotonic() - begun < SECONDS


def create(server, editor, name="Zirconium Lamp"):
    body = json.dumps({"name": name, "price": "1.00", "category": "lighting"})
    return Answer(server, "POST", "/api/products/", body, **editor)


def test_a_locked_table_is_503_and_heals(server, database, editor):
    database.autocommit = False
    with database.cursor() as cursor:
        cursor.execute("LOCK TABLE products_product IN ACCESS EXCLUSIVE MODE")
    assert_unavailable(lambda: Answer(server, "GET", "/api/products/"))
    assert_unavailable(lambda: create(server, editor))
    database.rollback()
    assert Answer(server, "GET", "/api/products/").status == 200
    assert create(server, editor).status == 201


def test_while_the_database_is_read_only_reading_goes_on_and_nothing_half_written_stays(server, database, editor):
    before = Answer(server, "GET", "/api/products/?page_size=1").json()["count"]
    with database.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        cursor.execute("SELECT pg_reload_conf()")
    while Answer(server, "GET", "/health/ready/").status == 200 and create(server, editor, "Probe").status == 201:
        before += 1  # the setting has not arrived yet
    assert_unavailable(lambda: create(server, editor))
    assert_unavailable(lambda: Answer(server, "POST", "/api/token/", '{"username": "nobody", "password": "wrong"}'))
    pages = ("/api/products/", "/api/products/?search=lamp", "/api/categories/", "/swagger.json")
    assert [Answer(server, "GET", path).status for path in pages] == [200] * 4
    with database.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        cursor.execute("ALTER SYSTEM RESET default_transaction_read_only")
        cursor.execute("SELECT pg_reload_conf()")
    while create(server, editor, "Probe").status == 503:
        pass
    assert Answer(server, "GET", "/api/products/?page_size=1").json()["count"] == before + 1


def test_a_database_without_a_connection_to_spare_is_503_and_heals(server, database, connect):
    crowd = [database]
    for _ in range(2):  # what the server had itself is taken from it, and filled up as well
        with suppress(psycopg2.OperationalError):
            while True:
                crowd.append(connect())
        own = [connection.info.backend_pid for connection in crowd]
        others = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> ALL(%s)"
        with database.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM ({others}) AS others", [own])
    assert_unavailable(lambda: Answer(server, "GET", "/api/products/"))
    for connection in crowd[1:]:
        connection.close()
    deadline = time.monotonic() + 10
    while backends(database) > len(crowd) // 2:  # PostgreSQL has yet to see them off
        assert time.monotonic() < deadline
    assert [Answer(server, "GET", "/api/products/").status for _ in range(4)] == [200] * 4


def backends(database):
    with database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        return cursor.fetchone()[0]


@pytest.fixture
def freeze(server):
    """Stops every process of the server's database in its tracks; what it returns lets them go on."""
    postmaster, frozen = psutil.Process(postmaster_of(server.path / ".postgres" / "data")), []

    def thaw():
        while frozen:
            frozen.pop().resume()

    def freeze():
        frozen.extend([postmaster, *postmaster.children()])
        for process in frozen:
            process.suspend()
        return thaw

    yield freeze
    thaw()


def test_a_frozen_database_is_503_in_time_for_everybody_and_heals(server, freeze):
    read = partial(Answer, server, "GET", "/api/products/")
    with ThreadPoolExecutor(16) as pool:  # of two workers with eight threads each, one gets more than it has threads
        assert [answer.status for answer in pool.map(lambda _: read(), range(32))] == [200] * 32
        thaw = freeze()
        assert list(pool.map(lambda _: assert_unavailable(read), range(16))) == [None] * 16
        assert_unavailable(lambda: Answer(server, "GET", "/health/ready/"))
        thaw()
        assert [read().status for _ in range(24)] == [200] * 24


def test_a_restarted_database_costs_no_request_once_it_is_back(server):
    data = server.path / ".postgres" / "data"
    postmaster = postmaster_of(data)
    assert Answer(server, "GET", "/api/products/").status == 200
    os.kill(postmaster, signal.SIGINT)
    deadline = time.monotonic() + 20
    while postmaster_of(data) in (None, postmaster) or Answer(server, "GET", "/health/ready/").status != 200:
        assert time.monotonic() < deadline
    with ThreadPoolExecutor(8) as pool:  # every worker, every thread
        answers = list(pool.map(lambda _: Answer(server, "GET", "/api/products/").status, range(24)))
    assert answers == [200] * 24


def postmaster_of(data):
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError):
        return None


def test_failures_to_log_in_are_counted_over_both_workers(server):
    body = json.dumps({"username": "customer", "password": "wrong"})
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: Answer(server, "POST", "/api/token/", body).status, range(12)))
    assert Counter(answers) == {401: 5, 429: 7}


def test_of_six_who_register_one_name_at_once_one_gets_it(server):
    body = json.dumps({"username": "nora", "email": "nora@example.com", "password": "correct horse 9"})
    with ThreadPoolExecutor(6) as pool:
        answers = Counter(pool.map(lambda _: Answer(server, "POST", "/api/register/", body).status, range(6)))
    assert answers[201] == 1
    assert set(answers) <= {201, 400, 409, 429}


def test_a_flood_of_logins_does_not_keep_others_from_browsing(server):
    bodies = [json.dumps({"username": f"nobody{number}", "password": "wrong"}) for number in range(40)]
    with ThreadPoolExecutor(20) as flood, ThreadPoolExecutor(2) as browsers:
        logins = [flood.submit(Answer, server, "POST", "/api/token/", body) for body in bodies]
        pages = [browsers.submit(Answer, server, "GET", "/api/products/") for _ in range(20)]
        assert {page.result().status for page in pages} == {200}
    assert {login.result().status for login in logins} == {401, 429}
