"""How words are shown to whom."""

from api.actors import Actor
from api.lifecycle import Role
from nlp.text import masked


def read_by(words: str, reader: Actor) -> str:
    """Residents read their own words as they wrote them; anybody else without what tells who somebody is."""
    return words if reader.role is Role.RESIDENT else masked(words)
