"""Every migration of this project on 100,000 products, forward, back and forward, while somebody reads all the time."""

import threading
import time
from collections import defaultdict

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)

PRODUCTS = 100_000
LIMIT_SECONDS = 2.0
# They rewrite the table; no shop that is open goes through them, because the first release has them: see
# tests/settings.py.
BEFORE_THE_FIRST_RELEASE = {
    ("products", "0003_search_and_tallies"),
    ("products", "0005_words_between_any_marks"),
    ("products", "0011_greek_sigma"),
    ("products", "0018_first_letters"),
    ("products", "0019_signature"),
}
FILL = f"""
    INSERT INTO products_category (id, name, slug)
    SELECT gen_random_uuid(), 'Category ' || n, 'category-' || n FROM generate_series(1, 20) AS n;
    INSERT INTO products_product (id, name, description, price, category_id, created_at, updated_at)
    SELECT gen_random_uuid(), 'Steel lamp ' || n, '', n % 1000, category.id, now(), now()
    FROM generate_series(1, {PRODUCTS}) AS n
    JOIN products_category AS category ON category.slug = 'category-' || (n % 20 + 1)
"""
STATE = (
    "SELECT count(*), md5(string_agg(id::text || name || price || category_id, '' ORDER BY id)) FROM products_product"
)
TALLIED = """
    SELECT array_agg(total ORDER BY step) FROM (
        SELECT step, sum(products) AS total FROM products_producttally
        WHERE category_id = '00000000-0000-0000-0000-000000000000' GROUP BY step
    ) AS steps
"""
STEMS = "SELECT count(*), sum(products) FROM products_stemtally"
TIMEOUT = "SET LOCAL statement_timeout = 0"
LOCKED = """
    SELECT DISTINCT relation::regclass::text FROM pg_locks
    JOIN pg_class ON pg_class.oid = relation AND relkind = 'r' AND relnamespace = 'public'::regnamespace
    WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND mode = 'AccessExclusiveLock' AND granted
"""


class Watch(threading.Thread):
    """Reads a page over and over, notes how long that takes, and which tables nobody could have read meanwhile."""

    def __init__(self):
        super().__init__(daemon=True)
        self.over, self.now = threading.Event(), None
        self.slowest, self.locked = defaultdict(float), defaultdict(float)
        self.reads, self.error = 0, None
        self.reader, self.looker = connection.copy(), connection.copy()
        for each in (self.reader, self.looker):
            each.inc_thread_sharing()
            each.ensure_connection()
            each.cursor().execute("SET statement_timeout = 0; SET lock_timeout = 0")
        self.look = threading.Thread(target=self._look, daemon=True)

    def run(self):
        try:
            with self.reader.cursor() as cursor:
                while not self.over.is_set():
                    step, begun = self.now, time.monotonic()
                    cursor.execute("SELECT id, name, price FROM products_product ORDER BY price, id LIMIT 20")
                    assert len(cursor.fetchall()) == 20
                    self.slowest[step] = max(self.slowest[step], time.monotonic() - begun)
                    self.reads += 1
                    time.sleep(0.002)
        except Exception as error:
            self.error = error

    def _look(self):
        since = {}
        with self.looker.cursor() as cursor:
            while not self.over.is_set():
                cursor.execute(LOCKED)
                moment = time.monotonic()
                tables = {table for (table,) in cursor.fetchall()}
                since = {table: since.get(table, moment) for table in tables}
                for begun in since.values():
                    self.locked[self.now] = max(self.locked[self.now], moment - begun)
                time.sleep(0.02)

    def __enter__(self):
        self.start(), self.look.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join(), self.look.join()
        self.reader.close(), self.looker.close()


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone() if cursor.description else None


def ours():
    """This project's migrations, in the order in which they are applied, without the first of each app."""
    graph = MigrationExecutor(connection).loader.graph
    plan = MigrationExecutor(connection).migration_plan(graph.leaf_nodes(), clean_start=True)
    names = [(each.app_label, each.name) for each, _ in plan if each.app_label in {"api", "products", "users"}]
    return [each for each in names if not each[1].startswith("0001_")]


def previous(app, name):
    """What an app is migrated back to, for `name` to be undone."""
    graph = MigrationExecutor(connection).loader.graph
    [parent] = [key for key in graph.node_map[app, name].parents if key.key[0] == app]
    return parent.key[1]


def test_no_migration_keeps_readers_out_for_two_seconds_or_loses_a_row():
    execute("SET statement_timeout = 0")
    for app in ("api", "products", "users"):
        call_command("migrate", app, "0001", verbosity=0)
    try:
        execute(FILL)
        before, steps = execute(STATE), ours()
        assert set(steps) >= BEFORE_THE_FIRST_RELEASE
        with Watch() as watch:
            for direction in ("forward", "back", "again"):
                for app, name in reversed(steps) if direction == "back" else steps:
                    watch.now = (app, name, direction)
                    call_command("migrate", app, previous(app, name) if direction == "back" else name, verbosity=0)
                watch.now = None
                assert execute(STATE) == before
        assert watch.error is None
        assert watch.reads > 100
        waits = {key: max(watch.slowest[key], watch.locked[key]) for key in {*watch.slowest, *watch.locked} - {None}}
        assert {key[:2] for key in waits} == set(steps)
        long = {key for key, wait in waits.items() if wait > LIMIT_SECONDS}
        assert {key[:2] for key in long} <= BEFORE_THE_FIRST_RELEASE
        assert execute(TALLIED) == ([PRODUCTS] * 6,)  # by price in four widths, by day in two
        # In each of 20 categories "steel", "lamp", and the numbers.
        assert execute(STEMS) == (20 * 2 + PRODUCTS, 3 * PRODUCTS)
    finally:
        call_command("migrate", verbosity=0)


def test_what_may_take_long_on_its_way_may_so_on_its_way_back():
    migrations = MigrationExecutor(connection).loader.graph.nodes
    operations = [migrations[each].operations for each in ours()]
    long = [each for each in operations if any(TIMEOUT in str(getattr(one, "sql", "")) for one in each)]
    assert len(long) > 5
    assert all(TIMEOUT in str(getattr(each[-1], "reverse_sql", "")) for each in long)


def test_everything_goes_back_to_nothing_and_comes_again():
    try:
        for app in ("products", "api", "users"):
            call_command("migrate", app, "zero", verbosity=0)
        assert execute("SELECT count(*) FROM pg_class WHERE relname ~ '^(products|users|api)_'") == (0,)
    finally:
        call_command("migrate", verbosity=0)
    assert execute("SELECT count(*) FROM products_product") == (0,)
