"""Asks the API for a person on duty, and puts what came of it into the words of the dialogue: an event."""

from datetime import datetime
from typing import Any

from bot.channels.port import Channel
from bot.client import ApiClient, Member, Refused
from bot.duty_events import (
    Bind,
    Bound,
    DutyAct,
    DutyCommand,
    DutyDone,
    DutyEvent,
    DutyListed,
    DutyPictures,
    DutyRefused,
    DutyShown,
    FetchPictures,
    ListDuty,
    ShowDuty,
    Unbind,
    Unbound,
)
from bot.duty_forms import action_of, written
from bot.outcomes import attach

KEPT = (
    "number",
    "lane",
    "name",
    "priority",
    "urgent",
    "place",
    "text",
    "due_at",
    "paused",
    "actions",
    "facts",
    "in_chat",
    "drafted_at",
)
ABOUT = {"bad_citation": "line", "draft_changed": "saved_at"}  # the fact of a refusal that a form needs
MOST_SHOWN = 4  # pictures at a time
BEYOND = "9999"  # no time limit comes after every one


async def ask(client: ApiClient, who: Member, command: DutyCommand, channel: Channel, now: datetime) -> DutyEvent:
    """Raises Unavailable; a refusal is an event."""
    try:
        return await _asked(client, who, command, channel, now.isoformat())
    except Refused as refused:
        return _refused(command, refused)


async def _asked(client: ApiClient, who: Member, command: DutyCommand, channel: Channel, now: str) -> DutyEvent:
    match command:
        case Bind(code=code):
            bound = await client.bind(who, code)
            return Bound(bound["name"], bound["role"])
        case Unbind():
            await client.unbind(who)
            return Unbound()
        case ListDuty():
            tickets = sorted(await client.waiting(who), key=_pressing)
            return DutyListed(tuple(_kept(ticket) for ticket in tickets), now)
        case ShowDuty(number=number):
            return DutyShown(await _shown(client, who, number), now)
        case DutyAct():
            return await _act(client, who, command, channel)
        case FetchPictures(number=number):
            return await _pictures(client, who, number, channel)


async def _act(client: ApiClient, who: Member, act: DutyAct, channel: Channel) -> DutyDone:
    """The pictures first: who verifies is told of the action and then looks at them."""
    lost = [photo for photo in act.photos if await attach(client, who, act.number, photo, channel.photo)]
    await client.act(who, act.number, action_of(act.action), f"duty:{act.key}", dict(act.fields))
    return DutyDone(act.number, act.action, act.key, len(lost))


async def _shown(client: ApiClient, who: Member, number: str) -> dict[str, Any]:
    """Of a legal matter that may be read here, what its resident said last, too."""
    ticket = await client.duty_ticket(who, number)
    kept = _kept(ticket)
    if ticket["lane"] != "legal" or not kept["text"]:
        return kept
    events = (await client.duty_timeline(who, number))["events"]
    said = [event["note"] or event["reason"] or "" for event in events[1:] if event["role"] == "resident"]
    return kept | {"further": next((words for words in reversed(said) if words), "")}


async def _pictures(client: ApiClient, who: Member, number: str, channel: Channel) -> DutyPictures:
    """The newest first: what was done, then what was reported."""
    ticket = await client.duty_ticket(who, number)
    photos = [] if ticket["lane"] == "legal" else ticket["photos"][::-1]
    kept = [await channel.keep(await client.picture(who, number, photo)) for photo in photos[:MOST_SHOWN]]
    return DutyPictures(number, tuple(kept), len(photos))


def _refused(command: DutyCommand, refused: Refused) -> DutyRefused:
    code = refused.code
    match command:
        case DutyAct(number=number, action=action, key=key, fields=fields):
            about = str(refused.facts.get(ABOUT.get(code, "reason"), ""))
            return DutyRefused(action, code, number, key, written(action, fields), about)
        case ShowDuty(number=number) | FetchPictures(number=number):
            return DutyRefused("show", code, number)
        case _:
            return DutyRefused(command.is_, code)


def _pressing(ticket: dict[str, Any]) -> tuple[int, str]:
    """Danger, then hazards, then what has the least time left."""
    return -ticket["priority"], ticket["due_at"] or BEYOND


def _kept(ticket: dict[str, Any]) -> dict[str, Any]:
    """What a chat says of a ticket, masked by the API; of a legal matter nothing that anybody said, unless its resident
    agreed to that."""
    kept = {name: ticket[name] for name in KEPT} | {"photos": len(ticket["photos"])}
    if ticket["lane"] != "legal":
        return kept
    words = {} if ticket["in_chat"] else {"text": "", "facts": []}
    return kept | {"place": "", "photos": 0} | words
