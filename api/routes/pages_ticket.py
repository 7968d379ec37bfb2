"""/tickets/{number}: one ticket, and the forms of what its reader may do with it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import notices, photos, privacy, record, tickets
from api.access import visible_to
from api.actors import Actor
from api.errors import AppError, Forbidden, Missing, NotFound, Stale
from api.filters import Asked
from api.lifecycle import Action
from api.models import Ticket
from api.office import Office
from api.pages.guesses import REASON, pressed
from api.pages.ticket_page import Refusal
from api.photos import Shelved
from api.routes.deps import Number, TheOffice
from api.routes.sent import (
    Sent,
    SentForm,
    TooLong,
    noted,
    plain,
    see_other,
    sent_before,
    shelve,
    shown,
    writing,
)
from api.routes.signed_in import Reader, SignedIn, Submitting
from api.schemas import Act

router = APIRouter()


@router.get("/tickets/{number}")
async def read(
    number: Number, request: Request, office: TheOffice, reader: SignedIn, by_itself: Asked = ""
) -> Response:
    """`by_itself`: the page renews itself, and nobody may have looked: what is new stays on the desk."""
    if not by_itself:
        await _take_off_desk(request, office, reader.actor, number)
    return await shown(request, office, reader, number)


async def _take_off_desk(request: Request, office: Office, actor: Actor, number: str) -> None:
    async with request.app.state.db.reading() as session:
        ticket = await tickets.seen(session, number, actor)
        if not any(notice.ticket_id == ticket.id for notice in await notices.of_desk(session, actor)):
            return
    async with request.app.state.db.writing() as session:
        await notices.looked_at(session, actor, ticket, office.clock())


@router.post("/tickets/{number}/actions/{action}")
async def act(
    number: Number, action: str, request: Request, office: TheOffice, reader: Submitting, sent: SentForm
) -> Response:
    if action not in list(Action):
        raise NotFound(action=action)
    return await _acted(number, Action(action), request, office, reader, sent, sent.words())


@router.post("/tickets/{number}/item")
async def choose(number: Number, request: Request, office: TheOffice, reader: Submitting, sent: SentForm) -> Response:
    """One of the machine's guesses, in one press."""
    async with request.app.state.db.reading() as session:
        deed = pressed((await tickets.seen(session, number, reader.actor)).status)
    words = Sent(label=sent.label, reason=REASON if deed is Action.CORRECT else "").words()
    if not words["label"]:
        return await shown(request, office, reader, number, Refusal(Missing(needs=["label"]), deed, words))
    return await _acted(number, deed, request, office, reader, sent, words)


async def _acted(
    number: str,
    deed: Action,
    request: Request,
    office: Office,
    reader: Reader,
    sent: Sent,
    words: Mapping[str, str],
) -> Response:
    try:
        async with shelve(request, office, reader, number, sent) as shelved, writing(request) as session:
            if not await sent_before(session, office, reader, sent, f"{request.url.path}/{sent.words()}"):
                await _carry_out(session, office, reader.actor, number, deed, sent.seen, words, shelved)
            still_theirs = await _is_visible(session, reader.actor, number)
    except (Forbidden, NotFound):
        raise
    except AppError as error:
        return await shown(request, office, reader, number, Refusal(error, deed, words))
    return see_other(f"/tickets/{number}" if still_theirs else f"/queue?left={number}")


async def _carry_out(
    session: AsyncSession,
    office: Office,
    actor: Actor,
    number: str,
    action: Action,
    seen: str,
    words: Mapping[str, str],
    shelved: list[Shelved],
) -> None:
    ticket = await tickets.seen(session, number, actor, for_update=True)
    if seen != str((await record.last_change(session, ticket)).id):
        raise Stale(number=number)
    for one in shelved:
        await photos.add(session, office, ticket, actor, one)
    await tickets.act(session, office, number, action, actor, _given(ticket, words))


def _given(ticket: Ticket, words: Mapping[str, str]) -> Act:
    """The item and the place stand in their fields already: left as they were, nothing is corrected."""
    unchanged = {"label": ticket.label, "place": ticket.place}
    given = {name: value for name, value in words.items() if unchanged.get(name) != value and name in Act.model_fields}
    try:
        return Act(**given | {"lawyer": bool(words["lawyer"])})
    except ValidationError:
        raise TooLong from None


async def _is_visible(session: AsyncSession, actor: Actor, number: str) -> bool:
    """Who returns a ticket or passes it on does not see it any more."""
    return (await session.exec(select(Ticket.id).where(Ticket.number == number, visible_to(actor)))).first() is not None


@router.post("/tickets/{number}/notes")
async def add_note(number: Number, request: Request, office: TheOffice, reader: Submitting, sent: SentForm) -> Response:
    remark = sent.remark()
    try:
        async with shelve(request, office, reader, number, sent) as shelved, writing(request) as session:
            if not await sent_before(session, office, reader, sent, f"{number}/note/{remark}"):
                await _note_down(session, office, reader.actor, number, remark, shelved)
    except (Forbidden, NotFound):
        raise
    except AppError as error:
        return await shown(request, office, reader, number, Refusal(error, None, {"text": remark}))
    return see_other(f"/tickets/{number}")


async def _note_down(
    session: AsyncSession, office: Office, actor: Actor, number: str, remark: str, shelved: list[Shelved]
) -> None:
    ticket = await tickets.seen(session, number, actor, for_update=True)
    for one in shelved:
        await photos.add(session, office, ticket, actor, one)
    if not remark and not shelved:
        raise Missing(needs=["text"])
    if remark:
        await tickets.add_note(session, office, number, actor, noted(remark))


@router.post("/tickets/{number}/look")
async def look(number: Number, request: Request, office: TheOffice, reader: Submitting, sent: SentForm) -> Response:
    """Shown on this very answer, once for each reason given."""
    reason = noted(plain(sent.reason)) if plain(sent.reason) else ""
    if not reason:
        return await shown(request, office, reader, number, Refusal(Missing(needs=["text"]), None, {}))
    async with request.app.state.db.writing() as session:
        found = await privacy.look(session, office, number, reader.actor, reason)
    return await shown(request, office, reader, number, identity=found)
