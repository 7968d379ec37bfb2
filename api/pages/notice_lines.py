"""What became of each notice, in words. Who a resident is stands in none of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.deliveries import Delivery, Standing
from api.lifecycle import Lane, Role
from api.notices import DESK
from api.pages.names import Names
from api.pages.story import notice_of
from api.pages.words import (
    CHANNELS,
    DESK_CHANNEL,
    LOOKED_AT,
    NOT_ARRIVED,
    OTHER_CHANNEL,
    ROLES,
    STANDINGS,
    UNSEEN,
    WHOM,
    WHY_NOT_ARRIVED,
)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """`state` is for its colour: late (it failed), kept (it arrived) or ""."""

    id: int
    whom: str
    by: str
    about: str
    standing: str
    state: str
    at: datetime
    why: str
    again: bool
    may_again: bool


def lines(deliveries: Iterable[Delivery], lane: Lane, called: Names) -> list[NoticeLine]:
    return [
        NoticeLine(
            id=one.id,
            whom=_whom(one, called),
            by=DESK_CHANNEL if one.channel == DESK else CHANNELS.get(one.channel, OTHER_CHANNEL),
            about=notice_of(one.kind, lane),
            standing=_standing(one),
            state={Standing.FAILED: "late", Standing.ARRIVED: "kept"}.get(one.standing, ""),
            at=one.at,
            why=(WHY_NOT_ARRIVED.get(one.why) or NOT_ARRIVED) if one.why else "",
            again=one.again,
            may_again=one.may_again,
        )
        for one in deliveries
    ]


def _whom(one: Delivery, called: Names) -> str:
    if one.whom == "source":
        return CHANNELS.get(one.channel, OTHER_CHANNEL)
    if one.nth:
        return f"{WHOM[one.whom]} {one.nth}"
    role = ROLES[Role(one.whom)] if one.whom in list(Role) else one.whom
    return WHOM.get(one.whom) or called.get(one.whom, role)


def _standing(one: Delivery) -> str:
    if one.channel != DESK:
        return STANDINGS[one.standing]
    return LOOKED_AT if one.standing is Standing.ARRIVED else UNSEEN
