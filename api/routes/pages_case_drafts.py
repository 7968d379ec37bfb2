"""/cases/drafts: a case is written beside its matter, submitted, and approved or sent back by another adviser."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import case_drafts, case_sources, repeats, tickets
from api.case_words import Known
from api.errors import AppError, Forbidden
from api.models import LAST_KEY
from api.office import Office
from api.pages import cases_page
from api.pages.render import page
from api.routes.deps import Number, Reading, TheOffice
from api.routes.sent import Text, plain, refused, see_other
from api.routes.signed_in import AdviserSubmitting, Reader, SignedIn, frame

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=LAST_KEY)]
DRAFT = "/cases/drafts/{draft_id}"


@dataclass(frozen=True, slots=True)
class Form:
    """`seen`: the draft as the form was made from it; `token`: the same press twice is one."""

    seen: Text = ""
    token: Text = ""
    label: Text = ""
    question: Text = ""
    answer: Text = ""
    laws: Text = ""
    reason: Text = ""

    def typed(self) -> case_drafts.Typed:
        return case_drafts.Typed(self.label, plain(self.question), plain(self.answer), plain(self.laws))


Sent = Annotated[Form, Depends()]
Write = Callable[[AsyncSession], Awaitable[object]]


@router.post("/tickets/{number}/case")
async def begin(number: Number, request: Request, office: TheOffice, reader: AdviserSubmitting) -> Response:
    async with request.app.state.db.reading() as session:
        ticket = await tickets.seen(session, number, reader.actor)
        matter = await case_sources.read(session, office, ticket)
    async with request.app.state.db.writing() as session:
        ticket = await tickets.seen(session, number, reader.actor, for_update=True)
        draft = await case_sources.begin(session, office, reader.actor, ticket, matter)
    return see_other(f"/cases/drafts/{draft.id}")


@router.get(DRAFT)
async def read(draft_id: Id, session: Reading, office: TheOffice, reader: SignedIn) -> Response:
    return await _shown(session, office, reader, draft_id)


@router.post(f"{DRAFT}/save")
async def save(draft_id: Id, request: Request, office: TheOffice, reader: AdviserSubmitting, sent: Sent) -> Response:
    async def write(session: AsyncSession) -> None:
        await case_drafts.save(session, office, reader.actor, draft_id, sent.seen, sent.typed())

    return await _done(request, office, reader, draft_id, sent, write)


@router.post(f"{DRAFT}/submit")
async def submit(draft_id: Id, request: Request, office: TheOffice, reader: AdviserSubmitting, sent: Sent) -> Response:
    known = await _known(request, office, reader, draft_id)

    async def write(session: AsyncSession) -> None:
        await case_drafts.submit(session, office, reader.actor, draft_id, sent.seen, sent.typed(), known)

    return await _done(request, office, reader, draft_id, sent, write)


@router.post(f"{DRAFT}/take-back")
async def take_back(
    draft_id: Id, request: Request, office: TheOffice, reader: AdviserSubmitting, sent: Sent
) -> Response:
    async def write(session: AsyncSession) -> None:
        await case_drafts.take_back(session, office, reader.actor, draft_id, sent.seen)

    return await _done(request, office, reader, draft_id, sent, write)


@router.post(f"{DRAFT}/drop")
async def drop(draft_id: Id, request: Request, office: TheOffice, reader: AdviserSubmitting, sent: Sent) -> Response:
    async def write(session: AsyncSession) -> None:
        await case_drafts.drop(session, reader.actor, draft_id, sent.seen)

    return await _gone(request, office, reader, draft_id, sent, write)


@router.post(f"{DRAFT}/send-back")
async def send_back(
    draft_id: Id, request: Request, office: TheOffice, reader: AdviserSubmitting, sent: Sent
) -> Response:
    async def write(session: AsyncSession) -> None:
        await case_drafts.send_back(session, office, reader.actor, draft_id, sent.seen, plain(sent.reason))

    return await _gone(request, office, reader, draft_id, sent, write)


@router.post(f"{DRAFT}/approve")
async def approve(draft_id: Id, request: Request, office: TheOffice, reader: AdviserSubmitting, sent: Sent) -> Response:
    async def write(session: AsyncSession) -> None:
        known = await _known_by(session, office, reader, draft_id)
        await case_drafts.approve(session, office, reader.actor, draft_id, sent.seen, known)

    return await _gone(request, office, reader, draft_id, sent, write)


async def _known(request: Request, office: Office, reader: Reader, draft_id: int) -> Known:
    async with request.app.state.db.reading() as session:
        return await _known_by(session, office, reader, draft_id)


async def _known_by(session: AsyncSession, office: Office, reader: Reader, draft_id: int) -> Known:
    draft = await case_drafts.of_reader(session, reader.actor, draft_id)
    return (await case_sources.original(session, office, draft)).known


async def _done(
    request: Request, office: Office, reader: Reader, draft_id: int, sent: Form, write: Write, to: str = ""
) -> Response:
    error = await refused(request, write)
    if error is None:
        return see_other(to or f"/cases/drafts/{draft_id}")
    if isinstance(error, Forbidden):
        raise error
    async with request.app.state.db.reading() as session:
        return await _shown(session, office, reader, draft_id, error, sent)


async def _gone(request: Request, office: Office, reader: Reader, draft_id: int, sent: Form, write: Write) -> Response:
    """What takes the draft off the reader's table: pressed twice, it is done once."""

    async def once(session: AsyncSession) -> None:
        key = f"page-{sent.token}"[:200] if sent.token else ""
        if await repeats.once(session, reader.actor.name, key, request.url.path, office.clock()) is None:
            await write(session)

    return await _done(request, office, reader, draft_id, sent, once, "/cases")


async def _shown(
    session: AsyncSession,
    office: Office,
    reader: Reader,
    draft_id: int,
    error: AppError | None = None,
    sent: Form | None = None,
) -> Response:
    draft = await case_drafts.of_reader(session, reader.actor, draft_id)
    typed, reason = (sent.typed(), plain(sent.reason)) if sent else (None, "")
    found = await cases_page.of_draft(session, office, reader.actor, draft, error, typed, reason)
    status = error.status if error else 200
    return page("case_draft.html", office.clock(), status, frame=await frame(session, reader), **found)
