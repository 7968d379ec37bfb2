"""Whom something can be given to, as the choices of a select: units by what they are, and people by what they do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.lifecycle import Lane, Role
from api.models import Staff, Unit
from api.pages.names import of_staff, of_unit
from api.pages.words import PEOPLE_GROUP, UNIT_KINDS


@dataclass(frozen=True, slots=True)
class Group:
    """Choices of a select, (value, text) each; "" as a name: outside any group."""

    name: str
    choices: Sequence[tuple[str, str]]


async def units(session: AsyncSession) -> list[Unit]:
    """Those in use, by kind."""
    query = select(Unit).where(col(Unit.retired_at).is_(None)).order_by(col(Unit.name))
    return sorted((await session.exec(query)).all(), key=lambda unit: list(UNIT_KINDS).index(unit.kind))


def named(units: Iterable[Unit]) -> list[tuple[str, str]]:
    return [(unit.code, of_unit(unit)) for unit in units]


def by_kind(ranked: Iterable[Unit]) -> list[Group]:
    return [Group(UNIT_KINDS[kind], named(of)) for kind, of in groupby(ranked, key=lambda unit: unit.kind)]


async def people(session: AsyncSession, lane: Lane, but: str | None = None) -> Group:
    """Handlers, or advisers of legal matters; `but` for one of them."""
    role = Role.ADVISER if lane is Lane.LEGAL else Role.HANDLER
    query = select(Staff).where(Staff.role == role, Staff.active, Staff.name != (but or ""))
    found = (await session.exec(query.order_by(col(Staff.name)))).all()
    return Group(PEOPLE_GROUP[lane], [(person.name, of_staff(person)) for person in found])
