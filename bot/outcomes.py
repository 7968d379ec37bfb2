"""Asks the API what a command asks for, and puts what came of it into the words of the dialogue: an event."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from bot.case_events import CasesFound, CountCase, FindCases, Subscribe, Topics, TopicsTold, Unsubscribe
from bot.channels.port import NoPhoto
from bot.client import ApiClient, Person, Refused, Resident, Unavailable
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
from bot.legal import Case
from bot.subscribing import case_of

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


async def ask(client: ApiClient, who: Resident, command: Command, fetch: Fetch) -> Event | None:
    """Raises Unavailable; a refusal is an event. None: there is nothing to tell."""
    match command:
        case FileTicket():
            return await _file(client, who, command, fetch)
        case Act():
            return await _act(client, who, command)
        case AttachPhoto(number=number, photo=photo):
            lost = await attach(client, who, number, photo, fetch)
            return ActRefused(number, "photo", lost) if lost else Acted(number, "photo")
        case FindCases(key=key, label=label, text=text):
            return CasesFound(key, await _cases(client, label, text))
        case CountCase(id=id, outcome=outcome):
            with suppress(Refused, Unavailable):  # a figure is not worth a wait
                await client.count_case(id, outcome)
            return None
        case Subscribe(topic=topic):
            return await _subscribed(client, who, topic)
        case Unsubscribe():
            return TopicsTold(_topics(await client.unsubscribe(who)), "off")
        case Topics():
            return TopicsTold(_topics(await client.topics(who)))
        case ListMine():
            return Listed(tuple(_kept(ticket) for ticket in (await client.mine(who))[:LISTED]))
        case Show(number=number):
            return await _show(client, who, number)
        case _:
            raise AssertionError(command)


async def _cases(client: ApiClient, label: str, text: str) -> tuple[Case, ...]:
    """An offer, no answer: where it cannot be had now, the conversation goes on without."""
    try:
        found = await client.similar_cases(label, text)
    except (Refused, Unavailable):
        return ()
    return tuple(case_of(one) for one in found)


async def _subscribed(client: ApiClient, who: Resident, topic: str) -> Event:
    try:
        return TopicsTold(_topics(await client.subscribe(who, topic)), "on")
    except Refused:
        return TopicsTold(_topics(await client.topics(who)), "unknown")


def _topics(rows: list[dict[str, Any]]) -> tuple[tuple[str, str, bool], ...]:
    return tuple((row["label"], row["name"], row["subscribed"]) for row in rows)


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
        told = await client.act(who, command.number, command.action, command.key, command.fields)
    except Refused as refused:
        words = "".join(str(command.fields.get(name, "")) for name in ("note", "reason", "text", "name"))
        return ActRefused(command.number, command.action, refused.code, words)
    facts = {
        "score": command.fields.get("score"),
        "watched": bool(told.get("escalated")),
        "adviser": told.get("assignee_name", ""),
    }
    return Acted(command.number, command.action, facts)


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
