"""What a member of staff is known by: bearer tokens, sessions of the pages, and chats bound to them. All revocable."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, delete, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import NotFound
from api.lifecycle import Role
from api.models import BindingCode, Staff, StaffGrant, StaffSession, StaffToken

CODE_LASTS = timedelta(minutes=10)
CODE_DIGITS = 8


def digest(token: str) -> str:
    """Tokens are random and long: a plain hash keeps a stolen database from being a set of keys."""
    return hashlib.sha256(token.encode()).hexdigest()


async def new_token(
    session: AsyncSession, staff: Staff, now: datetime, *, reads_only: bool = False, lasts: timedelta | None = None
) -> str:
    """Replaces the person's token of the same kind: one that may do everything they may, one that only reads."""
    await session.exec(
        delete(StaffToken).where(col(StaffToken.staff_id) == staff.id, col(StaffToken.reads_only) == reads_only)
    )
    token = secrets.token_urlsafe(32)
    session.add(
        StaffToken(
            token_hash=digest(token),
            staff_id=staff.id,
            reads_only=reads_only,
            created_at=now,
            expires_at=now + lasts if lasts else None,
        )
    )
    return token


async def by_token(session: AsyncSession, token: str, now: datetime) -> tuple[Staff, StaffToken] | None:
    query = (
        select(Staff, StaffToken)
        .join(StaffToken, col(StaffToken.staff_id) == col(Staff.id))
        .where(StaffToken.token_hash == digest(token), Staff.active)
        .where(or_(col(StaffToken.expires_at).is_(None), col(StaffToken.expires_at) > now))
    )
    return (await session.exec(query)).first()


async def by_cookie(session: AsyncSession, cookie: str, now: datetime) -> tuple[Staff, StaffSession] | None:
    query = (
        select(Staff, StaffSession)
        .join(StaffSession, col(StaffSession.staff_id) == col(Staff.id))
        .where(StaffSession.token_hash == digest(cookie), col(StaffSession.expires_at) > now, Staff.active)
    )
    return (await session.exec(query)).first()


async def standing(session: AsyncSession, digests: set[str], now: datetime) -> dict[str, tuple[Role, str]]:
    """Whose role and scope those of these tokens and cookies stand for that still let anybody in."""
    known: dict[str, tuple[Role, str]] = {}
    for kind in (StaffSession, StaffToken):
        query = (
            select(kind.token_hash, Staff.role, Staff.scope)
            .join(Staff, col(Staff.id) == col(kind.staff_id))
            .where(col(kind.token_hash).in_(digests), Staff.active)
            .where(or_(col(kind.expires_at).is_(None), col(kind.expires_at) > now))
        )
        known |= {token: (Role(role), scope) for token, role, scope in (await session.exec(query)).all()}
    return known


async def by_grant(session: AsyncSession, channel: str, address: str) -> Staff | None:
    """Whom this chat was bound to by that person's own code."""
    query = (
        select(Staff)
        .join(StaffGrant, col(StaffGrant.staff_id) == col(Staff.id))
        .where(StaffGrant.channel == channel, StaffGrant.address == address, Staff.active)
    )
    return (await session.exec(query)).first()


async def binding_code(session: AsyncSession, staff_id: int, now: datetime) -> str:
    """For the person to say in their chat within ten minutes; it is used up by the first who does."""
    await session.exec(delete(BindingCode).where(col(BindingCode.staff_id) == staff_id))
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    session.add(BindingCode(code_hash=digest(code), staff_id=staff_id, expires_at=now + CODE_LASTS))
    return code


async def bind(session: AsyncSession, channel: str, address: str, code: str, now: datetime) -> Staff:
    """The chat acts for the code's person from now on. Raises NotFound: no such code, used up, or too old."""
    query = select(BindingCode).where(BindingCode.code_hash == digest(code), col(BindingCode.expires_at) > now)
    found = (await session.exec(query.with_for_update())).first()
    staff = await session.get(Staff, found.staff_id) if found else None
    if found is None or staff is None or not staff.active:
        raise NotFound(code_for="binding")
    await session.delete(found)
    await session.merge(StaffGrant(channel=channel, address=address, staff_id=staff.id, created_at=now))
    return staff


async def unbind(session: AsyncSession, channel: str, address: str) -> bool:
    """The chat acts for nobody any more; False where it did not before."""
    theirs = (col(StaffGrant.channel) == channel, col(StaffGrant.address) == address)
    return bool((await session.exec(delete(StaffGrant).where(*theirs))).rowcount)


async def revoke(session: AsyncSession, staff_id: int) -> dict[str, int]:
    """Ends every session, token and bound chat of a person; how many of each."""
    ended: dict[str, int] = {}
    kinds: dict[str, Any] = {"sessions": StaffSession, "tokens": StaffToken, "chats": StaffGrant, "codes": BindingCode}
    for name, kind in kinds.items():
        ended[name] = (await session.exec(delete(kind).where(col(kind.staff_id) == staff_id))).rowcount
    return ended
