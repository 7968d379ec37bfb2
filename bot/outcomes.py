"""Asks the API what a command asks for, and puts what came of it into the words of the dialogue: an event."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.channels.port import NoPhoto
from bot.client import ApiClient, Person, Refused, Resident
from bot.events import (
    Act,
    Acted,
    AttachPhoto,
    Command,
    Event,
    Filed,
    FileTicket,
    FilingFailed,
    Known,
    Listed,
    ListMine,
    Show,
    Shown,
)
from bot.events import Refused as ActRefused

Fetch = Callable[[str], Awaitable[bytes]]
LISTED = 10
KEPT = (
    "number",
    "lane",
    "name",
    "status",
    "step",
    "promise",
    "place",
    "due_at",
    "overdue",
    "paused",
    "actions",
    "score",
    "pseudonym",
)


async def ask(client: ApiClient, who: Resident, command: Command, fetch: Fetch) -> Event:
    """Raises Unavailable; a refusal is an event."""
    match command:
        case FileTicket():
            return await _file(client, who, command, fetch)
        case Act():
            return await _act(client, who, command)
        case AttachPhoto(number=number, photo=photo):
            lost = await attach(client, who, number, photo, fetch)
            return ActRefused(number, "photo", lost) if lost else Acted(number, "photo")
        case ListMine():
            return Listed(tuple(_kept(ticket) for ticket in (await client.mine(who))[:LISTED]))
        case Show(number=number):
            return await _show(client, who, number)
        case _:
            raise AssertionError(command)


async def _file(client: ApiClient, who: Resident, command: FileTicket, fetch: Fetch) -> Event:
    draft = command.draft
    try:
        ticket = await (client.join(who, draft) if draft.same else client.open_ticket(who, draft))
    except Refused as refused:
        known = refused.code == "already_known"
        return Known(draft.key, _told(refused.facts)) if known else FilingFailed(draft.key, refused.code)
    lost = [photo for photo in draft.photos if await attach(client, who, ticket["number"], photo, fetch)]
    return Filed(draft.key, ticket["number"], _kept(ticket) | {"photos_lost": len(lost), "joined": bool(draft.same)})


async def attach(client: ApiClient, who: Person, number: str, photo: str, fetch: Fetch) -> str:
    """The code of what went wrong for good, or ""."""
    try:
        await client.add_photo(who, number, await fetch(photo))
    except NoPhoto:
        return "bad_photo"
    except Refused as refused:
        return refused.code
    return ""


async def _act(client: ApiClient, who: Resident, command: Act) -> Event:
    try:
        await client.act(who, command.number, command.action, command.key, command.fields)
    except Refused as refused:
        words = "".join(str(command.fields.get(name, "")) for name in ("note", "reason", "text", "name"))
        return ActRefused(command.number, command.action, refused.code, words)
    return Acted(command.number, command.action, {"score": command.fields.get("score")})


async def _show(client: ApiClient, who: Resident, number: str) -> Event:
    try:
        ticket, timeline = await client.ticket(who, number)
    except Refused as refused:
        return ActRefused(number, "show", refused.code)
    return Shown(number, _kept(ticket), {"steps": timeline["steps"]})


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in ("number", "name", "place", "reported_at", "step", "why", "offer")}


def _kept(ticket: dict[str, Any]) -> dict[str, Any]:
    """What a chat says of a ticket; its words are not copied into the bot's database."""
    return {name: ticket[name] for name in KEPT}
