"""Where the data is, and how long a request waits for it."""

from pathlib import Path
from typing import Any

from ecommerce_backend import environment as env


def configuration(base_dir: Path) -> dict[str, Any]:
    """Django's `DATABASES`: the PostgreSQL that DATABASE_URL names, or the embedded one, in `base_dir`.

    Raises: ImproperlyConfigured when there is neither.
    """
    database = env.read_database("DATABASE_URL")
    if not database:
        from ecommerce_backend import embedded_postgres  # which production does not have

        database = embedded_postgres.database(base_dir / ".postgres")
    statement_timeout = env.read_int("DATABASE_STATEMENT_TIMEOUT", default=5000)
    database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # Without these a request waits for a lost server or a held lock until its own client gives up.
    limits = {
        "sslmode": env.read_choice("DATABASE_SSLMODE", choices=("prefer", "require", "verify-full", "disable")),
        "connect_timeout": 3,
        "tcp_user_timeout": 5000,
        "keepalives_idle": 5,
        "options": f"-c statement_timeout={statement_timeout} -c lock_timeout=2000",
    }
    database["OPTIONS"] = limits | database.get("OPTIONS", {})
    return {"default": database}
