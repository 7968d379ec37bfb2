"""What a message means: the values that `understand` answers with. Imports nothing of ours but the kinds."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nlp.catalogue import Kind


class Sureness(StrEnum):
    SURE = "sure"  # say what was understood and ask for a confirmation
    UNSURE = "unsure"  # offer the three most likely
    LOST = "lost"  # ask in open words, then hand to a clerk


@dataclass(frozen=True, slots=True)
class Guess:
    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Matter:
    """One separate matter of a message, with its own words and its own place ("" where it names none)."""

    label: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """What the gazetteer knows of a location phrase. `outside` names the neighbouring district it lies in;
    `options` are (street, community) pairs when two places fit and the resident must be asked."""

    street: str = ""
    community: str = ""
    grid: str = ""
    outside: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def is_inside(self) -> bool:
        """In a street of ours, or in one of several."""
        return bool(self.street or self.options)


@dataclass(frozen=True, slots=True)
class Understanding:
    kind: Kind
    label: str
    confidence: float
    sureness: Sureness
    alternatives: tuple[Guess, ...] = ()
    urgent: bool = False
    numbers: tuple[str, ...] = ()  # whom to ring when urgent, the first one first
    place: str = ""
    where: Where = field(default_factory=Where)
    matters: tuple[Matter, ...] = ()
    because: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The line that `python -m nlp classify` prints."""
        return {
            "kind": self.kind.value,
            "label": self.label,
            "confidence": round(self.confidence, 4),
            "alternatives": [
                {"label": guess.label, "confidence": round(guess.confidence, 4)} for guess in self.alternatives
            ],
            "urgent": self.urgent,
            "place": self.place,
            "street": self.where.street or None,
            "community": self.where.community or None,
            "grid": self.where.grid or None,
            "matters": [matter.label for matter in self.matters],
            "because": list(self.because),
        }
