"""A change as server-sent events carry it to one audience: facts and never words. Pure.

`id` is the place behind it, sent back by whoever resumes.
"""

import json
from typing import Any

from api.actors import Actor
from api.feed import sight
from api.feed.place import Place
from api.feed.rows import Change
from api.lifecycle import Lane, Role
from api.mediation.rules import MEDIATION

MEDIATED = frozenset(action for _, action in MEDIATION)
SOMETHING = "note"  # for whom it is not to know that a legal matter is mediated


def told(actor: Actor, change: Change) -> dict[str, Any] | None:
    """What this person may know of it; of what left their sight only that; of what they never saw, nothing."""
    if sight.sees(actor, change.now):
        is_others = change.now.lane is Lane.LEGAL and actor.role is not Role.ADVISER
        hidden = {"grid": ""} | ({"action": SOMETHING} if change.action in MEDIATED else {}) if is_others else {}
        return change.facts | {"action": change.action, "at": change.at.isoformat()} | hidden
    if change.was is not None and sight.sees(actor, change.was):
        return {"number": change.facts["number"], "gone": True}
    return None


def as_events(actor: Actor, changes: list[Change]) -> bytes:
    seen = ((change.place, told(actor, change)) for change in changes)
    return b"".join(event("ticket", place, data) for place, data in seen if data is not None)


def event(kind: str, place: Place | None, data: dict[str, Any]) -> bytes:
    line = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    moves = f"id: {place}\n" if place else ""
    return f"event: {kind}\n{moves}data: {line}\n\n".encode()


def standing(place: Place) -> bytes:
    """Moves the listener's place and tells nothing."""
    return f"id: {place}\n\n".encode()
