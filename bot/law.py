"""What the catalogue says of a legal topic and of the words told, in the values the dialogue speaks of."""

from typing import Any

from bot.legal import Fact, Warned
from bot.legal_texts import limit_line
from bot.texts import UNITS
from nlp import catalogue
from nlp.catalogue import Catalogue, Entry
from nlp.text import read
from nlp.time_limits import touched as touched_by

CHOICES = {"yes_no": ("是的", "没有")}
ROUGHLY = {"date": "大概就行，比如“去年十月”。"}


def asked(entry: Entry) -> dict[str, Any]:
    """Of an option: its questions, and when it is answered."""
    handling = entry.limits.handling if entry.limits else None
    return {
        "facts": tuple(_fact(fact) for fact in entry.facts),
        "within": f"{handling.value} {UNITS[handling.unit]}" if handling else "",
        "assumed": bool(handling and handling.assumed),
    }


def _fact(fact: catalogue.Fact) -> Fact:
    return Fact(fact.key, fact.name, fact.asks + ROUGHLY.get(fact.kind, ""), CHOICES.get(fact.kind, fact.choices))


def touched(known: Catalogue, text: str) -> tuple[Warned, ...]:
    """The alerts first."""
    plain = read(text).plain
    alerts = [Warned(one.id, one.tells, one.topics, first=True) for one in touched_by(known.legal_alerts, plain)]
    limits = [Warned(one.id, _limit(one), one.topics) for one in touched_by(known.time_limits, plain)]
    return (*alerts, *limits)


def _limit(limit: catalogue.TimeLimit) -> str:
    return limit_line(limit.what, limit.time, limit.since, limit.statute, limit.article)
