"""Where the data is, and how long a request waits for it."""

from pathlib import Path
from typing import Any

from ecommerce_backend import environment as env

LOCK_TIMEOUT_MS = 2000


def configuration(base_dir: Path) -> tuple[dict[str, Any], list[str]]:
    """Django's `DATABASES` and `DATABASE_ROUTERS`.

    "default" is the PostgreSQL that DATABASE_URL names, or the embedded one, in `base_dir`; "replica1" and so on are
    those of DATABASE_REPLICA_URLS, for which there is a router. Raises: ImproperlyConfigured when there is no default.
    """
    databases = {"default": _primary(base_dir)}
    for number, replica in enumerate(env.read_databases("DATABASE_REPLICA_URLS"), start=1):
        databases[f"replica{number}"] = _replica(replica)
    return databases, ["ecommerce_backend.replicas.ReplicaRouter"] if len(databases) > 1 else []


def _primary(base_dir: Path) -> dict[str, Any]:
    database = env.read_database("DATABASE_URL")
    if not database:
        from ecommerce_backend import embedded_postgres  # which production does not have

        database = embedded_postgres.database(base_dir / ".postgres")
    # Of several hosts, one that is silent is given up before a request gives up: see patience.SILENCE_SECONDS.
    silence = 2000 if "," in database["HOST"] else 5000
    return _with_limits(database, {}, connect_timeout=3, tcp_user_timeout=silence)


def _replica(replica: dict[str, Any]) -> dict[str, Any]:
    read_only = {"default_transaction_read_only": "on"}
    limited = _with_limits(replica, read_only, connect_timeout=1, tcp_user_timeout=2000)
    return limited | {"TEST": {"MIRROR": "default"}}


def _with_limits(database: dict[str, Any], settings: dict[str, Any], **timeouts: int) -> dict[str, Any]:
    """`database` with what ends a request's waiting for a lost server or a held lock, and `settings` of its sessions.

    Its own options win, each of its sessions' settings by itself.
    """
    pooled = env.read_bool("DATABASE_POOLED", default=False)
    settings = {
        "statement_timeout": env.read_int("DATABASE_STATEMENT_TIMEOUT", default=5000),
        "lock_timeout": LOCK_TIMEOUT_MS,
        # PostgreSQL's own figure is for disks that turn: it would sort a table, rather than walk along its index.
        "random_page_cost": 1.1,
        # What is prepared has one plan that is good for any parameters; else a range of prices is planned every time.
        "plan_cache_mode": "force_generic_plan",
        **settings,
    }
    own = database.get("OPTIONS", {})
    # A pool shares its sessions and takes no options for one of them; there, the role has the limits.
    in_session = [] if pooled else [f"-c {name}={value}" for name, value in settings.items()]
    in_session += [own["options"]] if "options" in own else []
    sslmode = env.read_choice("DATABASE_SSLMODE", choices=("prefer", "require", "verify-full", "disable"))
    options = {"sslmode": sslmode, "keepalives_idle": 5, **timeouts, **own}
    options |= {"options": " ".join(in_session)} if in_session else {}
    kept = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": pooled}
    return {**database, **kept, "OPTIONS": options}
