"""For gunicorn: its configuration, without a line of log, a number, or an eye on the queries."""

import runpy
from typing import Any

from django.db.backends.signals import connection_created

from benchmarks.options import ROOT

ours = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
globals().update({name: value for name, value in ours.items() if not name.startswith("_")})
accesslog = None
logger_class = "gunicorn.glogging.Logger"


def post_worker_init(worker: Any) -> None:
    """The application is there, and has no connection yet."""
    if not connection_created.disconnect(dispatch_uid="telemetry"):
        raise RuntimeError("The queries were not watched, so there is nothing to turn off.")
