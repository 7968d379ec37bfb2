"""Staff: added, given a token or a password; and the 演示 street of a first start."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import credentials
from api.errors import AppError
from api.lifecycle import STAFF_ROLES, Role
from api.models import Area, Staff, Ticket, Unit
from api.office import Clock
from api.organisation_file import KINDS
from api.passwords import set_password
from api.schemas import plain

NAME = re.compile(r"(?=.*\S)[^:\x00-\x1f\x7f\ud800-\udfff]{1,100}")
DEMO_STREET = "吴门桥街道"  # one of the two streets which, by the bulletin, tendered the 27 items
DEMO_TITLES = {
    Role.TRIAGE: "受理员",
    Role.HANDLER: "维修队",
    Role.VERIFIER: "核查员",
    Role.ADVISER: "法律顾问",
    Role.SUPERVISOR: "督办员",
    Role.ADMIN: "管理员",
}


NOT_NAMES = {*Role, "system", "clock"}  # notices are addressed to them


class BadStaff(AppError):
    """`reason` for operators; `why`: a code, where a page must say it."""

    code, status, title = "bad_staff", 422, "this member of staff cannot be added"


class BadUnit(AppError):
    """`reason` for operators; `why`: a code, where a page must say it."""

    code, status, title = "bad_unit", 422, "this unit cannot be added"


@dataclass(frozen=True, slots=True)
class Login:
    name: str
    role: Role
    title: str
    password: str


async def add(
    session: AsyncSession, clock: Clock, name: str, role: str, scope: str = "", *, demo: bool = False
) -> Staff:
    check_role(role)
    if not NAME.fullmatch(name) or name in NOT_NAMES - {role}:
        raise BadStaff(
            reason=f"'{plain(name)}' cannot be a name: 1-100 visible characters without ':', and no other role",
            why="name",
        )
    if (await session.exec(select(Staff).where(Staff.name == name))).first():
        raise BadStaff(reason=f"'{name}' is already there", why="taken")
    await check_scope(session, scope)
    staff = Staff(name=name, role=Role(role), scope=scope, demo=demo, created_at=clock())
    try:
        async with session.begin_nested():
            session.add(staff)
    except IntegrityError:  # of two at once, the second
        raise BadStaff(reason=f"'{name}' is already there", why="taken") from None
    return staff


def check_role(role: str) -> None:
    if role not in list(STAFF_ROLES):
        raise BadStaff(reason=f"role must be one of {', '.join(STAFF_ROLES)}", why="role")


async def check_scope(session: AsyncSession, scope: str) -> None:
    if scope and await session.get(Area, scope) is None and await session.get(Unit, scope) is None:
        raise BadStaff(reason=f"scope '{scope}' is the code of no street, community, grid or unit", why="scope")


async def add_unit(session: AsyncSession, code: str, name: str, kind: str, street: str) -> Unit:
    """Of a code that is there, the unit becomes as is said here. Raises BadUnit."""
    return await session.merge(await new_unit(session, code, name, kind, street))


async def new_unit(session: AsyncSession, code: str, name: str, kind: str, street: str) -> Unit:
    """Not stored yet. `street` is the name or the code of the street that it serves, "" for the whole district."""
    if not NAME.fullmatch(code) or kind not in KINDS:
        raise BadUnit(reason=f"a unit has a code, a name, and a kind, one of {', '.join(KINDS)}")
    check_unit_name(name)
    return Unit(code=code, name=name, kind=kind, street=await street_called(session, street) if street else "")


def check_unit_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise BadUnit(reason="a unit has a name of 1-100 visible characters without ':'", why="name")


async def remove_unit(session: AsyncSession, clock: Clock, code: str) -> None:
    """Its name stays with what it did. Raises BadUnit."""
    unit = await session.get(Unit, code)
    if unit is None or unit.retired_at is not None:
        raise BadUnit(reason=f"there is no unit '{plain(code)}'")
    lie = select(func.count()).where(Ticket.assignee == code, col(Ticket.ended_at).is_(None))
    if open_ones := (await session.exec(lie)).one():
        raise BadUnit(
            reason=f"{open_ones} open tickets lie with {code}; dispatch them to another first",
            why="in_hand",
            many=open_ones,
        )
    unit.retired_at = clock()


async def street_called(session: AsyncSession, given: str) -> str:
    query = select(Area.name).where(Area.level == "street", or_(col(Area.code) == given, col(Area.name) == given))
    name = (await session.exec(query)).first()
    if name is None:
        raise BadUnit(reason=f"'{plain(given)}' is neither the name nor the code of a street", why="street")
    return name


async def called(session: AsyncSession, name: str) -> Staff:
    """Whether or not they still work here. Raises BadStaff."""
    staff = (await session.exec(select(Staff).where(Staff.name == name))).first()
    if staff is None:
        raise BadStaff(reason=f"there is no '{plain(name)}'")
    return staff


async def token_for(
    session: AsyncSession, clock: Clock, name: str, *, reads_only: bool = False, lasts: timedelta | None = None
) -> str:
    staff = await called(session, name)
    if not staff.active:
        raise BadStaff(reason=f"'{plain(name)}' does not work here any more")
    return await credentials.new_token(session, staff, clock(), reads_only=reads_only, lasts=lasts)


async def new_password(session: AsyncSession, name: str) -> str:
    """Generated; ends what was open under the one before. Raises BadStaff."""
    staff, password = await called(session, name), secrets.token_urlsafe(9)
    await credentials.revoke(session, staff.id)
    set_password(staff, password)
    return password


async def binding_code(session: AsyncSession, clock: Clock, name: str) -> str:
    return await credentials.binding_code(session, (await called(session, name)).id, clock())


async def revoke(session: AsyncSession, name: str) -> dict[str, int]:
    return await credentials.revoke(session, (await called(session, name)).id)


async def remove(session: AsyncSession, name: str) -> None:
    staff = await called(session, name)
    staff.active = False
    await credentials.revoke(session, staff.id)


async def nobody_yet(session: AsyncSession) -> bool:
    return (await session.exec(select(Staff.id).limit(1))).first() is None


async def first_admin(session: AsyncSession, clock: Clock) -> Login:
    return await _with_password(session, await add(session, clock, "admin", Role.ADMIN), "管理员")


async def demo_street(session: AsyncSession, clock: Clock) -> list[Login]:
    """One login a role for a street named as 演示, and its 演示 contractor. They see the whole district."""
    area = (await session.exec(select(Area).where(Area.name == DEMO_STREET))).one()
    contractor = Unit(
        code=f"contractor-{area.code}",
        name=f"{DEMO_STREET}快修队（演示）",
        kind="contractor",
        street=DEMO_STREET,
        demo=True,
    )
    session.add(contractor)
    await session.flush()
    return [
        await _with_password(
            session,
            await add(session, clock, f"demo-{role}", role, contractor.code if role is Role.HANDLER else "", demo=True),
            f"{title}（演示）",
        )
        for role, title in DEMO_TITLES.items()
    ]


async def _with_password(session: AsyncSession, staff: Staff, title: str) -> Login:
    password = secrets.token_urlsafe(9)
    set_password(staff, password)
    await session.flush()
    return Login(staff.name, staff.role, title, password)
