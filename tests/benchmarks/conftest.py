"""Nothing is drawn here: matplotlib is in the environment of the benchmarks only."""

import sys
from unittest.mock import MagicMock

sys.modules.setdefault("benchmarks.plots", MagicMock())
