"""One deed for many tickets: each judged by itself, in a transaction of its own; what is refused says why."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Form
from pydantic import ValidationError

from api import tickets
from api.actors import Actor
from api.db import Database
from api.errors import AppError, Malformed, Missing
from api.lifecycle import RULES, Action, Lane, Need, Status
from api.office import Office
from api.schemas import Act, Typed

MOST = 50  # what a page lists
DEEDS = {Action.DISPATCH: Need.TO, Action.MERGE: Need.INTO, Action.DECLINE: Need.REASON}
STATUSES = frozenset({Status.REPORTED} | {status for _, status, action in RULES if action in DEEDS})
Typing = Annotated[str, Typed, Form(max_length=4000)]


@dataclass(frozen=True, slots=True)
class Given:
    action: Annotated[str, Form()] = ""
    to: Typing = ""
    into: Typing = ""
    reason: Typing = ""


@dataclass(frozen=True, slots=True)
class ForAll:
    action: Action
    act: Act


@dataclass(frozen=True, slots=True)
class Outcome:
    """`error` None: it is done."""

    number: str
    error: AppError | None = None


def deed_of(given: Given) -> ForAll:
    """Raises Malformed (no such deed) or Missing."""
    if given.action not in list(DEEDS):
        raise Malformed(at="action")
    action = Action(given.action)
    needed = str(getattr(given, DEEDS[action].value)).strip()
    if not needed:
        raise Missing(action=action, needs=[DEEDS[action].value])
    try:
        return ForAll(action, Act(**{DEEDS[action].value: needed}))
    except ValidationError:
        raise Malformed(at=DEEDS[action].value) from None


async def one(db: Database, office: Office, actor: Actor, number: str, deed: ForAll) -> Outcome:
    """What is only reported is filed with its dispatch: both, or neither."""
    try:
        async with db.writing() as session:
            ticket = await tickets.seen(session, number, actor)
            if (ticket.lane, ticket.status, deed.action) == (Lane.PUBLIC, Status.REPORTED, Action.DISPATCH):
                await tickets.act(session, office, number, Action.FILE, actor, Act())
            await tickets.act(session, office, number, deed.action, actor, deed.act)
    except AppError as error:
        return Outcome(number, error)
    return Outcome(number)
