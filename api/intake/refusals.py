"""FILE.refused.csv beside FILE.csv: line, reason, and every original cell. What a spreadsheet would run as a formula
has an apostrophe before it, which is taken away when the report is put right and imported."""

import csv
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from api.intake.sheets import FORMULA, LINE, REASON, Row, Sheet

RUNS = re.compile(rf"'*{FORMULA}")


class Refusals:
    def __init__(self, sheet: Sheet) -> None:
        self._skip = 2 if sheet.is_report else 0  # there is one pair of our own columns
        self._columns = sheet.columns
        self._part = sheet.file.with_name(f".{sheet.file.stem}.refused.part")
        self.file = sheet.file.with_name(f"{sheet.file.stem}.refused.csv")
        self._part.unlink(missing_ok=True)
        # with a mark, for Excel; for its owner only, for it holds residents' words
        descriptor = os.open(self._part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        self._stream = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._stream)
        self.count = 0

    def add(self, row: Row, reason: str) -> None:
        if not self.count:
            self._write((LINE, REASON, *self._columns[self._skip :]))
        self._write((str(row.line), reason, *row.cells[0 if row.broken else self._skip :]))
        self.count += 1

    def _write(self, cells: Sequence[str]) -> None:
        self._writer.writerow([f"'{cell}" if RUNS.match(cell) else cell for cell in cells])

    def close(self) -> None:
        """The report of the run before goes in any case."""
        self._stream.close()
        if self.count:
            os.replace(self._part, self.file)
        else:
            self._part.unlink()
            self.file.unlink(missing_ok=True)


@contextmanager
def refusals(sheet: Sheet) -> Iterator[Refusals]:
    """Kept whatever ends the block."""
    report = Refusals(sheet)
    try:
        yield report
    finally:
        report.close()
