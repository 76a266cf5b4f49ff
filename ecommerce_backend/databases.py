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
    database = env.read_database("DATABASE_URL")
    if not database:
        from ecommerce_backend import embedded_postgres  # which production does not have

        database = embedded_postgres.database(base_dir / ".postgres")
    pooled = env.read_bool("DATABASE_POOLED", default=False)
    shared: dict[str, Any] = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": pooled}
    # Without these a request waits for a lost server or a held lock until its own client gives up.
    limits = {
        "sslmode": env.read_choice("DATABASE_SSLMODE", choices=("prefer", "require", "verify-full", "disable")),
        "connect_timeout": 3,
        # Of several hosts, one that is silent is given up before a request gives up: see patience.SILENCE_SECONDS.
        "tcp_user_timeout": 2000 if "," in database["HOST"] else 5000,
        "keepalives_idle": 5,
    }
    statement_timeout = env.read_int("DATABASE_STATEMENT_TIMEOUT", default=5000)
    # PostgreSQL's own figure is for disks that turn: it would sort a table, rather than walk along its index.
    settings = {"statement_timeout": statement_timeout, "lock_timeout": LOCK_TIMEOUT_MS, "random_page_cost": 1.1}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    # A pool shares its sessions and takes no options for one of them; there, the role has the limits.
    chosen = {} if pooled else {"options": options}
    databases = {"default": database | shared | {"OPTIONS": limits | chosen | database.get("OPTIONS", {})}}
    read_only = {} if pooled else {"options": f"{options} -c default_transaction_read_only=on"}
    for number, replica in enumerate(env.read_databases("DATABASE_REPLICA_URLS"), start=1):
        ours = limits | read_only | {"connect_timeout": 1, "tcp_user_timeout": 2000}
        databases[f"replica{number}"] = (
            replica | shared | {"OPTIONS": ours | replica.get("OPTIONS", {}), "TEST": {"MIRROR": "default"}}
        )
    return databases, ["ecommerce_backend.replicas.ReplicaRouter"] if len(databases) > 1 else []
