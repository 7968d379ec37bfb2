"""What crosses HTTP. The bot may import this module: it is the contract between the two processes."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool
from pydantic import StringConstraints as Text

from api.told_schemas import Told as Told
from api.told_schemas import ToldOut
from api.typed import UNTYPABLE as UNTYPABLE
from api.typed import VISIBLE as VISIBLE
from api.typed import Channel as Channel
from api.typed import Latitude as Latitude
from api.typed import Line as Line
from api.typed import Longitude as Longitude
from api.typed import Name as Name
from api.typed import Place as Place
from api.typed import SomeWords as SomeWords
from api.typed import Stripped as Stripped
from api.typed import Typed as Typed
from api.typed import Whole as Whole
from api.typed import Words as Words
from api.typed import plain as plain

MAX_PHOTO_BYTES = 20 * 1024 * 1024
MAX_PHOTOS = 9
MOST_SAID = 6000  # letters of a notice: a note of 4000 with what stands around it


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Utc = Annotated[datetime, AfterValidator(_in_utc)]


def _is_empty(value: object) -> bool:
    return not value


class Report(Strict):
    """A resident's report. With `label` the resident has confirmed what it is about; without, the machine decides."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "channel": "telegram",
                "reporter": "5550001",
                "text": "南环新村12幢门口的路灯不亮了",
                "label": "street_light",
                "place": "南环新村12幢门口",
            }
        },
    )

    channel: Channel
    reporter: Name
    text: SomeWords
    label: Name | None = None
    place: Place = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    system: Literal["wgs84", "gcj02"] = Field(
        "wgs84", description="of lat and lon", exclude_if=lambda of: of == "wgs84"
    )
    urgent: StrictBool | None = None
    unless_known: StrictBool = Field(
        False, description="409 already_known, and nothing opened, where an open ticket seems to be the same matter"
    )
    facts: list[Told] = Field([], max_length=6, description="what the topic asks", exclude_if=_is_empty)
    anonymous: StrictBool = Field(
        False, description="a legal matter whose adviser is not to learn who it is", exclude_if=_is_empty
    )
    in_chat: StrictBool = Field(
        False,
        description="the resident agrees that the adviser reads and answers a legal matter in a chat",
        exclude_if=_is_empty,
    )
    no_case: StrictBool = Field(
        False, description="the resident wants no case made of a legal matter", exclude_if=_is_empty
    )


class Act(Strict):
    """What comes with an action; which of it is needed stands in the table of actions."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"to": "contractor-320508019"}})

    note: Words = ""
    reason: Words = ""
    to: Words = ""
    into: Words = ""
    joint: list[Words] | None = Field(None, max_length=5, description="with dispatch; null: as the rules say")
    score: Annotated[int, Field(strict=True, ge=1, le=5), Whole] | None = None
    label: Words = ""
    place: Place = ""
    laws: Words = Field(
        "", description="with an adviser's answer: what it rests on, a line each: 《民法典》第七百零八条"
    )
    lawyer: StrictBool = Field(
        False, description="with an adviser's answer: it needs a lawyer of their own", exclude_if=_is_empty
    )
    over_draft: Utc | None = Field(
        None,
        description="with an adviser's answer out of a chat: `saved_at` of the draft on the page that it replaces",
        exclude_if=_is_empty,
    )
    verdict: Literal["", "agrees", "changes"] = Field(
        "", description="of an adviser on another's answer", exclude_if=_is_empty
    )
    aside: Words = Field("", description="between advisers, apart from the record", exclude_if=_is_empty)
    kind: Line = Field("", description="of a mediation: community or court")
    party: Line = Field("", description="the other side of a mediation")
    reach: Line = Field("", description="how to reach that side")
    name: Line = Field("", description="of the resident, which the other side is told")
    how: Line = Field("", description="how the other side consented")
    on: Line = Field("", description="the day of a consent or an outcome: 2026-11-23")
    at: Line = Field("", description="when both sides meet, in the district's time: 2026-11-23T14:00")
    where: Line = Field("", description="where both sides meet")
    outcome: Line = Field("", description="of a mediation: agreed, failed or left")


class Joining(Strict):
    """`offer` came with `already_known`; `text` is what this resident said."""

    offer: Annotated[str, Text(max_length=100), Typed]
    text: Words = ""


class NoteIn(Strict):
    text: SomeWords


class TextIn(Strict):
    text: Annotated[str, Text(max_length=20000), Typed]


class PartOut(BaseModel):
    unit: str
    name: str
    done: bool


class HoldOut(BaseModel):
    """Who of the desk took it in hand, and until when if they leave it alone."""

    by: str
    since: Utc
    until: Utc


class TicketOut(BaseModel):
    number: str
    lane: str
    kind: str
    label: str
    name: str
    category: str
    status: str
    step: int
    priority: int
    urgent: bool
    text: str | None = Field(description="null where the reader may not see the words of a legal matter")
    place: str
    street: str
    community: str
    grid: str
    lat: float | None
    lon: float | None
    facts: list[ToldOut] = Field(description="what the topic asked, and the answers; empty where text is null")
    pseudonym: str = Field(description="of a resident who stays anonymous to the adviser; else empty")
    in_chat: bool = Field(description="the adviser may read and answer it in a chat, too")
    no_case: bool = Field(description="the resident wants no case made of it")
    channel: str
    assignee: str | None
    assignee_name: str
    parts: list[PartOut] = Field(description="who works with the assignee, which leads")
    followers: int = Field(description="residents who are told of it, the reporter among them")
    confirmed: bool
    confidence: float
    alternatives: list[dict[str, Any]]
    because: list[str]
    score: int | None
    asks: int
    paused: bool
    escalated: bool
    urged: int = Field(description="how often a supervisor urged it")
    reported_at: Utc
    status_at: Utc
    due_at: Utc | None = Field(description="the present promise; null while the clock stands or nothing is promised")
    promise: dict[str, Any] | None = Field(description="the limit counted from the report: value, unit, assumed, at")
    overdue: bool
    photos: list[str]
    hold: HoldOut | None = Field(description="told to the desk only; while a colleague has it, no action is theirs")
    drafted_at: Utc | None = Field(
        description="told to whose draft of an answer is kept on the page: when it was saved"
    )
    actions: list[str]


class TicketPage(BaseModel):
    tickets: list[TicketOut]
    next: str | None


class Moment(BaseModel):
    """One event of the timeline. `seconds` is the time since the event before it."""

    step: int
    action: str
    status: str
    role: str
    actor: str
    note: str | None
    reason: str | None
    facts: dict[str, Any]
    at: datetime
    seconds: int


class StepOut(BaseModel):
    step: int
    name: str
    reached_at: Utc | None
    by: str
    seconds: int | None = Field(description="time from the step before to this one")
    promised_at: Utc | None
    kept: bool | None


class Timeline(BaseModel):
    number: str
    steps: list[StepOut]
    events: list[Moment]


class NoticeOut(BaseModel):
    """A notice to carry to a resident. `kind` is the action (or `legal.` + action) that caused it."""

    id: int
    kind: str
    channel: str
    address: str
    urgent: bool
    attempts: int
    facts: dict[str, Any]


class Chat(Strict):
    channel: Channel
    address: Name


class Binding(Chat):
    """A chat, and the code of the member of staff who speaks there."""

    code: Annotated[str, Text(max_length=20), Typed, Stripped]


class Bound(BaseModel):
    name: str
    role: str


class Unbound(BaseModel):
    ended: bool


class Claim(Strict):
    """`anew`: the worker has just started, what it claimed before is no longer in its hands."""

    worker: Name
    anew: StrictBool = False
    channels: list[Name] = Field(min_length=1, max_length=10)
    limit: Annotated[int, Field(strict=True, ge=1, le=100), Whole] = 20
    wait: Annotated[float, Field(strict=True, ge=0, le=30)] = 0


class Acknowledgement(Strict):
    """`sent`; or `failed` for ever (a code); or neither, with `later`: seconds until the next try. `said`: the words
    in which it was sent, for staff to see what a resident read."""

    sent: StrictBool = False
    failed: Annotated[str, Text(max_length=100), Typed] = ""
    later: Annotated[float, Field(strict=True, ge=0, le=86400)] = 0
    said: Annotated[str, Text(max_length=MOST_SAID), Typed] = ""


class NoteOut(BaseModel):
    number: str
    at: datetime
