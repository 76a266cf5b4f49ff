"""The peer json-server: installed from npm, given a file of all products, and asked in its own words."""

import json
import shutil
import subprocess

from benchmarks.options import DATA, HERE
from benchmarks.programs import Program
from benchmarks.server import execute

FOLDER = DATA / "npm"
MOST_ROWS = 100_000  # more do not fit: it keeps one string of everything, and does not start


def install() -> str:
    """Why it could not be installed; blank when it is."""
    shutil.copytree(HERE / "peers/json_server", FOLDER, dirs_exist_ok=True)
    installed = FOLDER / "installed"  # half of an installation has its folder, too
    if not installed.exists():
        shutil.rmtree(FOLDER / "node_modules", ignore_errors=True)
        npm = ["npm", "install", "--no-audit", "--no-fund", "--loglevel", "error"]
        if subprocess.run(npm, cwd=FOLDER, check=False).returncode:
            return "npm could not install it."
        installed.touch()
    return ""


def start(port: int, url: str) -> Program:
    """json-server on a file of all products; prices as numbers, which it needs to compare them."""
    categories = "SELECT coalesce(json_agg(c ORDER BY name), '[]') FROM limit_.category c"
    products = """SELECT json_agg(p ORDER BY created_at DESC, id DESC) FROM (
        SELECT p.id, p.name, description, price, row_to_json(c) AS category, created_at, updated_at
        FROM limit_.product p JOIN limit_.category c ON c.id = category_id) p"""
    content = {"categories": execute(url, categories)[0][0], "products": execute(url, products)[0][0]}
    (FOLDER / "db.json").write_text(json.dumps(content), encoding="utf-8")
    command = ["node", "node_modules/json-server/lib/cli/bin.js", "db.json", "--routes", "routes.json"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--quiet"]
    return Program("json_server", command, cwd=FOLDER, environment={}, port=port)


def translated(path: str) -> str:
    """How json-server wants to be asked for the same."""
    base, _, query = path.partition("?")
    if base != "/api/products/":
        return base.rstrip("/")
    names = {"category": "category.slug", "min_price": "price_gte", "max_price": "price_lte", "search": "name_like"}
    given = dict(part.split("=", 1) for part in query.split("&") if part)
    ordering = given.pop("ordering", "-created_at")
    way = "desc" if ordering.startswith("-") else "asc"
    parts = [f"{names[name]}={value}" for name, value in given.items() if name in names]
    parts += [f"_sort={ordering.lstrip('-')},id", f"_order={way},{way}", f"_page={given.get('page', 1)}", "_limit=20"]
    return "/api/products?" + "&".join(parts)
