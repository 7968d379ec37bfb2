"""What crosses HTTP for staff and other offices alone; the bot has no need of it."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StrictBool

from api.presence import Doing
from api.schemas import SomeWords, Strict, Utc, Whole, Words


class UnderstandingOut(BaseModel):
    kind: str
    label: str
    confidence: float
    alternatives: list[dict[str, Any]]
    urgent: bool
    place: str
    street: str | None
    community: str | None
    grid: str | None
    matters: list[str]
    because: list[str]


class IntakeOut(BaseModel):
    """What the source keeps. `changed`: what came was new, and joined the ticket's record."""

    number: str
    status: str
    label: str
    confidence: float
    changed: bool


class LookIn(Strict):
    reason: SomeWords


class IdentityOut(BaseModel):
    """What the resident wrote, unmasked. That it was looked at is on the ticket's record."""

    text: str
    said: list[str]
    channel: str


class MemberOut(BaseModel):
    post: str
    name: str


class UnitOut(BaseModel):
    """`on_duty`: by the names they sign in with; with a roster and nobody there, nobody is on duty now."""

    code: str
    name: str
    kind: str
    street: str
    demo: bool
    members: list[MemberOut]
    has_roster: bool
    on_duty: list[str]


class RouteOut(BaseModel):
    """Whom the rules give a ticket to now; `to` "": no rule takes it, and triage decides."""

    to: str
    rule: str
    joint: list[str]
    unusable: list[tuple[str, str]] = Field(description="rules whose turn it was and that could not apply, and why")


class TroubleOut(BaseModel):
    """`times`: tickets that the rule should have taken and could not; `number`: the last of them."""

    rule: str
    why: str
    area: str
    times: int
    number: str
    first_at: datetime
    last_at: datetime


class PhotoOut(BaseModel):
    photo: str
    width: int
    height: int


class DraftIn(Strict):
    """An adviser's answer so far. `version`: of the draft that it was written on; 0: there was none."""

    note: Words = ""
    laws: Words = ""
    lawyer: StrictBool = False
    version: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1), Whole] = 0


class DraftOut(BaseModel):
    version: int
    saved_at: Utc


class HoldIn(Strict):
    """`over`: even out of a colleague's hands, by a supervisor."""

    over: StrictBool = False


class PresenceIn(Strict):
    doing: Doing


class LookerOut(BaseModel):
    staff: str
    writes: bool


class PresentOut(BaseModel):
    """Who else has the ticket open."""

    who: list[LookerOut]
