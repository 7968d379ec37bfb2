"""Where a conversation stands. Pure; stored as JSON, one row a chat."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.duty_forms import Form
from bot.events import Command, Draft, Event


class Step(StrEnum):
    IDLE = "idle"
    WHICH = "which"  # which of these is it?
    WHERE = "where"
    EITHER = "either"  # two places fit
    OUTSIDE = "outside"  # the place lies in a neighbouring district
    BOTH = "both"  # what a legal question tells of, is it to be reported, too?
    SEEKING = "seeking"  # cases like it are being looked for, which takes no time
    CASES = "cases"  # cases are offered: read one, or ask the adviser?
    FACT = "fact"  # what the adviser has to know of a legal matter
    CONFIRM = "confirm"
    SAME = "same"  # a neighbour has reported this already?
    FILING = "filing"
    TELLING = "telling"  # the next words belong to the ticket `subject`, for `purpose`


@dataclass(frozen=True, slots=True)
class Dialogue:
    step: Step = Step.IDLE
    draft: Draft = field(default_factory=Draft)
    queue: tuple[Draft, ...] = ()  # further matters, told in one message or while another was being told
    waiting: tuple[Event, ...] = ()  # what came while a report was being filed
    count: int = 0  # of keys given out in this chat
    subject: str = ""
    purpose: str = ""  # dispute, reopen, reply, follow_up, unsolved, comment, add, clerk, consent
    asked: str = ""  # the ticket whose handler waits for an answer
    answered: str = ""  # the legal matter whose answer was told and not yet taken up
    aside: Draft = field(default_factory=Draft)  # a legal question that was offered beside a repair
    proposed: str = ""  # the ticket whose adviser proposed a mediation, and waits for yes or no
    mediates: str = ""  # the ticket whose mediation was agreed to
    last: str = ""  # the ticket filed last
    unfiled: str = ""  # the last words that became no report: kept in case a clerk should see them
    photos: tuple[str, ...] = ()  # pictures that came before any words
    spot: tuple[float, float] | None = None  # a location that came before any words
    bound: str = ""  # the name of the member of staff for whom this chat acts, as it was last heard
    form: Form = field(default_factory=Form)  # what a person on duty is putting into words


Turn = tuple[Dialogue, list[Command]]
Answer = Callable[[Dialogue, Event], Turn]
