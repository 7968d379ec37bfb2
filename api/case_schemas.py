"""What crosses HTTP about cases."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from api.schemas import Name, SomeWords, Strict


class Question(Strict):
    """A legal question, and the label of its topic."""

    label: Name
    text: SomeWords


class CaseOut(BaseModel):
    """An answer that two advisers agreed on: general information, advice on nobody's matter."""

    id: int
    label: str
    question: str
    answer: str
    laws: list[tuple[str, str]] = Field(description="law and article")
    reviewed_on: date
    demo: bool = Field(description="演示数据")


class CaseRead(Strict):
    outcome: Literal["shown", "helped"]


class SubscribeIn(Strict):
    """`topic`: its label, or what it is called."""

    topic: Name


class TopicOut(BaseModel):
    label: str
    name: str
    subscribed: bool
