"""/subscriptions: a resident, through the bot, says of which legal topics they want to hear."""

from fastapi import APIRouter

from api import subscriptions
from api.actors import STRANGER, Actor
from api.auth import Caller
from api.case_schemas import SubscribeIn, TopicOut
from api.errors import Forbidden
from api.lifecycle import Role
from api.office import Office
from api.problems import may_answer
from api.routes.deps import Reading, TheOffice, Writing

router = APIRouter(prefix="/subscriptions", tags=["subscriptions"])


def _resident(caller: Actor) -> Actor:
    if caller.role is not Role.RESIDENT:
        raise Forbidden(role=caller.role)
    return caller


def _told(office: Office, mine: set[str]) -> list[TopicOut]:
    topics = subscriptions.topics(office).items()
    return [TopicOut(label=label, name=name, subscribed=label in mine) for label, name in topics]


@router.get("", responses=may_answer())
async def read(caller: Caller, session: Reading, office: TheOffice) -> list[TopicOut]:
    return _told(office, await subscriptions.labels(session, _resident(caller)))


@router.put("", responses=may_answer())
async def begin(given: SubscribeIn, caller: Caller, session: Writing, office: TheOffice) -> list[TopicOut]:
    label = await subscriptions.begin(session, office, _resident(caller), given.topic)
    return _told(office, await subscriptions.labels(session, caller) | {label})


@router.delete("", responses=may_answer())
async def end(caller: Caller, session: Writing, office: TheOffice) -> list[TopicOut]:
    """Of every topic; what is on its way is held back, too."""
    if _resident(caller).name != STRANGER:
        await subscriptions.end(session, caller.name)
    return _told(office, set())
