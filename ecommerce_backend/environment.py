"""Reads settings from the environment, and from the file `.env` for what the environment does not say.

Every error names the variable and never its value, which may be a secret. The names that were asked for
are kept in `VARIABLES`, so that a test can hold `.env.example` to them.
"""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from decouple import Config, Csv, RepositoryEmpty, RepositoryEnv, UndefinedValueError, strtobool, undefined
from django.core.exceptions import ImproperlyConfigured
from psycopg2 import ProgrammingError
from psycopg2.extensions import parse_dsn
from redis.connection import parse_url

VARIABLES: set[str] = {"ENV_FILE"}
PERIODS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
}
POSTGRES_PORT = 5432
SECRET_MIN_LENGTH = 50  # characters; what Django's own deployment check asks for
SECRET_MIN_VARIETY = 5  # different ones
REQUIRED: Any = undefined  # as a default: there is none

# Named explicitly: python-decouple would otherwise look for a .env in every folder above the project.
_env_file = Path(os.environ.get("ENV_FILE", Path(__file__).resolve().parent.parent / ".env"))
_config = Config(RepositoryEnv(_env_file) if _env_file.exists() else RepositoryEmpty())


def read(name: str, *, default: Any = REQUIRED, cast: Callable[[str], Any] = str) -> Any:
    """The variable `name`, cast. A blank value counts as not set.

    Raises: ImproperlyConfigured when it is missing and has no default, or cannot be cast.
    """
    VARIABLES.add(name)
    try:
        text = str(_config(name)).strip()
    except UndefinedValueError:
        text = ""
    if not text:
        if default is REQUIRED:
            raise ImproperlyConfigured(f"{name} is not set. See .env.example for what it means.")
        return default
    try:
        return cast(text)
    except (ValueError, TypeError, ArithmeticError):
        # `from None`: the original message quotes the value.
        raise ImproperlyConfigured(f"{name} is not valid. See .env.example for what it takes.") from None


def read_bool(name: str, *, default: bool) -> bool:
    """A switch: true/false, yes/no, on/off, 1/0. Raises: ImproperlyConfigured for anything else."""
    return bool(read(name, default=default, cast=strtobool))


def read_int(name: str, *, default: int, minimum: int = 0, maximum: int = 1_000_000) -> int:
    """A whole number from `minimum` to `maximum`. Raises: ImproperlyConfigured for anything else."""
    value: int = read(name, default=default, cast=int)
    if not minimum <= value <= maximum:
        raise ImproperlyConfigured(f"{name} must be from {minimum} to {maximum}.")
    return value


def read_secret(name: str, *, default: Any = REQUIRED, checked: bool) -> str:
    """A secret. Raises: ImproperlyConfigured when it is missing, or `checked` and too weak to keep anybody out."""
    secret: str = read(name, default=default)
    weak = len(secret) < SECRET_MIN_LENGTH or len(set(secret)) < SECRET_MIN_VARIETY
    if checked and secret and (weak or secret.startswith("django-insecure-")):
        raise ImproperlyConfigured(f"{name} is too weak: use at least {SECRET_MIN_LENGTH} random characters.")
    return secret


def read_list(name: str, *, default: list[str] | None = None) -> list[str]:
    """A comma-separated list, blanks around its parts dropped."""
    return [part for part in read(name, default=default or [], cast=Csv()) if part]


def read_rate(name: str, *, default: str) -> tuple[int, int] | None:
    """A rate such as 5/min as (times, seconds); None when the variable is there and blank, which turns the limit off.

    Raises: ImproperlyConfigured for what is no rate.
    """
    VARIABLES.add(name)
    text = str(_config(name, default=default)).strip()
    if not text:
        return None
    times, _, period = text.partition("/")
    if not times.isascii() or not times.isdigit() or period not in PERIODS:
        raise ImproperlyConfigured(f"{name} must be like 5/min: a number, and one of {', '.join(PERIODS)}.")
    return int(times), PERIODS[period]


def read_hosts(name: str, *, default: list[str]) -> list[str]:
    """Host names. Raises: ImproperlyConfigured when there is none, or one that stands for every host."""
    hosts = read_list(name, default=default)
    if not hosts:
        raise ImproperlyConfigured(f"{name} is not set: name the hosts that this site serves.")
    if any(host in {"*", "."} for host in hosts):
        raise ImproperlyConfigured(f"{name} must not hold a wildcard for every host: name the hosts.")
    if any("*" in host for host in hosts):
        raise ImproperlyConfigured(f"{name} has no '*' for a part of a host: '.example.com' stands for its subdomains.")
    if not all(re.fullmatch(r"\[[0-9a-fA-F:.]+\]|[^\s/:]+", host) for host in hosts):
        raise ImproperlyConfigured(f"{name} must hold names alone, without https:// and port: shop.example.com.")
    return hosts


def read_origins(name: str, *, subdomains: bool = False) -> list[str]:
    """Addresses like https://shop.example.com, or `*.` for `subdomains`. Raises: ImproperlyConfigured for others."""
    host = r"(\*\.)?[^\s/*]+" if subdomains else r"[^\s/*]+"
    return _read_like("https://shop.example.com", f"https?://{host}", name)


def read_database(name: str) -> dict[str, Any]:
    """A PostgreSQL URL as Django's `DATABASES` has it, `sslmode` kept; empty when not set.

    Raises: ImproperlyConfigured for another engine, or a URL that cannot be read.
    """
    url: str = read(name, default="")
    return _database(name, url) if url else {}


def read_databases(name: str) -> list[dict[str, Any]]:
    """Several of them, joined by commas. Raises: ImproperlyConfigured, as for one."""
    return [_database(name, url.strip()) for url in read(name, default="").split(",") if url.strip()]


def _database(name: str, url: str) -> dict[str, Any]:
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(f"{name} must begin with postgres:// or postgresql://.")
    try:
        parse_dsn(url)
        parts = urlsplit(url)
        account, at, places = parts.netloc.rpartition("@")
        first, *others = places.split(",")
        database: dict[str, Any] = dict(dj_database_url.parse(parts._replace(netloc=account + at + first).geturl()))
        if others:  # which libpq takes, and dj_database_url does not: one of them is the primary
            hosts = [urlsplit(f"//{place}") for place in (first, *others)]
            database["HOST"] = ",".join(host.hostname or "" for host in hosts)
            database["PORT"] = ",".join(str(host.port or POSTGRES_PORT) for host in hosts)
            database["OPTIONS"] = {"target_session_attrs": "read-write"} | database.get("OPTIONS", {})
    except (ValueError, ProgrammingError):  # both quote what may be secret
        raise ImproperlyConfigured(
            f"{name} cannot be read: is the port a number, and each ?name=value known?"
        ) from None
    if not database["NAME"]:
        raise ImproperlyConfigured(f"{name} has no name of a database at its end: postgresql://HOST/NAME.")
    return database


def read_redis(name: str) -> str:
    """A Redis URL; blank when not set. Raises: ImproperlyConfigured for one that cannot be read."""
    url: str = read(name, default="")
    try:
        if url:
            parse_url(url)  # type: ignore[no-untyped-call]
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be like redis://HOST:6379/0.") from None
    return url


def read_servers(name: str) -> list[str]:
    """Addresses like HOST:11211, separated by commas. Raises: ImproperlyConfigured for anything else."""
    return _read_like("HOST:11211", r"[^\s:/]+:[0-9]{1,5}", name)


def _read_like(example: str, pattern: str, name: str) -> list[str]:
    found = read_list(name)
    if not all(re.fullmatch(pattern, each) for each in found):
        raise ImproperlyConfigured(f"{name} must be like {example}, with commas between several.")
    return found


def read_path(name: str, *, default: str, taken: Iterable[str]) -> str:
    """A path of the site, with a slash at its end only. Raises: ImproperlyConfigured for none, or one that is taken."""
    path: str = read(name, default=default).strip("/")
    if not re.fullmatch(r"[\w-]+(/[\w-]+)*", path, re.ASCII) or path.split("/", maxsplit=1)[0] in taken:
        raise ImproperlyConfigured(f"{name} must be letters, digits and hyphens, and none of: {', '.join(taken)}.")
    return f"{path}/"


def read_choice(name: str, *, choices: tuple[str, ...]) -> str:
    """One of `choices`, the first when not set. Raises: ImproperlyConfigured for anything else."""
    value: str = read(name, default=choices[0])
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of: {', '.join(choices)}.")
    return value
