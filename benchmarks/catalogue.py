"""The products that are asked for: loaded by the project, copied for the peers, kept for the next run."""

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks.arms import PASSWORD, TEXTBOOK, USERNAME, project_environment, textbook_environment
from benchmarks.machine import fingerprint
from benchmarks.options import HERE, ROOT
from benchmarks.server import EmbeddedServer, ForeignServer, execute, run

# What decides the rows and the tables: when any of it changes, the database is made again.
SOURCES = [ROOT / "products/migrations", ROOT / "products/sample_data"]
SOURCES += [ROOT / "products/services/loading.py", ROOT / "products/services/indexes.py"]
SOURCES += [HERE / "peers/textbook/catalogue/migrations", HERE / "peers/limit/schema.sql", Path(__file__)]
SCHEMAS = {"ours": "public", "textbook": "textbook", "limit": "limit_"}
ADMIN = {
    "DJANGO_SUPERUSER_USERNAME": USERNAME,
    "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    "DJANGO_SUPERUSER_EMAIL": f"{USERNAME}@example.com",
}


@dataclass(frozen=True)
class Catalogue:
    """A loaded database. `facts`: seconds that loading took and megabytes of tables and indexes, by arm."""

    url: str
    size: int
    facts: dict[str, Any]


def prepare(server: EmbeddedServer | ForeignServer, size: int) -> Catalogue:
    """The database `bench_SIZE`; made, unless it is there and of the same sources."""
    url, print_now = server.url(f"bench_{size}"), fingerprint(*SOURCES)
    known = execute(server.url("postgres"), "SELECT 1 FROM pg_database WHERE datname = %s", [f"bench_{size}"])
    facts = _known_facts(url) if known else None
    if facts is None or facts["fingerprint"] != print_now:
        print(f"Loading {size:,} products.", flush=True)
        execute(server.url("postgres"), f"DROP DATABASE IF EXISTS bench_{size} WITH (FORCE)")
        execute(server.url("postgres"), f"CREATE DATABASE bench_{size}")
        facts = {"fingerprint": print_now, **_load(url, size)}
        execute(url, "CREATE SCHEMA bench; CREATE TABLE bench.facts (facts json)")
        execute(url, "INSERT INTO bench.facts VALUES (%s)", [json.dumps(facts)])
    return Catalogue(url, size, facts)


def _known_facts(url: str) -> dict[str, Any] | None:
    if execute(url, "SELECT to_regclass('bench.facts') IS NULL") == [(True,)]:
        return None  # an interrupted load
    facts: dict[str, Any] = execute(url, "SELECT facts FROM bench.facts")[0][0]
    return facts


def _load(url: str, size: int) -> dict[str, Any]:
    seconds = {"ours": _load_project(url, size), "textbook": _load_textbook(url), "limit": _load_limit(url)}
    execute(url, "VACUUM ANALYZE")
    execute(url, "CHECKPOINT")
    return {"load_seconds": seconds, "megabytes": {arm: _megabytes(url, schema) for arm, schema in SCHEMAS.items()}}


def _load_project(url: str, size: int) -> float:
    """By the project's own commands: generated rows, by COPY, its triggers in place, its indexes built afterwards."""
    environment = project_environment(url) | ADMIN
    with (ROOT / "products/sample_data/shop.csv").open(encoding="utf-8", newline="") as file:
        generated = size - len(list(csv.DictReader(file)))
    manage = [sys.executable, "manage.py"]
    run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, environment=environment)
    seed = [*manage, "seed_catalogue", "--products", str(generated), "--rebuild-indexes"]
    seconds = run(seed, cwd=ROOT, environment=environment)
    run([*manage, "createsuperuser", "--noinput", "--verbosity", "0"], cwd=ROOT, environment=environment)
    if execute(url, "SELECT count(*) FROM products_product") != [(size,)]:
        raise SystemExit(f"The project did not load {size:,} products.")
    return seconds


def _load_textbook(url: str) -> float:
    """By its migrations, then as a copy of the project's rows, the indexes taken off meanwhile."""
    environment = textbook_environment(url) | ADMIN
    manage = [sys.executable, "-W", "ignore", "manage.py"]
    execute(url, "CREATE SCHEMA textbook")
    run([*manage, "migrate", "--verbosity", "0"], cwd=TEXTBOOK, environment=environment)
    run([*manage, "createsuperuser", "--noinput", "--verbosity", "0"], cwd=TEXTBOOK, environment=environment)
    begun = monotonic()
    indexes = execute(
        url,
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = 'textbook.catalogue_product'::regclass AND NOT indisprimary",
    )
    for name, _ in indexes:
        execute(url, f"DROP INDEX {name}")
    execute(
        url,
        "INSERT INTO textbook.catalogue_category (id, name, slug) SELECT id, name, slug FROM public.products_category;"
        "INSERT INTO textbook.catalogue_product (id, name, description, price, category_id, created_at, updated_at)"
        "SELECT id, name, description, price, category_id, created_at, updated_at FROM public.products_product",
    )
    for _, definition in indexes:
        execute(url, definition)
    return monotonic() - begun


def _load_limit(url: str) -> float:
    begun = monotonic()
    execute(url, (HERE / "peers/limit/schema.sql").read_text(encoding="utf-8"))
    return monotonic() - begun


def _megabytes(url: str, schema: str) -> dict[str, Any]:
    """Of the catalogue's tables, and of each of their indexes."""
    rows = execute(
        url,
        "SELECT c.relname, c.relkind = 'i', CASE c.relkind WHEN 'i' THEN pg_relation_size(c.oid) "
        "ELSE pg_table_size(c.oid) END FROM pg_class c WHERE c.relnamespace = %s::regnamespace "
        "AND c.relkind IN ('r', 'i') AND c.relname ~ 'product|tally|category' AND c.relname !~ 'auth_|_seq'",
        [schema],
    )
    sizes = {name: (is_index, round(size / 2**20, 2)) for name, is_index, size in rows}
    return {
        "tables": {name: size for name, (is_index, size) in sizes.items() if not is_index},
        "indexes": {name: size for name, (is_index, size) in sizes.items() if is_index},
    }
