"""`python -m benchmarks`: load, compare, measure, report. `SIZES="1000 100000" ROUNDS=3 SECONDS=5 ARMS= SCENARIOS=`."""

import shutil
import sys

from benchmarks import report, server
from benchmarks.agreement import Disagreement
from benchmarks.campaign import Campaign
from benchmarks.options import PARTIAL_RESULTS, Options


def main() -> int:
    """0, or 1 when nothing could be measured, and why."""
    if not shutil.which("wrk"):
        print("wrk is needed and not on the PATH. On Debian and Ubuntu: apt-get install wrk redis-server npm")
        return 1
    options = Options()
    try:
        with server.running(options.database_url) as database:
            for size in options.sizes:
                Campaign(options, database, size).run()
    except Disagreement as error:
        print(error)
        return 1
    if options.is_partial:
        print(f"Not everything was measured: the results are in {PARTIAL_RESULTS}, and no report is written.")
    else:
        report.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
