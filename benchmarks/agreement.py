"""Whether all arms answer the same, before anything is measured."""

import json
from datetime import UTC, datetime
from typing import Any

from benchmarks.arms import Arm
from benchmarks.options import Refused
from benchmarks.programs import get
from benchmarks.scenarios import Scenario, search_path
from benchmarks.words import UNAMBIGUOUS

PATIENCE_SECONDS = 300  # a search by `icontains` in ten million names takes its time
CHECKED_PATHS = 6  # of each scenario
MOMENTS = ("created_at", "updated_at")
COUNT = "product_count"  # of a category: textbook and fastapi do not have it
HOW = (
    "Before measuring, up to six URLs of each scenario were asked of every arm: ids and their order, every field of "
    "every row, and counts were equal to the project's. Times were compared as moments, categories of textbook and "
    "fastapi without `product_count`, which they do not have. Searches were compared in the order `-created_at`, for "
    "words where “a word or the beginning of one” and “anywhere in the name” mean the same; a count that the project "
    "flags as an estimate was not compared. Of json-server, only the ids of first pages were."
)


class Disagreement(Refused):
    """Arms that do not answer the same are not compared."""


def check(arms: dict[str, Arm], scenarios: list[Scenario]) -> int:
    """The number of answers compared. Raises: Disagreement with all differences."""
    judge = arms.get("ours") or next(iter(arms.values()))
    differences, compared = [], 0
    for path in _paths(scenarios):
        expected = _answer(judge, path)
        for arm in arms.values():
            if arm is judge:
                continue
            compared += 1
            difference = _difference(arm, path, expected)
            if difference:
                differences.append(f"{arm.name} {path}: {difference}")
    if differences:
        raise Disagreement("\n".join([f"Answers differ from those of {judge.name}:", *differences]))
    return compared


def _paths(scenarios: list[Scenario]) -> list[str]:
    plain = {name: each.paths for each in scenarios if each.kind == "read" for name in [each.name]}
    plain["search"] = tuple(search_path(word, "&ordering=-created_at") for word in UNAMBIGUOUS)
    plain.pop("mixed", None)
    return [path for paths in plain.values() for path in paths[:: max(1, len(paths) // CHECKED_PATHS)][:CHECKED_PATHS]]


def _answer(arm: Arm, path: str) -> dict[str, Any]:
    try:
        status, _, body = get(arm.port, arm.translate(path), seconds=PATIENCE_SECONDS)
    except OSError as error:
        raise Disagreement(f"{arm.name} does not answer {path}: {error}") from error
    if status != 200:  # noqa: PLR2004
        raise Disagreement(f"{arm.name} answers {status} to {path}: {body[:300]!r}")
    answer = json.loads(body)
    return answer if isinstance(answer, dict) else {"results": answer}


def _difference(arm: Arm, path: str, expected: dict[str, Any]) -> str:
    """What is different, in a line; blank when nothing is."""
    answer = _answer(arm, path)
    rows, expected_rows = (found.get("results", [found]) for found in (answer, expected))
    ids, expected_ids = ([row["id"] for row in some] for some in (rows, expected_rows))
    if arm.name == "json_server" and any(other in path for other in ("page=", "search", "categories")):
        return ""
    if ids != expected_ids:
        same = sorted(ids) == sorted(expected_ids)
        return "the same ids in another order" if same else f"other ids, {len(ids)} instead of {len(expected_ids)}"
    if arm.name == "json_server":
        return ""
    is_exact = not expected.get("count_is_estimate") and not answer.get("count_is_estimate")
    if is_exact and answer.get("count") != expected.get("count"):
        return f"count {answer.get('count')} instead of {expected.get('count')}"
    for row, expected_row in zip(rows, expected_rows, strict=True):
        shown, wanted = _comparable(row), _comparable(expected_row)
        if COUNT not in shown:
            wanted.pop(COUNT, None)
        differing = [name for name in {**shown, **wanted} if shown.get(name) != wanted.get(name)]
        if differing:
            return f"{row['id']}: " + ", ".join(
                f"{name} {shown.get(name)!r}, not {wanted.get(name)!r}" for name in differing
            )
    return ""


def _comparable(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: datetime.fromisoformat(row[name]).astimezone(UTC) for name in MOMENTS if name in row}
