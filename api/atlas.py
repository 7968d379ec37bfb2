"""The grids in memory: which holds a point, which a place names. Read once, and again when an import changed them."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.geometry import Index, stored
from api.lifecycle import Lane
from api.models import Area, Ticket
from api.whereabouts import Grid, Named, settle

LOOKS_EVERY = 2.0  # seconds between looks at whether an import changed something, in any process


@dataclass(frozen=True)
class Chart:
    """The grids as one revision of the areas has them; retired ones are known by their code alone."""

    revision: int
    by_code: dict[str, Grid]
    in_community: dict[tuple[str, str], list[Grid]]
    drawn: list[Grid]
    index: Index

    @classmethod
    def of(cls, revision: int, areas: Iterable[Area]) -> "Chart":
        known = {area.code: area for area in areas}
        grids = {code: _grid(area, known) for code, area in sorted(known.items()) if area.level == "grid"}
        active = [grid for grid in grids.values() if not grid.retired]
        by_community: dict[tuple[str, str], list[Grid]] = {}
        for grid in active:
            by_community.setdefault((grid.street, grid.community), []).append(grid)
        drawn = [grid for grid in active if known[grid.code].polygon]
        index = Index(stored([known[grid.code].polygon for grid in drawn]))
        return cls(revision, grids, by_community, drawn, index)

    def at(self, lat: float | None, lon: float | None) -> Grid | None:
        """WGS 84."""
        found = None if lat is None or lon is None else self.index.at(lat, lon)
        return None if found is None else self.drawn[found]

    @cached_property
    def centres(self) -> dict[str, tuple[float, float]]:
        """By the codes of the drawn grids."""
        return {grid.code: spot for grid, spot in zip(self.drawn, self.index.centres, strict=True)}

    def only(self, street: str, community: str) -> Grid | None:
        """A community's grid, when it has exactly one."""
        grids = self.in_community.get((street, community), ())
        return grids[0] if len(grids) == 1 else None

    def named(self, words: Named) -> Grid | None:
        """What a phrase names, as close as that is known. None: no street."""
        if not words.street:
            return None
        return self.only(words.street, words.community) or Grid("", "", "", words.street, words.community)


def _grid(area: Area, known: dict[str, Area]) -> Grid:
    community = known[area.parent]
    return Grid(
        area.code, area.name, area.kind, known[community.parent].name, community.name, area.demo,
        area.retired_at is not None,
    )  # fmt: skip


class Atlas:
    """The one thing of an office that changes. Two requests that read it anew at the same time do so both: harmless."""

    def __init__(self, looks_every: float = LOOKS_EVERY) -> None:
        self._looks_every = looks_every
        self._next_look = 0.0
        self._chart: Chart | None = None

    async def chart(self, session: AsyncSession) -> Chart:
        now = asyncio.get_running_loop().time()
        if self._chart is None or now >= self._next_look:
            self._next_look = now + self._looks_every
            self._chart = await self._newest(session)
        return self._chart

    async def _newest(self, session: AsyncSession) -> Chart:
        revision = (await session.exec(select(func.max(Area.revision)))).one() or 0
        if self._chart is not None and self._chart.revision == revision:
            return self._chart
        areas = (await session.exec(select(Area).order_by(col(Area.code)))).all()
        return await asyncio.to_thread(Chart.of, revision, areas)

    async def place(self, session: AsyncSession, ticket: Ticket, words: Named) -> dict[str, Any]:
        """Writes where a report belongs; returns what of it belongs on the record. A legal matter is told by its
        topic, and three hundred households would be more than that."""
        chart = await self.chart(session)
        only = chart.only(words.street, words.community)
        found = settle(words, chart.at(ticket.lat, ticket.lon), only.code if only else "")
        ticket.street, ticket.community = found.street, found.community
        if ticket.lane is Lane.LEGAL:
            ticket.grid = ""
            return {}
        ticket.grid = found.grid
        return found.facts
