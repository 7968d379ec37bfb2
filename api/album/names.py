"""What a picture's files are called, in whatever store they lie."""

import re
from dataclasses import dataclass

OURS = re.compile(r"([\w-]{2})/(\1[\w-]{14,30})(?:\.small)?\.jpg(\.\w+\.part)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Name:
    """Whose file it is. One that is not `whole` was being written when the power went."""

    photo: str
    whole: bool


def full(photo_id: str) -> str:
    return f"{photo_id[:2]}/{photo_id}.jpg"


def small(photo_id: str) -> str:
    return f"{photo_id[:2]}/{photo_id}.small.jpg"


def parse(name: str) -> Name | None:
    """None for what nobody here has put there: it is not ours to judge, nor to remove."""
    found = OURS.fullmatch(name)
    return Name(found[2], whole=not found[3]) if found else None
