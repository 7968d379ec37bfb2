"""Signing in to the staff pages: argon2, the same time for unknown names, and a lock after too many wrong passwords."""

import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.credentials import digest
from api.models import Staff, StaffSession

SESSION_LASTS = timedelta(hours=12)
WRONG_IN_A_ROW = 5
LOCKED_FOR = timedelta(minutes=15)
_passwords = PasswordHasher()


def set_password(staff: Staff, password: str) -> None:
    staff.password_hash = _passwords.hash(password)
    staff.wrong_passwords, staff.locked_until = 0, None


def password_fits(staff: Staff | None, password: str) -> bool:
    """Takes as long for an unknown name as for a known one."""
    known = staff.password_hash if staff and staff.password_hash else _nobodys()
    try:
        return _passwords.verify(known, password) and staff is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """Not at import: one hash takes 0.2 s of every start."""
    return _passwords.hash(secrets.token_urlsafe(16))


async def sign_in(session: AsyncSession, name: str, password: str, now: datetime) -> str | None:
    """The cookie of a new session, or None. While a name is locked the right password is refused like a wrong one:
    whoever guesses learns nothing."""
    query = select(Staff).where(Staff.name == name, Staff.active).with_for_update()
    staff = (await session.exec(query)).first()
    fits = password_fits(staff, password)
    if staff is None or is_locked(staff, now):
        return None
    if not fits:
        staff.wrong_passwords += 1
        if staff.wrong_passwords >= WRONG_IN_A_ROW:
            staff.wrong_passwords, staff.locked_until = 0, now + LOCKED_FOR
        return None
    staff.wrong_passwords, staff.locked_until = 0, None
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    session.add(StaffSession(token_hash=digest(token), staff_id=staff.id, csrf=csrf, expires_at=now + SESSION_LASTS))
    return token


def is_locked(staff: Staff, now: datetime) -> bool:
    return staff.locked_until is not None and staff.locked_until > now
