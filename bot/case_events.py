"""What concerns cases: what can happen in a chat, and what to ask of the API. Pure."""

from dataclasses import dataclass
from typing import Literal

from bot.legal import Case


@dataclass(frozen=True, slots=True)
class CasesFound:
    """Answers to questions like that of the draft; none, too, where nobody could be asked."""

    key: str
    cases: tuple[Case, ...] = ()
    is_: Literal["cases_found"] = "cases_found"


@dataclass(frozen=True, slots=True)
class TopicsTold:
    """`topics`: label, name, whether it is subscribed to. `after`: a key of `case_texts.TOPICS`."""

    topics: tuple[tuple[str, str, bool], ...]
    after: str = "list"
    is_: Literal["topics_told"] = "topics_told"


CaseEvent = CasesFound | TopicsTold


@dataclass(frozen=True, slots=True)
class FindCases:
    """`key` is the draft's."""

    key: str
    label: str
    text: str
    is_: Literal["find_cases"] = "find_cases"


@dataclass(frozen=True, slots=True)
class CountCase:
    """`outcome`: shown, helped. Nobody waits for it."""

    id: int
    outcome: str
    is_: Literal["count_case"] = "count_case"


@dataclass(frozen=True, slots=True)
class Subscribe:
    """`topic`: its label, or what the resident calls it."""

    topic: str
    is_: Literal["subscribe"] = "subscribe"


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    is_: Literal["unsubscribe"] = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Topics:
    is_: Literal["topics"] = "topics"


CaseCommand = FindCases | CountCase | Subscribe | Unsubscribe | Topics
