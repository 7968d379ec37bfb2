"""How people and units are called on the pages; who is only there for the demonstration is named 演示."""

from collections.abc import Mapping

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.lifecycle import WAITS_ON, Lane, Role, Status
from api.models import Staff, Unit
from api.pages.words import ROLES

DEMO = "（演示）"
Names = Mapping[str, str]
TAKERS = (Role.HANDLER, Role.ADVISER)


async def names(session: AsyncSession) -> Names:
    """By staff name, by unit code, and by the names under which events are told that no staff made."""
    others = {role.value: ROLES[role] for role in (Role.RESIDENT, Role.SYSTEM, Role.CLOCK)}
    units = {unit.code: of_unit(unit) for unit in (await session.exec(select(Unit))).all()}
    staff = {person.name: of_staff(person) for person in (await session.exec(select(Staff))).all()}
    return others | units | staff


def of_staff(person: Staff) -> str:
    """One demo login stands for its role; its login name would tell nothing more."""
    return f"{ROLES[person.role]}{DEMO}" if person.demo else f"{ROLES[person.role]} {person.name}"


def of_unit(unit: Unit) -> str:
    return unit.name if not unit.demo or "演示" in unit.name else f"{unit.name}{DEMO}"


def with_whom(called: Names, lane: Lane | str, status: Status | str, assignee: str | None) -> str:
    """Who a ticket lies with, or whom it waits for; "" when it has ended."""
    waits = WAITS_ON.get((Lane(lane), Status(status)))
    if waits in TAKERS and assignee:
        return called.get(assignee, assignee)
    return f"等{ROLES[waits]}" if waits else ""


async def is_demo(session: AsyncSession) -> bool:
    """Where people only play at working, what they count is played, too."""
    return (await session.exec(select(Staff.id).where(Staff.demo).limit(1))).first() is not None
