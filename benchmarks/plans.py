"""The plans behind docs/performance.md, before and after each technique: `python -m benchmarks.plans`.

Each statement is explained on the database of the settings, which wants a large catalogue:
`manage.py seed_catalogue --products 1000000`, then VACUUM ANALYZE. `-v` prints the plans, of which
the page shows some, shortened.
"""

import os
import sys
from statistics import median
from typing import Any

os.environ |= {"DJANGO_SETTINGS_MODULE": "ecommerce_backend.settings", "DATABASE_STATEMENT_TIMEOUT": "60000"}

import django

django.setup()

from django.db import connection

from benchmarks.questions import TECHNIQUES

ROUNDS = 5


def explained(statement: str) -> dict[str, Any]:
    """The plan, run."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
        plan: dict[str, Any] = cursor.fetchone()[0][0]
        return plan


def measured(statement: str) -> str:
    """Milliseconds, the median of some rounds, and pages of 8 KiB looked at."""
    plans = [explained(statement) for _ in range(ROUNDS)]
    buffers = plans[-1]["Plan"]["Shared Hit Blocks"] + plans[-1]["Plan"]["Shared Read Blocks"]
    return f"{median(plan['Execution Time'] for plan in plans):10.2f} ms {buffers:8,} pages"


def main() -> None:
    """Print both ways of each question."""
    for technique in TECHNIQUES:
        print(technique.title)
        for statement in (technique.before, technique.after):
            print(f"  {measured(statement)}")
            if "-v" in sys.argv:
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) {statement}")
                    print("\n".join(f"      {line}" for (line,) in cursor.fetchall()))


if __name__ == "__main__":
    main()
