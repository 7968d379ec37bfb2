"""/units: contractors and other units, what lies with them and what their word was worth; and the form of one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import appointments, appraisal
from api.actors import Actor
from api.appraisal import Record
from api.errors import AppError, NotFound
from api.models import Area, Unit
from api.office import Office
from api.pages.error_words import BAD_UNITS, of_error
from api.pages.names import of_unit
from api.pages.takers import Group, units
from api.pages.words import UNIT_KINDS
from api.people import BadUnit
from api.units import ONE_BY_ONE

LOOKS_BACK = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Typed:
    code: str = ""
    name: str = ""
    kind: str = ""
    street: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """`done`: how often it said so in LOOKS_BACK; `undone`: how often the verifier or the residents said otherwise."""

    unit: Unit
    called: str
    in_hand: int
    done: int
    undone: int


@dataclass(frozen=True, slots=True)
class Refused:
    error: AppError
    typed: Typed


async def context(
    session: AsyncSession, office: Office, reader: Actor, chosen: str, refused: Refused | None = None
) -> dict[str, Any]:
    """`chosen` "": none, but the form for a new one. Raises NotFound."""
    hands = await appointments.in_hand(session)
    records = {one.code: one for one in await appraisal.records(session, reader, office.clock() - LOOKS_BACK)}
    lines = [_line(unit, hands, records.get(unit.code)) for unit in await units(session)]
    one = next((line for line in lines if line.unit.code == chosen), None)
    if chosen and one is None:
        raise NotFound(unit=chosen)
    begun = Typed(one.unit.code, one.unit.name, one.unit.kind, one.unit.street) if one else Typed()
    return {
        "lines": lines,
        "one": one,
        "typed": refused.typed if refused else begun,
        "kinds": [Group("", [("", "请选择"), *((kind, UNIT_KINDS[kind]) for kind in ONE_BY_ONE)])],
        "streets": await _streets(session),
        "kind_words": UNIT_KINDS,
        "days": LOOKS_BACK.days,
        "refused": _sentence(refused.error) if refused else "",
    }


def _line(unit: Unit, hands: dict[str, int], record: Record | None) -> Line:
    done, undone = (record.done, record.failed + record.disputed) if record else (0, 0)
    return Line(unit, of_unit(unit), hands.get(unit.code, 0), done, undone)


async def _streets(session: AsyncSession) -> list[Group]:
    query = select(Area.name).where(Area.level == "street", col(Area.retired_at).is_(None)).order_by(col(Area.code))
    return [Group("", [("", "全区"), *((name, name) for name in (await session.exec(query)).all())])]


def _sentence(error: AppError) -> str:
    why = str(error.facts.get("why", ""))
    if isinstance(error, BadUnit) and why in BAD_UNITS:
        return BAD_UNITS[why].format(many=error.facts.get("many", 0))
    return of_error(error.code, str(error.facts.get("reason", "")))
