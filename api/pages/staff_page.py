"""/staff: who works here, as what and where; and the form of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import appointments
from api.errors import AppError, NotFound
from api.lifecycle import STAFF_ROLES
from api.models import Area, Staff
from api.pages.error_words import BAD_STAFF, of_error
from api.pages.names import of_staff
from api.pages.takers import Group, by_kind, units
from api.pages.words import ROLES
from api.people import BadStaff

WHOLE = ("", "全区")


@dataclass(frozen=True, slots=True)
class Typed:
    name: str = ""
    role: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """`locked_until`: after too many wrong passwords, None where it is not."""

    id: int
    name: str
    called: str
    role: str
    scope: str
    where: str
    active: bool
    in_hand: int
    locked_until: datetime | None
    signs_in: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a form: refused, with what was typed; or a new password, shown this once."""

    error: AppError | None = None
    typed: Typed | None = None
    password: str = ""


NOTHING = Told()


async def context(session: AsyncSession, now: datetime, chosen: int, told: Told = NOTHING) -> dict[str, Any]:
    """`chosen` 0: nobody, but the form for a new one. Raises NotFound."""
    groups = await _scopes(session)
    where = {value: text for group in groups for value, text in group.choices}
    hands = await appointments.in_hand(session)
    everybody = [_person(staff, where, hands, now) for staff in await appointments.everybody(session)]
    one = next((person for person in everybody if person.id == chosen), None)
    if chosen and one is None:
        raise NotFound(staff=chosen)
    begun = Typed(one.name, one.role, one.scope) if one else Typed()
    return {
        "people": everybody,
        "one": one,
        "typed": told.typed or begun,
        "roles": [Group("", [("", "请选择"), *((role.value, ROLES[role]) for role in STAFF_ROLES)])],
        "scopes": groups if begun.scope in where else [*groups, Group("", [(begun.scope, begun.scope)])],
        "password": told.password,
        "refused": _sentence(told.error) if told.error else "",
        "role_words": {role.value: ROLES[role] for role in STAFF_ROLES},
    }


def _person(staff: Staff, where: dict[str, str], hands: dict[str, int], now: datetime) -> Person:
    locked = staff.locked_until if staff.locked_until and staff.locked_until > now else None
    return Person(
        id=staff.id,
        name=staff.name,
        called=of_staff(staff),
        role=staff.role.value,
        scope=staff.scope,
        where=where.get(staff.scope, staff.scope),
        active=staff.active,
        in_hand=hands.get(staff.name, 0),
        locked_until=locked,
        signs_in=bool(staff.password_hash),
    )


async def _scopes(session: AsyncSession) -> Sequence[Group]:
    """The whole district, its streets, the units, and the communities of each street."""
    query = select(Area).where(col(Area.level).in_(("street", "community")), col(Area.retired_at).is_(None))
    areas = (await session.exec(query.order_by(col(Area.code)))).all()
    streets = [area for area in areas if area.level == "street"]
    return [
        Group("", [WHOLE]),
        Group("街道", [(street.code, street.name) for street in streets]),
        *by_kind(await units(session)),
        *(Group(of.name, [(a.code, a.name) for a in areas if a.parent == of.code]) for of in streets),
    ]


def _sentence(error: AppError) -> str:
    why = str(error.facts.get("why", ""))
    if isinstance(error, BadStaff) and why in BAD_STAFF:
        return BAD_STAFF[why].format(many=error.facts.get("many", 0))
    return of_error(error.code, str(error.facts.get("reason", "")))
