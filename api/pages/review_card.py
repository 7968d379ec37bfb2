"""What a ticket's page shows of 请同行看一看: to who asked, and to who is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api import reviews
from api.access import may_read_words, only_reviews
from api.actors import Actor
from api.models import AnswerReview, Ticket
from api.pages.names import Names
from api.pages.words import VERDICTS

WAITS = "内容还看不到：居民收到通知以后您才看得到，一般很快，请过一会儿再打开。居民写到的人是您委托人的，不会给您看。"


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    mine: bool  # the reader asked
    head: str
    verdict: str
    question: str
    note: str
    laws: str
    lawyer: bool
    opinion: str
    asked_at: datetime
    until_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Card:
    """`waits`: why a reviewer reads nothing yet."""

    lines: Sequence[Line]
    waits: str


async def shown(session: AsyncSession, ticket: Ticket, reader: Actor, called: Names) -> Card:
    """The newest first."""
    asked = await reviews.seen_by(session, ticket, reader)
    waits = only_reviews(reader, ticket) and not may_read_words(reader, ticket)
    return Card([_line(one, reader, called) for one in reversed(asked)], WAITS if waits else "")


def _line(one: AnswerReview, reader: Actor, called: Names) -> Line:
    mine = one.asker == reader.name
    other = called.get(one.reviewer, one.reviewer) if mine else called.get(one.asker, one.asker)
    return Line(
        id=one.id,
        mine=mine,
        head=f"请{other}看一看" if mine else f"{other}请您看一看",
        verdict=VERDICTS.get(one.verdict, ""),
        question=one.question,
        note=one.note,
        laws=one.laws,
        lawyer=one.lawyer,
        opinion=one.opinion,
        asked_at=one.asked_at,
        until_at=one.until_at,
        ended_at=one.ended_at,
    )
