"""Who works here and as what, changed by an admin: never so that nobody could change it back, or that what somebody
has in hand lies with nobody."""

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import credentials, people
from api.actors import Actor
from api.errors import NotFound
from api.lifecycle import Role
from api.models import Staff, Ticket
from api.people import BadStaff


async def everybody(session: AsyncSession) -> list[Staff]:
    """Who works here first, by name."""
    query = select(Staff).order_by(col(Staff.active).desc(), col(Staff.name))
    return list((await session.exec(query)).all())


async def in_hand(session: AsyncSession) -> dict[str, int]:
    """How many open tickets lie with a person, by name."""
    query = select(Ticket.assignee, func.count()).where(col(Ticket.ended_at).is_(None))
    return {str(name): many for name, many in (await session.exec(query.group_by(col(Ticket.assignee)))).all()}


async def change(session: AsyncSession, by: Actor, staff_id: int, role: str, scope: str) -> Staff:
    """Raises NotFound or BadStaff."""
    staff = await _known(session, staff_id)
    if role != staff.role:
        await _may_leave(session, by, staff)
    people.check_role(role)
    if scope != staff.scope:
        await people.check_scope(session, scope)
    staff.role, staff.scope = Role(role), scope
    await session.flush()
    return staff


async def dismiss(session: AsyncSession, by: Actor, staff_id: int) -> Staff:
    """Nothing lets them in any more; what they did stays on record. Raises NotFound or BadStaff."""
    staff = await _known(session, staff_id)
    await _may_leave(session, by, staff)
    await people.remove(session, staff.name)
    return staff


async def take_back(session: AsyncSession, staff_id: int) -> Staff:
    """Under the name they had; they need a new password. Raises NotFound."""
    staff = await _known(session, staff_id)
    if not staff.active:
        staff.active, staff.password_hash = True, ""
    return staff


async def new_password(session: AsyncSession, staff_id: int) -> tuple[Staff, str]:
    """Raises NotFound or BadStaff."""
    staff = await _known(session, staff_id)
    if not staff.active:
        raise BadStaff(reason=f"'{staff.name}' does not work here any more", why="gone")
    return staff, await people.new_password(session, staff.name)


async def revoke(session: AsyncSession, staff_id: int) -> Staff:
    staff = await _known(session, staff_id)
    await credentials.revoke(session, staff.id)
    return staff


async def _known(session: AsyncSession, staff_id: int) -> Staff:
    staff = await session.get(Staff, staff_id)
    if staff is None:
        raise NotFound(staff=staff_id)
    return staff


async def _may_leave(session: AsyncSession, by: Actor, staff: Staff) -> None:
    """Of two admins who dismiss each other the second waits here, and is refused."""
    admins = select(Staff.name).where(Staff.role == Role.ADMIN, Staff.active).order_by(col(Staff.id))
    left = (await session.exec(admins.with_for_update())).all()
    await session.refresh(staff)
    if by.name not in left:
        raise BadStaff(reason=f"'{by.name}' is no admin any more", why="not_you")
    if staff.name == by.name:
        raise BadStaff(reason="nobody takes away their own office", why="self")
    if many := (await in_hand(session)).get(staff.name, 0):
        raise BadStaff(reason=f"{many} open tickets lie with '{staff.name}'", why="in_hand", many=many)
