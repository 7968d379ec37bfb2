"""/tickets: open, read, act, note."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Response, status

from api import board, history, privacy, repeats, residents, tickets
from api.answers import IdentityOut, LookIn
from api.auth import Caller
from api.errors import Forbidden
from api.filters import Filters
from api.lifecycle import STAFF_ROLES, Action, Role
from api.problems import may_answer
from api.routes.deps import Key, Number, Reading, TheOffice, Writing
from api.schemas import (
    Act,
    Joining,
    NoteIn,
    NoteOut,
    Report,
    TicketOut,
    TicketPage,
    Timeline,
)
from api.tickets import Understood

router = APIRouter(tags=["tickets"])
MAY_REPORT = (Role.SYSTEM, Role.RESIDENT, Role.TRIAGE, Role.SUPERVISOR)


async def reporting(report: Report, caller: Caller) -> Report:
    """Staff and the bot report for anybody, a resident for nobody else."""
    theirs = not caller.channel or (caller.channel, caller.address) == (report.channel, report.reporter)
    if caller.role not in MAY_REPORT or not theirs:
        raise Forbidden(role=caller.role)
    return report


async def understood(report: Annotated[Report, Depends(reporting)], caller: Caller, office: TheOffice) -> Understood:
    """Worked out before the transaction begins, in a thread: writers must not wait for the model."""
    meaning = await asyncio.to_thread(office.nlp.understand, report.text)
    where = await asyncio.to_thread(office.nlp.locate, report.place) if report.place else meaning.where
    if caller.role in STAFF_ROLES:  # the bot has heard a resident's own words, and had them compared
        office.beside(report.text, meaning)
    return Understood(report, meaning, where)


@router.post(
    "/tickets",
    status_code=status.HTTP_201_CREATED,
    responses=may_answer(409) | {200: {"model": TicketOut, "description": "this Idempotency-Key's ticket"}},
)
async def open_ticket(
    caller: Caller,
    understood: Annotated[Understood, Depends(understood)],
    session: Writing,
    office: TheOffice,
    response: Response,
    key: Key = "",
) -> TicketOut:
    caller = await residents.introduced(session, caller)
    used = await repeats.once(session, caller.name, key, understood.report.model_dump_json(), office.clock())
    if used is not None:
        response.status_code = status.HTTP_200_OK
        return await board.show(session, office, await repeats.replayed(session, used), caller)
    ticket = await tickets.open_ticket(session, office, understood, caller)
    await repeats.remember(session, caller.name, key, ticket)
    return await board.show(session, office, ticket, caller)


@router.post("/tickets/{number}/followers", status_code=status.HTTP_201_CREATED, responses=may_answer(404, 409))
async def join(
    number: Number, given: Joining, caller: Caller, session: Writing, office: TheOffice, key: Key = ""
) -> TicketOut:
    """A resident follows what a neighbour reported, when it was offered to them. Again is harmless."""
    caller = await residents.introduced(session, caller)
    body = f"{number}/join/{given.model_dump_json()}"
    used = await repeats.once(session, caller.name, key, body, office.clock())
    ticket = await (repeats.replayed(session, used) if used else tickets.join(session, office, number, caller, given))
    await repeats.remember(session, caller.name, key, ticket)
    return await board.show(session, office, ticket, caller)


@router.get("/tickets", responses=may_answer())
async def list_tickets(
    caller: Caller, session: Reading, office: TheOffice, filters: Annotated[Filters, Depends()]
) -> TicketPage:
    return await board.listed(session, office, caller, filters)


@router.get("/tickets/{number}", responses=may_answer(404))
async def read_ticket(number: Number, caller: Caller, session: Reading, office: TheOffice) -> TicketOut:
    return await board.show(session, office, await tickets.seen(session, number, caller), caller)


@router.get("/tickets/{number}/timeline", responses=may_answer(404))
async def read_timeline(number: Number, caller: Caller, session: Reading, office: TheOffice) -> Timeline:
    return await history.timeline(session, office, await tickets.seen(session, number, caller), caller)


@router.post("/tickets/{number}/actions/{action}", responses=may_answer(404, 409))
async def act(
    number: Number, action: Action, given: Act, caller: Caller, session: Writing, office: TheOffice, key: Key = ""
) -> TicketOut:
    body = f"{number}/{action}/{given.model_dump_json()}"
    used = await repeats.once(session, caller.name, key, body, office.clock())
    if used is not None:
        return await board.show(session, office, await repeats.replayed(session, used), caller)
    ticket = await tickets.act(session, office, number, action, caller, given)
    await repeats.remember(session, caller.name, key, ticket)
    return await board.show(session, office, ticket, caller)


@router.post("/tickets/{number}/notes", status_code=status.HTTP_201_CREATED, responses=may_answer(404, 409))
async def add_note(
    number: Number, note: NoteIn, caller: Caller, session: Writing, office: TheOffice, key: Key = ""
) -> NoteOut:
    body = f"{number}/note/{note.model_dump_json()}"
    used = await repeats.once(session, caller.name, key, body, office.clock())
    if used is not None:
        return NoteOut(number=number, at=used.at)
    event = await tickets.add_note(session, office, number, caller, note.text)
    return NoteOut(number=number, at=event.at)


@router.post("/tickets/{number}/identity", responses=may_answer(404))
async def look(number: Number, given: LookIn, caller: Caller, session: Writing, office: TheOffice) -> IdentityOut:
    """A resident's words with the telephones and names of accounts in them: for a reason, and on record."""
    found = await privacy.look(session, office, number, caller, given.reason)
    return IdentityOut(text=found.text, said=list(found.said), channel=found.channel)
