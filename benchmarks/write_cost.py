"""What audit log and idempotency add to a write: `python -m benchmarks.write_cost`.

Products are created through the whole WSGI stack in this process, with and without each, in turn; medians of the time
that the server takes. The products are deleted afterwards. The database is the one of the settings.
"""

import io
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from unittest.mock import patch
from uuid import uuid4

os.environ |= {"DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings", "LOG_LEVEL": "ERROR"}
os.environ |= {"THROTTLE_ANON": "", "THROTTLE_USER": "", "REDIS_URL": ""}

# What sets Django up comes first.
from ecommerce_backend.wsgi import application  # isort: split

from auditlog import receivers
from auditlog.models import LogEntry

from products.models import Category, Product
from users.models import User
from users.tokens import RefreshToken

WRITES = 400
MARK = "Measured write"


def create(token: str, category: str, headers: dict[str, str]) -> float:
    """Milliseconds that one creation took."""
    body = json.dumps({"name": f"{MARK} {uuid4()}", "price": "9.99", "category": category}).encode()
    environ: dict[str, Any] = {
        **{"REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": "/api/products/", "QUERY_STRING": ""},
        **{"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1"},
        **{"REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.errors": io.StringIO()},
        **{"wsgi.input": io.BytesIO(body), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False},
        **{"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))},
        **{"HTTP_AUTHORIZATION": f"Bearer {token}", **headers},
    }
    statuses: list[str] = []
    begun = time.perf_counter()
    response: Any = application(environ, lambda status, _: statuses.append(status))
    b"".join(response)
    response.close()
    took = 1000 * (time.perf_counter() - begun)
    assert statuses == ["201 Created"], statuses
    return took


@contextmanager
def writer(name: str) -> Iterator[tuple[str, str]]:
    """Token and category for creations; whoever has the token, and what was created with it, is deleted afterwards."""
    user, _ = User.objects.get_or_create(username=name, email=f"{name}@example.com", is_superuser=True)
    category = Category.objects.values_list("slug", flat=True).first() or ""
    try:
        yield str(RefreshToken.for_user(user).access_token), category
    finally:
        made = Product.objects.filter(name__startswith=MARK)
        LogEntry.objects.filter(object_pk__in=[str(pk) for pk in made.values_list("pk", flat=True)]).delete()
        made._raw_delete(made.db)
        user.delete()


def main() -> None:
    """Print the medians, and what each adds."""
    took: dict[str, list[float]] = {"plain": [], "with audit": [], "with audit and key": []}
    with writer("write-cost") as (token, category):
        for _ in range(WRITES):
            # auditlog's receivers write through this function.
            with patch.object(receivers, "_create_log_entry", lambda *args, **kwargs: None):
                took["plain"].append(create(token, category, {}))
            took["with audit"].append(create(token, category, {}))
            took["with audit and key"].append(create(token, category, {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}))
    plain = median(took["plain"])
    for name, times in took.items():
        print(f"{name:20} {median(times):6.2f} ms   {median(times) - plain:+.2f} ms")


if __name__ == "__main__":
    main()
