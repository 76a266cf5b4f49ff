"""CSV, JSON and JSON Lines files as numbered records."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

Record = tuple[int, dict[str, Any]]

SURPLUS = "(cells without a column)"

DELIMITERS = ",;\t|"


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the message says why and where."""


def read_records(path: Path) -> Iterator[Record]:
    """The records of the file with their numbers, counted from 1; the ending of its name says what it is.

    CSV and JSON Lines are read as a stream, JSON as a whole. Numbers with decimals come as Decimal. Cells of a CSV row
    beyond the last column stand under SURPLUS.
    Raises: UnreadableFileError when there is no such file, or it is not what it says it is.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFileError(f"{path.name}: the name must end in one of: {', '.join(READERS)}.")
    try:
        yield from reader(path)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path.name} is not UTF-8 text: {error.reason} at byte {error.start}.") from error
    except OSError as error:
        raise UnreadableFileError(f"{path.name} cannot be read: {error.strerror}.") from error


def _read_csv(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        file.seek(0)
        # Spreadsheets in half of Europe write semicolons. The header tells: names rarely hold delimiters.
        delimiter = max(DELIMITERS, key=header.count)
        try:
            columns = next(csv.reader([header], delimiter=delimiter), [])
            if twice := [name for name, count in Counter(columns).items() if name and count > 1]:
                raise UnreadableFileError(f"{path.name} has more than one column '{twice[0]}'.")
            for number, record in enumerate(
                csv.DictReader(file, restkey=SURPLUS, delimiter=delimiter, strict=True), start=1
            ):
                yield number, {name: value for name, value in record.items() if value is not None}
        except csv.Error as error:
            raise UnreadableFileError(f"{path.name} is not valid CSV: {error}.") from error


def _read_json(path: Path) -> Iterator[Record]:
    data = _loads(path.read_text(encoding="utf-8-sig"), path.name)
    if isinstance(data, dict):
        # An answer of an API: the one list in it, whatever it is called.
        lists = [value for value in data.values() if isinstance(value, list)]
        data = lists[0] if len(lists) == 1 else None
    if not isinstance(data, list):
        raise UnreadableFileError(f"{path.name} must hold a JSON list of objects.")
    for number, record in enumerate(data, start=1):
        yield number, _as_object(record, number, path.name)


def _read_json_lines(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig") as file:
        number = 0
        for line_number, line in enumerate(file, start=1):
            if line.strip():
                number += 1
                yield number, _as_object(_loads(line, f"{path.name}, line {line_number}"), number, path.name)


def _loads(text: str, where: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise UnreadableFileError(
            f"{where} is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from error
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise UnreadableFileError(f"{where} is not valid JSON: nested too deep, or a number out of range.") from error


def _as_object(record: Any, number: int, name: str) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise UnreadableFileError(f"{name}: row {number} is not a JSON object.")
    return record


READERS = {".csv": _read_csv, ".json": _read_json, ".jsonl": _read_json_lines, ".ndjson": _read_json_lines}
