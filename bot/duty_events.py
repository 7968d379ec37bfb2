"""What concerns people on duty: what can happen in their chat, and what to ask of the API for them. Pure."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Bound:
    """The chat acts for this member of staff from now on."""

    name: str
    role: str
    is_: Literal["bound"] = "bound"


@dataclass(frozen=True, slots=True)
class Unbound:
    is_: Literal["unbound"] = "unbound"


@dataclass(frozen=True, slots=True)
class DutyListed:
    """What waits on the person; `now` is when that was so."""

    tickets: tuple[dict[str, Any], ...]
    now: str
    is_: Literal["duty_listed"] = "duty_listed"


@dataclass(frozen=True, slots=True)
class DutyShown:
    ticket: dict[str, Any]
    now: str
    is_: Literal["duty_shown"] = "duty_shown"


@dataclass(frozen=True, slots=True)
class DutyDone:
    """`lost`: pictures that could not be had or kept."""

    number: str
    action: str
    key: str
    lost: int = 0
    is_: Literal["duty_done"] = "duty_done"


@dataclass(frozen=True, slots=True)
class DutyRefused:
    """Refused for good, by this code. `action`: an action, or bind, list, show."""

    action: str
    code: str
    number: str = ""
    key: str = ""
    words: str = ""  # of the person, which would be lost
    about: str = ""  # of what the API says: the law's line that it cannot read, when a draft was saved, or its reason
    is_: Literal["duty_refused"] = "duty_refused"


@dataclass(frozen=True, slots=True)
class DutyPictures:
    """Pictures of a ticket, as the channel keeps them; `all_told` is how many the ticket has."""

    number: str
    pictures: tuple[str, ...]
    all_told: int
    is_: Literal["duty_pictures"] = "duty_pictures"


DutyEvent = Bound | Unbound | DutyListed | DutyShown | DutyDone | DutyRefused | DutyPictures


@dataclass(frozen=True, slots=True)
class Bind:
    code: str
    is_: Literal["bind"] = "bind"


@dataclass(frozen=True, slots=True)
class Unbind:
    is_: Literal["unbind"] = "unbind"


@dataclass(frozen=True, slots=True)
class ListDuty:
    is_: Literal["list_duty"] = "list_duty"


@dataclass(frozen=True, slots=True)
class ShowDuty:
    number: str
    is_: Literal["show_duty"] = "show_duty"


@dataclass(frozen=True, slots=True)
class DutyAct:
    """A deed (`duty_forms.DEEDS`) of the bound person. `key` makes a repetition harmless; the pictures go first."""

    number: str
    action: str
    key: str
    fields: dict[str, str | bool] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    is_: Literal["duty_act"] = "duty_act"


@dataclass(frozen=True, slots=True)
class FetchPictures:
    number: str
    is_: Literal["fetch_pictures"] = "fetch_pictures"


DutyCommand = Bind | Unbind | ListDuty | ShowDuty | DutyAct | FetchPictures
