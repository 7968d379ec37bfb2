"""/grids: which grid a point lies in, or a place."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from api.auth import Caller
from api.errors import Forbidden, Malformed, NotFound
from api.lifecycle import STAFF_ROLES, Role
from api.positions import TO_WGS84
from api.problems import may_answer
from api.routes.deps import Number, Reading, TheOffice
from api.schemas import Place
from api.whereabouts import Grid

router = APIRouter(tags=["grids"])


@dataclass(frozen=True, slots=True)
class Wanted:
    lat: Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False)] = None
    lon: Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)] = None
    system: Literal["wgs84", "gcj02"] = "wgs84"
    place: Place = ""


async def for_work(caller: Caller) -> None:
    """Staff and the bot itself."""
    if caller.role not in (*STAFF_ROLES, Role.SYSTEM):
        raise Forbidden(role=caller.role)


@router.get("/grids", responses=may_answer(404), dependencies=[Depends(for_work)])
async def find(wanted: Annotated[Wanted, Depends()], session: Reading, office: TheOffice) -> Grid:
    """Of `lat` and `lon`, or of the words of `place`: these say the street, the community and, when it has exactly one,
    the grid, whose `code` is empty else."""
    chart = await office.atlas.chart(session)
    match wanted:
        case Wanted(lat=float(lat), lon=float(lon), place=""):
            found = chart.at(*TO_WGS84[wanted.system]((lat, lon)))
        case Wanted(lat=None, lon=None, place=place) if place:
            found = chart.named(await asyncio.to_thread(office.nlp.locate, place))
        case _:
            raise Malformed(errors=[{"at": "query", "is": "either lat and lon, or place"}])
    return _there(found)


@router.get("/grids/{code}", responses=may_answer(404), dependencies=[Depends(for_work)])
async def read_grid(code: Number, session: Reading, office: TheOffice) -> Grid:
    """Retired ones too: tickets keep their codes."""
    return _there((await office.atlas.chart(session)).by_code.get(code))


def _there(grid: Grid | None) -> Grid:
    if grid is None:
        raise NotFound
    return grid
