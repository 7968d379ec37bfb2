"""Where somebody stands in the feed: after which transaction, and after which row of it. Pure."""

import re
from dataclasses import dataclass

TEXT = r"^([0-9]{1,18}(-[0-9]{1,18})?)?$"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    tx: int
    id: int

    def __str__(self) -> str:
        return f"{self.tx}-{self.id}"


BEGINNING = Place(0, 0)


def parse(text: str) -> Place | None:
    """ "0" is the beginning; nothing, or nonsense, is no place."""
    if not text or not re.fullmatch(TEXT, text):
        return None
    tx, _, row = text.partition("-")
    return Place(int(tx), int(row or 0))
