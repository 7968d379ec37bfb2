"""What crosses HTTP for staff and other offices alone; the bot has no need of it."""

from typing import Any

from pydantic import BaseModel

from api.schemas import SomeWords, Strict


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


class ContractorOut(BaseModel):
    """`done`: reported back; `failed` by the verifier and `disputed` by residents are false closures."""

    code: str
    name: str
    done: int
    failed: int
    disputed: int
    rated: int
    stars: float | None


class LookIn(Strict):
    reason: SomeWords


class IdentityOut(BaseModel):
    """What the resident wrote, unmasked. That it was looked at is on the ticket's record."""

    text: str
    said: list[str]
    channel: str
