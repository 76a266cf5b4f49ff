"""Fails when an installed package has a known vulnerability; says so when nobody could be asked.

pip-audit ends well when the advisory service does not know a single package, which is what a network without PyPI looks
like. AUDIT_REQUIRED=1, as in CI on GitHub, takes that for a failure.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

PIP_AUDIT = [str(Path(sys.executable).with_name("pip-audit")), "--progress-spinner=off", "--format=json"]


def main() -> int:
    """0, or 1 with a line for each vulnerability, or for nobody having been asked."""
    done = subprocess.run(PIP_AUDIT, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except ValueError:
        packages = []
    found = [(each, known) for each in packages for known in each.get("vulns", [])]
    for each, known in found:
        print(f"{each['name']} {each['version']}: {known['id']}, mended in {', '.join(known['fix_versions']) or '?'}")
    audited = sum("vulns" in each for each in packages)
    print(f"pip-audit: {audited} packages audited, {len(packages) - audited} not, {len(found)} vulnerabilities.")
    if audited == 0:
        print("The advisory service could not be asked: nothing is known about vulnerabilities.")
    return int(bool(found) or (audited == 0 and os.environ.get("AUDIT_REQUIRED") == "1"))


if __name__ == "__main__":
    sys.exit(main())
