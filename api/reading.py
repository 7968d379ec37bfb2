"""How words are shown to whom."""

import re

from api.actors import Actor
from api.lifecycle import Role
from nlp.text import masked

NUMBER = re.compile(r"(GS20\d\d[01]\d[0-3]\d-\d{4,6}(?!\d))")  # of a ticket, which tells nobody who somebody is


def read_by(words: str, reader: Actor) -> str:
    """Residents read their own words as they wrote them; anybody else without what tells who somebody is."""
    if reader.role is Role.RESIDENT:
        return words
    return "".join(part if NUMBER.fullmatch(part) else masked(part) for part in NUMBER.split(words))
