import pytest

from benchmarks.load import _warm_up_seconds


@pytest.mark.parametrize(("paths", "alone", "seconds"), [(1, 0.001, 1), (1_000, 0.0035, 4), (40, 1.9, 5)])
def test_the_warm_up_is_long_enough_to_ask_for_everything_but_bounded(paths, alone, seconds):
    assert _warm_up_seconds(paths, alone) == seconds
