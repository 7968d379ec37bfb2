"""Staff: added, given a token or a password; and the 演示 street of a first start."""

import secrets
from dataclasses import dataclass

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.auth import new_token, set_password
from api.errors import AppError
from api.lifecycle import STAFF_ROLES, Role
from api.models import Area, Staff, Unit
from api.office import Clock

DEMO_STREET = "吴门桥街道"  # one of the two streets which, by the bulletin, tendered the 27 items
DEMO_TITLES = {
    Role.TRIAGE: "受理员",
    Role.HANDLER: "维修队",
    Role.VERIFIER: "核查员",
    Role.ADVISER: "法律顾问",
    Role.SUPERVISOR: "督办员",
    Role.ADMIN: "管理员",
}


class BadStaff(AppError):
    code, status, title = "bad_staff", 422, "this member of staff cannot be added"


@dataclass(frozen=True, slots=True)
class Login:
    name: str
    role: Role
    title: str
    password: str


async def add(session: AsyncSession, clock: Clock, name: str, role: str, scope: str = "", *, demo: bool = False) -> Staff:
    if role not in list(STAFF_ROLES):
        raise BadStaff(reason=f"role must be one of {', '.join(STAFF_ROLES)}")
    if (await session.exec(select(Staff).where(Staff.name == name))).first():
        raise BadStaff(reason=f"'{name}' is already there")
    if scope and await session.get(Area, scope) is None and await session.get(Unit, scope) is None:
        raise BadStaff(reason=f"scope '{scope}' is the code of no street, community, grid or unit")
    staff = Staff(name=name, role=Role(role), scope=scope, demo=demo, created_at=clock())
    session.add(staff)
    await session.flush()
    return staff


async def add_unit(session: AsyncSession, code: str, name: str, kind: str, street: str) -> Unit:
    """`street` is the name or the code of the street that the unit serves, "" for the whole district."""
    area = await session.get(Area, street) if street else None
    unit = Unit(code=code, name=name, kind=kind, street=area.name if area else street)
    await session.merge(unit)
    return unit


async def token_for(session: AsyncSession, name: str) -> str:
    staff = (await session.exec(select(Staff).where(Staff.name == name, Staff.active))).first()
    if staff is None:
        raise BadStaff(reason=f"there is no '{name}'")
    return new_token(staff)


async def nobody_yet(session: AsyncSession) -> bool:
    return (await session.exec(select(Staff.id).limit(1))).first() is None


async def first_admin(session: AsyncSession, clock: Clock) -> Login:
    return await _with_password(session, await add(session, clock, "admin", Role.ADMIN), "管理员")


async def demo_street(session: AsyncSession, clock: Clock) -> list[Login]:
    """One login a role for a street named as 演示, and its 演示 contractor. They see the whole district."""
    area = (await session.exec(select(Area).where(Area.name == DEMO_STREET))).one()
    contractor = Unit(
        code=f"contractor-{area.code}", name=f"{DEMO_STREET}快修队（演示）", kind="contractor", street=DEMO_STREET, demo=True
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
