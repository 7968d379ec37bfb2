"""What a legal matter in the making is made of: plain values, stored as JSON with the draft. Pure."""

from dataclasses import dataclass

UNSURE = "不清楚"


@dataclass(frozen=True, slots=True)
class Fact:
    """A question that the topic asks; `name` stands beside the answer."""

    key: str
    name: str
    asks: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Warned:
    """A time limit of the law, or an alert, that the words touch; it is said where the matter is of one of `topics`."""

    id: str
    says: str
    topics: tuple[str, ...]
    first: bool = False  # an alert: before anything else


@dataclass(frozen=True, slots=True)
class Told:
    asked: str
    answer: str


@dataclass(frozen=True, slots=True)
class Case:
    """The answer to a question like it, on which two advisers agreed. `reviewed_on`: 2026-11-23."""

    id: int
    question: str
    answer: str
    laws: tuple[tuple[str, str], ...] = ()  # law and article
    reviewed_on: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Interview:
    """How far the questions are. `topic`: the label they are of; "" before the resident was told who will read it."""

    topic: str = ""
    left: tuple[Fact, ...] = ()
    told: tuple[Told, ...] = ()
    skipped: int = 0
    puzzled: bool = False  # the answer to the question under way made no sense once
    warned: tuple[str, ...] = ()  # ids of what was said
    anonymous: bool = True
    in_chat: bool = False  # the adviser may read it in a chat, too
    no_case: bool = False  # no case is to be made of it
    beside: str = ""  # the number of the repair that was told in the same breath
    beside_name: str = ""  # what that is about
    offers: tuple[Case, ...] = ()  # those the resident has not decided about
    reading: int = -1  # which of them was shown last
