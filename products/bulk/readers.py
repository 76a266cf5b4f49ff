"""CSV, JSON and JSON Lines files as numbered records."""

import csv
import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from itertools import chain
from pathlib import Path
from shlex import quote
from typing import Any

Record = tuple[int, dict[str, Any]]
Check = Callable[[Collection[str]], None]

SURPLUS = "(cells without a column)"

DELIMITERS = ",;\t|"
# What Excel looks for in a first line; saved again, it is quoted or padded.
_DELIMITER_SAID = re.compile(f'"?sep=([{DELIMITERS}])"?[{DELIMITERS}]*', re.IGNORECASE)


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the message says why and where."""


def read_records(path: Path, check: Check) -> Iterator[Record]:
    """The records of the file with their numbers, counted from 1; the ending of its name says what it is.

    CSV and JSON Lines are read as a stream, JSON as a whole. Numbers with decimals come as Decimal. Cells of a CSV row
    beyond the last column stand under SURPLUS.
    - `check`: is called with the columns of the file. A CSV has those of its header. JSON, whose producers leave out
      what is empty, has those of any row, none where there are no rows; in JSON Lines they are known at the end.
    Raises: UnreadableFileError when there is no such file or it is not what it says it is; what `check` raises.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFileError(f"{path.name}: the name must end in one of: {', '.join(READERS)}.")
    try:
        yield from reader(path, check)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(_not_utf8(path)) from error
    except OSError as error:
        raise UnreadableFileError(f"{path.name} cannot be read: {error.strerror}.") from error


def _not_utf8(path: Path) -> str:
    """Where the file stops being UTF-8, and what to do. Text is decoded in pieces: the first error does not know."""
    if not path.is_file():  # a pipe cannot be read twice
        return f"{path.name} is not UTF-8 text."
    converted = path.with_stem(f"{path.stem}-utf8")
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                likely = "utf-16" if line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "cp1252"
                place = f"line {number}, byte {error.start + 1} is 0x{line[error.start]:02X}"
                return (
                    f"{path.name} is not UTF-8 text: {place}. "
                    "Save it as UTF-8, or convert it; if it comes from Windows, by:\n"
                    f"  iconv -f {likely} -t utf-8 {quote(str(path))} > {quote(str(converted))}"
                )
    return f"{path.name} is not UTF-8 text."


def _read_csv(path: Path, check: Check) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        skipped, header = _header(file)
        if said := _DELIMITER_SAID.fullmatch(header.rstrip("\r\n")):
            blank, header = _header(file)
            skipped += 1 + blank
        # Spreadsheets in half of Europe write semicolons. The header tells: names rarely hold delimiters.
        delimiter = said[1] if said else max(DELIMITERS, key=header.count)
        rows = csv.DictReader(chain([header], file), restkey=SURPLUS, delimiter=delimiter, strict=True)
        begins_on = skipped + 1
        try:
            columns = rows.fieldnames
            if not columns:
                raise UnreadableFileError(f"{path.name} is empty: its first line must name the columns.")
            if twice := [name for name, count in Counter(columns).items() if name and count > 1]:
                raise UnreadableFileError(f"{path.name} has more than one column '{twice[0]}'.")
            check(columns)
            begins_on = skipped + rows.line_num + 1
            for number, record in enumerate(rows, start=1):
                begins_on = skipped + rows.line_num + 1
                yield number, {name: value for name, value in record.items() if value is not None}
        except csv.Error as error:
            # A quote that is never closed takes all that follows: where the row begins is what one looks for.
            last = skipped + rows.reader.line_num
            lines = f"line {last}" if last == begins_on else f"lines {begins_on} to {last}"
            raise UnreadableFileError(f"{path.name} is not valid CSV in {lines}: {error}.") from error


def _header(lines: Iterable[str]) -> tuple[int, str]:
    """How many lines without a word come first, and the line after them; blank if there is none."""
    for number, line in enumerate(lines):
        if line.strip().strip(DELIMITERS):
            return number, line
    return 0, ""


def _read_json(path: Path, check: Check) -> Iterator[Record]:
    data = _loads(path.read_text(encoding="utf-8-sig"), path.name)
    if isinstance(data, dict):
        # An answer of an API: the one list in it, whatever it is called.
        lists = [value for value in data.values() if isinstance(value, list)]
        data = lists[0] if len(lists) == 1 else None
    if not isinstance(data, list):
        raise UnreadableFileError(f"{path.name} must hold a JSON list of objects.")
    records = [_as_object(record, number, path.name) for number, record in enumerate(data, start=1)]
    if columns := dict.fromkeys(chain.from_iterable(records)):
        check(columns)
    yield from enumerate(records, start=1)


def _read_json_lines(path: Path, check: Check) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig") as file:
        number = 0
        columns: dict[str, None] = {}
        for line_number, line in enumerate(file, start=1):
            if line.strip():
                number += 1
                record = _as_object(_loads(line, f"{path.name}, line {line_number}"), number, path.name)
                columns |= dict.fromkeys(record)
                yield number, record
        if columns:
            check(columns)


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
