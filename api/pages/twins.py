"""Tickets that seem to be one matter, and those that were made one, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.actors import Actor
from api.alike import Alike, Merged
from api.lifecycle import STEPS
from api.pages.words import WHY_ALIKE
from api.reading import read_by
from nlp.catalogue import Catalogue

LETTERS = 60


@dataclass(frozen=True, slots=True)
class Twin:
    """`deed`: what one press would do, "" where it may not be pressed."""

    number: str
    name: str
    words: str
    place: str
    at: datetime
    step: str
    why: str
    deed: str
    seen: int


def alike(found: Iterable[Alike], catalogue: Catalogue, reader: Actor) -> list[Twin]:
    return [
        Twin(
            number=one.ticket.number,
            name=_name(catalogue, one.ticket.label),
            words=_cut(read_by(one.ticket.text, reader)),
            place=one.ticket.place,
            at=one.ticket.reported_at,
            step=STEPS[one.ticket.step - 1],
            why="、".join(_why(one)),
            deed=("并入它" if one.is_older else "把它并进来") if one.may_merge else "",
            seen=one.seen,
        )
        for one in found
    ]


def _why(one: Alike) -> Iterable[str]:
    for why in one.likeness.why:
        yield f"相距约 {max(one.metres, 10)} 米" if why == "point" and one.metres is not None else WHY_ALIKE[why]


def merged(found: Iterable[Merged], catalogue: Catalogue) -> list[Twin]:
    return [
        Twin(
            number=one.ticket.number,
            name=_name(catalogue, one.ticket.label),
            words="",
            place=one.ticket.place,
            at=one.ticket.reported_at,
            step="",
            why="",
            deed="单独办理" if one.may_unmerge else "",
            seen=one.seen,
        )
        for one in found
    ]


def _name(catalogue: Catalogue, label: str) -> str:
    entry = catalogue.by_label.get(label)
    return entry.name if entry else "已停用的事项"


def _cut(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[:LETTERS]}…"
