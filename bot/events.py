"""What can happen in a chat, and what to do about it: plain values, stored as JSON. Pure: the standard library only."""

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.case_events import CaseCommand, CaseEvent
from bot.duty_events import DutyCommand, DutyEvent
from bot.legal import Fact, Interview, Warned

Place = tuple[str, str]  # (street, community), "" where unknown


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a message can be about, as residents are shown it."""

    label: str
    name: str
    brief: str = ""
    category: str = ""
    kind: str = "item"
    department: str = ""  # who answers for a referral
    exact_place: bool = False
    wants_photo: bool = False
    facts: tuple[Fact, ...] = ()  # what a legal topic asks
    within: str = ""  # when a legal question is answered
    assumed: bool = False  # that nobody has confirmed yet


@dataclass(frozen=True, slots=True)
class Heard:
    """What the words were understood as. `spot` is what the gazetteer makes of the words taken whole, as an address."""

    kind: str = "other"  # item, referral, legal, act, other
    label: str = "other"
    sureness: str = "lost"  # sure, unsure, lost
    options: tuple[Option, ...] = ()
    urgent: bool = False
    numbers: tuple[str, ...] = ()
    place: str = ""
    street: str = ""
    community: str = ""
    outside: str = ""
    either: tuple[Place, ...] = ()
    because: tuple[str, ...] = ()
    matters: tuple["Heard", ...] = ()  # further matters of the same message
    text: str = ""  # a further matter's own words
    touched: tuple[Warned, ...] = ()  # what must be said where it is a legal matter
    law: tuple[Option, ...] = ()  # topics of what a report asks of the law besides, the likeliest first
    repair: Option | None = None  # what a legal question tells of that is to be put right
    repair_words: str = ""  # those that tell of it


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    heard: Heard
    photos: tuple[str, ...] = ()
    edited: bool = False
    warned: bool = False  # the emergency numbers were given already
    anew: bool = False  # the person had said nothing for a while
    is_: Literal["said"] = "said"


@dataclass(frozen=True, slots=True)
class Pressed:
    button: str
    is_: Literal["pressed"] = "pressed"


@dataclass(frozen=True, slots=True)
class Pictured:
    photo: str
    is_: Literal["pictured"] = "pictured"


@dataclass(frozen=True, slots=True)
class Located:
    lat: float
    lon: float
    is_: Literal["located"] = "located"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A sticker, voice, contact, file … : `what` is a key of `texts.UNREADABLE`."""

    what: str
    is_: Literal["unreadable"] = "unreadable"


@dataclass(frozen=True, slots=True)
class Filed:
    key: str
    number: str
    facts: dict[str, Any] = field(default_factory=dict)
    is_: Literal["filed"] = "filed"


@dataclass(frozen=True, slots=True)
class FilingFailed:
    """Refused for good, by this code."""

    key: str
    code: str
    is_: Literal["filing_failed"] = "filing_failed"


@dataclass(frozen=True, slots=True)
class Known:
    """Nothing was filed: `facts` tell of a neighbour's report that seems to be the same matter."""

    key: str
    facts: dict[str, Any]
    is_: Literal["known"] = "known"


@dataclass(frozen=True, slots=True)
class Delayed:
    """The API does not answer; the command is kept and tried again. `what` is a key of `texts.DELAYED`."""

    what: str = "told"
    is_: Literal["delayed"] = "delayed"


@dataclass(frozen=True, slots=True)
class Acted:
    number: str
    action: str
    facts: dict[str, Any] = field(default_factory=dict)
    is_: Literal["acted"] = "acted"


@dataclass(frozen=True, slots=True)
class Refused:
    number: str
    action: str
    code: str
    words: str = ""  # of the resident, which would be lost
    is_: Literal["refused"] = "refused"


@dataclass(frozen=True, slots=True)
class Listed:
    tickets: tuple[dict[str, Any], ...]
    is_: Literal["listed"] = "listed"


@dataclass(frozen=True, slots=True)
class Shown:
    number: str
    ticket: dict[str, Any]
    timeline: dict[str, Any]
    is_: Literal["shown"] = "shown"


@dataclass(frozen=True, slots=True)
class Noticed:
    notice_id: int
    kind: str
    facts: dict[str, Any]
    is_: Literal["noticed"] = "noticed"


Event = (
    Said
    | Pressed
    | Pictured
    | Located
    | Unreadable
    | Filed
    | FilingFailed
    | Known
    | CaseEvent
    | Delayed
    | Acted
    | Refused
    | Listed
    | Shown
    | Noticed
    | DutyEvent
)


@dataclass(frozen=True, slots=True)
class Button:
    id: str
    text: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A report in the making. `key` is its idempotency key within the chat: made when the draft begins, never again."""

    key: str = ""
    text: str = ""
    options: tuple[Option, ...] = ()
    chosen: Option | None = None  # None: a clerk decides
    settled: bool = False  # the resident chose, or left it to a clerk
    place: str = ""
    street: str = ""
    community: str = ""
    either: tuple[Place, ...] = ()
    outside: str = ""
    nowhere: bool = False  # they cannot say where
    sought: bool = False  # asked once more, as what they answered could be no address
    lat: float | None = None
    lon: float | None = None
    photos: tuple[str, ...] = ()
    urgent: bool = False
    asked: int = 0  # questions already asked about what it is
    known: dict[str, Any] = field(default_factory=dict)  # a neighbour's report that may be the same matter
    same: bool | None = None  # what the resident says to that: follow it, or another matter
    touched: tuple[Warned, ...] = ()
    interview: Interview = field(default_factory=Interview)  # of a legal matter
    told_with: str = ""  # the key of the first of several matters of one message; "" where it is the only one
    law: tuple[Option, ...] = ()  # as heard: offered once this is filed
    repair: Option | None = None  # as heard: offered before this is asked about
    repair_words: str = ""
    doubted: bool = False  # the resident said that the card is wrong, not yet what is right


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    buttons: Rows = ()
    notice_id: int = 0
    urgent: bool = False
    picture: str = ""  # as the channel keeps it; the text says what it is
    confidential: bool = False  # a channel that keeps a copy of its own says so
    is_: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class FileTicket:
    draft: Draft
    is_: Literal["file_ticket"] = "file_ticket"


@dataclass(frozen=True, slots=True)
class Act:
    """An action of the resident on a ticket; `note` as action adds words to it. `key` makes a repetition harmless."""

    number: str
    action: str
    key: str
    fields: dict[str, Any] = field(default_factory=dict)
    is_: Literal["act"] = "act"


@dataclass(frozen=True, slots=True)
class AttachPhoto:
    number: str
    photo: str
    is_: Literal["attach_photo"] = "attach_photo"


@dataclass(frozen=True, slots=True)
class ListMine:
    is_: Literal["list_mine"] = "list_mine"


@dataclass(frozen=True, slots=True)
class Show:
    number: str
    is_: Literal["show"] = "show"


Command = Say | FileTicket | Act | AttachPhoto | ListMine | Show | CaseCommand | DutyCommand
