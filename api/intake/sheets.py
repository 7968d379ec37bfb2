"""CSV files of the sources, row by row, whatever is in them: a line that is no CSV costs that line only."""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.intake.maps import SourceMap

LARGEST_CELL = 64 * 1024 * 1024  # letters; the fields' own limits come later, here it must only be read
MOST_LINES, MOST_LETTERS = 100, 2_000_000  # of a row: further on a quote that was opened is not looked for
BLOCK = 1024 * 1024
ENCODINGS = ("utf-8", "gb18030")
OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LINE, REASON = "拒收行号", "拒收原因"
FORMULA = r"[=+\-@\t\r\n＝＋－＠]"  # what a spreadsheet would run
DISARMED = re.compile(rf"'(?='*{FORMULA})")


class BadSheet(Exception):
    """A file that cannot be taken at all; says why and, where there is one, the line."""


@dataclass(frozen=True, slots=True)
class Sheet:
    file: Path
    encoding: str
    columns: tuple[str, ...]
    lines: int

    @property
    def is_report(self) -> bool:
        """Of refused rows, put right and sent again."""
        return self.columns[:2] == (LINE, REASON)


@dataclass(frozen=True, slots=True)
class Row:
    """`line`: the file's line on which it begins. `cells`: as they stand there; of a `broken` one the whole line."""

    line: int
    cells: tuple[str, ...]
    broken: bool = False


def open_sheet(file: Path, its: SourceMap) -> Sheet:
    """Raises BadSheet when it is no CSV, or has no column for what the source's reports must have."""
    csv.field_size_limit(LARGEST_CELL)
    encoding, lines = _encoding(file)
    header = next(_raw_rows(file, encoding), Row(1, ())).cells
    columns = tuple(_armed(name).strip() for name in header)
    if twins := sorted({name for name in columns if name and columns.count(name) > 1}):
        raise BadSheet(f"{file}, line 1: columns named twice: {', '.join(twins)}")
    needed = [field for ours, field in its.fields() if field.required or ours == "id"]
    if missing := ["/".join(field.names) for field in needed if not {*field.names} & {*columns}]:
        raise BadSheet(f"{file}, line 1: columns missing: {', '.join(missing)}")
    return Sheet(file, encoding, columns, lines)


def _encoding(file: Path) -> tuple[str, int]:
    """(the first that all of the file can be read in, how many lines it has). Raises BadSheet."""
    with file.open("rb") as stream:
        if stream.read(2) in OTHER_MARKS:
            raise BadSheet(f"{file}: UTF-16; save it as CSV in UTF-8 or GB18030")
    for encoding in ENCODINGS:
        decoder, lines = codecs.getincrementaldecoder(encoding)(), 0
        with file.open("rb") as stream:
            try:
                while block := stream.read(BLOCK):
                    lines += decoder.decode(block).count("\n")
                decoder.decode(b"", final=True)
                return ("utf-8-sig" if encoding == "utf-8" else encoding), lines
            except UnicodeDecodeError:
                continue
    raise BadSheet(f"{file}: neither UTF-8 nor GB18030")


def rows(sheet: Sheet) -> Iterator[Row]:
    """All but the header and empty lines."""
    found = _raw_rows(sheet.file, sheet.encoding)
    next(found, None)
    yield from (row for row in found if any(cell.strip() for cell in row.cells))


def _raw_rows(file: Path, encoding: str) -> Iterator[Row]:
    """Where a row has no end, its first line is broken and the next line is tried as a row."""
    with file.open(encoding=encoding, newline="") as stream:
        ahead: deque[str] = deque()
        line = 1
        while first := ahead.popleft() if ahead else stream.readline():
            taken, cells = [first], _cells([first])
            while cells is None and len(taken) < MOST_LINES and sum(map(len, taken)) < MOST_LETTERS:
                if not (more := ahead.popleft() if ahead else stream.readline()):
                    break
                taken.append(more)
                cells = _cells(taken) if '"' in more else None
            if cells is None:
                ahead.extendleft(reversed(taken[1:]))
                yield Row(line, (first.rstrip("\r\n"),), broken=True)
            else:
                yield Row(line, cells)
            line += len(taken) if cells is not None else 1


def _cells(lines: Sequence[str]) -> tuple[str, ...] | None:
    """None while a quote is open, or where one stands wrongly."""
    try:
        return tuple(cell for row in csv.reader(lines, strict=True) for cell in row)
    except csv.Error:
        return None


def named(sheet: Sheet, row: Row) -> dict[str, str]:
    """The row as a source would have sent it: by column, without what disarmed a formula."""
    return {name: _armed(cell) for name, cell in zip(sheet.columns, row.cells, strict=False)}


def _armed(cell: str) -> str:
    return cell[1:] if DISARMED.match(cell) else cell
