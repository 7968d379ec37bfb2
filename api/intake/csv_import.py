"""A source's CSV file through the same code as its requests: a row is a transaction, so that what was taken before an
interruption stays taken, and is known when the file comes again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from api.actors import Actor
from api.db import Database
from api.errors import AppError, Malformed
from api.intake import fields, taking
from api.intake.fields import Given
from api.intake.refusals import Refusals
from api.intake.sheets import Row, Sheet, named, rows
from api.intake.taking import Origin
from api.lifecycle import Role
from api.office import Office


@dataclass
class Counts:
    taken: int = 0
    changed: int = 0
    known: int = 0
    refused: int = 0

    def __str__(self) -> str:
        return f"{self.taken} taken, {self.changed} changed, {self.known} already known, {self.refused} refused"


@dataclass(frozen=True, slots=True)
class Import:
    """One run over one file. `seen`: digest of an id -> digest of its first row, and that row's line."""

    db: Database
    office: Office
    origin: Origin
    sheet: Sheet
    report: Refusals
    counts: Counts = field(default_factory=Counts)
    seen: dict[bytes, tuple[str, int]] = field(default_factory=dict)

    async def run(self, done_with: Callable[[int], None]) -> None:
        """`done_with` is told the line of each row."""
        for row in rows(self.sheet):
            try:
                await self._take(row)
            except AppError as refused:
                self.report.add(row, _reason(refused))
                self.counts.refused += 1
            done_with(row.line)

    async def _take(self, row: Row) -> None:
        if row.broken:
            raise Malformed(errors=[{"at": "row", "is": "not_csv"}])
        if len(row.cells) > len(self.sheet.columns):
            raise Malformed(errors=[{"at": "row", "is": "more_cells_than_columns"}])
        given = fields.read(self.origin.its, named(self.sheet, row))
        self._refuse_twin(given, row)
        actor = Actor(Role.SYSTEM, f"import:{self.origin.source}")
        taken = await taking.take(self.db, self.office, self.origin, given, actor)
        self.counts.taken += taken.fresh
        self.counts.changed += taken.changed
        self.counts.known += not (taken.fresh or taken.changed)

    def _refuse_twin(self, given: Given, row: Row) -> None:
        """Which of two rows of one file would be the change of the other cannot be known."""
        first, line = self.seen.setdefault(sha256(given.id.encode()).digest(), (given.digest, row.line))
        if first != given.digest:
            raise Malformed(errors=[{"at": self.origin.its.id.name, "is": f"other_words_in_line_{line}"}])


def _reason(refused: AppError) -> str:
    """`content: missing; callTime: not_a_time`, or the code and its facts: `has_ended GS20261123-0001 declined`."""
    if errors := refused.facts.get("errors"):
        return "; ".join(f"{row['at']}: {row['is']}" for row in errors)
    return " ".join([refused.code, *map(str, refused.facts.values())])
