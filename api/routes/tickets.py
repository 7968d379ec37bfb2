"""/tickets: open, read, act, note, photograph."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Response, UploadFile, status
from fastapi.responses import FileResponse

from api import board, photos, tickets
from api.auth import Caller
from api.errors import Forbidden
from api.lifecycle import Action, Role
from api.routes.deps import Key, Reading, TheOffice, Writing
from api.schemas import Act, NoteIn, NoteOut, PhotoOut, Report, TicketOut, TicketPage, Timeline
from api.tickets import Understood

router = APIRouter(tags=["tickets"])
MAY_REPORT = (Role.SYSTEM, Role.RESIDENT, Role.TRIAGE, Role.SUPERVISOR)


async def understood(report: Report, office: TheOffice) -> Understood:
    """Worked out before the transaction begins, in a thread: writers must not wait for the model."""
    meaning = await asyncio.to_thread(office.nlp.understand, report.text)
    where = await asyncio.to_thread(office.nlp.locate, report.place) if report.place else meaning.where
    return Understood(report, meaning, where)


@router.post("/tickets", status_code=status.HTTP_201_CREATED)
async def open_ticket(
    understood: Annotated[Understood, Depends(understood)],
    session: Writing,
    office: TheOffice,
    caller: Caller,
    response: Response,
    key: Key = "",
) -> TicketOut:
    report = understood.report
    if caller.role not in MAY_REPORT or (caller.channel and (caller.channel, caller.address) != (report.channel, report.reporter)):
        raise Forbidden(role=caller.role)
    used = await tickets.once(session, caller.name, key, report.model_dump_json(), office.clock()) if key else None
    if used is not None:
        response.status_code = status.HTTP_200_OK
        return await board.show(session, office, await tickets.seen(session, used.number, caller), caller)
    ticket = await tickets.open_ticket(session, office, understood, caller)
    if key:
        await tickets.remember(session, caller.name, key, ticket)
    return await board.show(session, office, ticket, caller)


@router.get("/tickets")
async def list_tickets(session: Reading, office: TheOffice, caller: Caller, filters: Annotated[board.Filters, Depends()]) -> TicketPage:
    return await board.listed(session, office, caller, filters)


@router.get("/tickets/{number}")
async def read_ticket(number: str, session: Reading, office: TheOffice, caller: Caller) -> TicketOut:
    return await board.show(session, office, await tickets.seen(session, number, caller), caller)


@router.get("/tickets/{number}/timeline")
async def read_timeline(number: str, session: Reading, office: TheOffice, caller: Caller) -> Timeline:
    return await board.timeline(session, office, await tickets.seen(session, number, caller), caller)


@router.post("/tickets/{number}/actions/{action}")
async def act(number: str, action: Action, given: Act, session: Writing, office: TheOffice, caller: Caller, key: Key = "") -> TicketOut:
    body = f"{number}/{action}/{given.model_dump_json()}"
    used = await tickets.once(session, caller.name, key, body, office.clock()) if key else None
    if used is None:
        ticket = await tickets.act(session, office, number, action, caller, given)
    else:
        ticket = await tickets.seen(session, number, caller)
    return await board.show(session, office, ticket, caller)


@router.post("/tickets/{number}/notes", status_code=status.HTTP_201_CREATED)
async def add_note(number: str, note: NoteIn, session: Writing, office: TheOffice, caller: Caller, key: Key = "") -> NoteOut:
    body = f"{number}/note/{note.model_dump_json()}"
    used = await tickets.once(session, caller.name, key, body, office.clock()) if key else None
    if used is not None:
        return NoteOut(number=number, at=used.at)
    event = await tickets.add_note(session, office, number, caller, note.text)
    return NoteOut(number=number, at=event.at)


@router.post("/tickets/{number}/photos", status_code=status.HTTP_201_CREATED)
async def add_photo(number: str, file: UploadFile, session: Writing, office: TheOffice, caller: Caller) -> PhotoOut:
    """The same picture again is the same photo."""
    ticket = await tickets.seen(session, number, caller)
    photo = await photos.add(session, office, ticket, caller, await photos.received(file))
    return PhotoOut(photo=photo.id, width=photo.width, height=photo.height)


@router.get("/tickets/{number}/photos/{photo}", response_class=FileResponse)
async def read_photo(number: str, photo: str, session: Reading, office: TheOffice, caller: Caller) -> FileResponse:
    file = await photos.file_of(session, office, await tickets.seen(session, number, caller), caller, photo)
    return FileResponse(file, media_type="image/jpeg", headers={"X-Content-Type-Options": "nosniff"})
