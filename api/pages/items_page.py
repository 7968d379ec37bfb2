"""/items: what a message can be about, as `intents.yaml` has it, and how often clerks left it so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import Actor
from api.deadlines import SHANGHAI
from api.figures.accuracy import Score, by_item
from api.figures.asked import Question
from api.figures.period import Period
from api.office import Office
from api.pages.words import KINDS, TIME_UNITS
from nlp.catalogue import Entry, Kind, Limits

LOOKS_BACK = timedelta(days=90)
EXAMPLES = 8
PLACE_MARKS = str.maketrans("", "", "{}")  # round the place, for training
PROMISES = {"filing": "立案", "dispatch": "派遣", "handling": "办完", "verification": "核查"}


@dataclass(frozen=True, slots=True)
class Item:
    """`limits`: (what, how long, whether it is assumed). `score` None: clerks had none of it in hand."""

    entry: Entry
    limits: Sequence[tuple[str, str, bool]]
    examples: Sequence[str]
    score: Score | None


async def context(session: AsyncSession, office: Office, reader: Actor) -> dict[str, Any]:
    today, catalogue = office.clock().astimezone(SHANGHAI).date(), office.catalogue
    scores = await by_item(session, Question(reader, Period(today - LOOKS_BACK, today)))
    own = [
        (category.name, [one for one in catalogue.of_kind(Kind.ITEM) if one.category == category.id])
        for category in catalogue.categories
    ]
    others = [(KINDS[kind], catalogue.of_kind(kind)) for kind in (Kind.REFERRAL, Kind.LEGAL, Kind.OTHER)]
    return {
        "groups": [
            (name, [_item(entry, scores.get(entry.label)) for entry in entries]) for name, entries in [*own, *others]
        ],
        "days": LOOKS_BACK.days,
    }


def _item(entry: Entry, score: Score | None) -> Item:
    examples = [words.translate(PLACE_MARKS) for words in entry.utterances[:EXAMPLES]]
    return Item(
        entry, _limits(entry.limits) if entry.limits else [], examples, score if score and score.judged else None
    )


def _limits(limits: Limits) -> Sequence[tuple[str, str, bool]]:
    found = [(word, getattr(limits, name)) for name, word in PROMISES.items()]
    return [(word, f"{limit.value} {TIME_UNITS[limit.unit]}", limit.assumed) for word, limit in found]
