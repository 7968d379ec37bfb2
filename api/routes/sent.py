"""What comes with a form of a ticket's page, and the page that answers it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from api import photos, pictures, repeats
from api.db import Database
from api.errors import AppError, Forbidden, NotFound
from api.office import Office
from api.pages.render import page
from api.pages.ticket_page import Refusal, context
from api.photos import Shelved
from api.privacy import Identity
from api.routes.signed_in import Reader, frame
from api.schemas import NoteIn, Typed

Text = Annotated[str, Typed, Form()]
Several = Annotated[tuple[Annotated[str, Typed], ...], Form()]  # fields of one name


OF_ACTIONS = (
    "note", "reason", "to", "into", "label", "place", "laws", "lawyer", "verdict", "aside", "version",
    "kind", "party", "reach", "how", "on", "at", "where", "outcome",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a form, "" where it has no such field. `token`: the same form sent twice acts once; `seen`: the
    last thing that had happened to the ticket when the form was shown."""

    token: Text = ""
    seen: Text = ""
    text: Text = ""
    note: Text = ""
    reason: Text = ""
    to: Text = ""
    into: Text = ""
    label: Text = ""
    place: Text = ""
    laws: Text = ""
    lawyer: Text = ""
    verdict: Text = ""
    aside: Text = ""
    version: Text = ""
    kind: Text = ""
    party: Text = ""
    reach: Text = ""
    how: Text = ""
    on: Text = ""
    at: Text = ""
    where: Text = ""
    outcome: Text = ""
    notice: Text = ""
    standard: Text = ""
    other: Text = ""
    other_seen: Text = ""
    photo: Annotated[list[UploadFile] | None, File()] = None

    def words(self) -> dict[str, str]:
        """The fields of an action."""
        return {name: plain(getattr(self, name)) for name in OF_ACTIONS}

    def remark(self) -> str:
        return plain(self.text)

    def files(self) -> list[UploadFile]:
        """Browsers send an empty one where none was chosen."""
        return [file for file in self.photo or [] if file.size]


def plain(text: str) -> str:
    """Browsers send line ends as CR LF."""
    return text.replace("\r\n", "\n").strip()


SentForm = Annotated[Sent, Depends()]


class TooLong(AppError):
    code, status, title = "too_long", 422, "more than 4000 characters"


@asynccontextmanager
async def shelve(
    request: Request, office: Office, reader: Reader, number: str, sent: Sent
) -> AsyncIterator[list[Shelved]]:
    files = sent.files()
    if files:
        async with request.app.state.db.reading() as session:
            await photos.welcome(session, number, reader.actor)
    given = [await pictures.read(await photos.received(file)) for file in files]
    async with photos.shelving(office.photos, given) as kept:
        yield kept


def writing(request: Request) -> AbstractAsyncContextManager[AsyncSession]:
    db: Database = request.app.state.db
    return db.writing()


async def refused(request: Request, write: Callable[[AsyncSession], Awaitable[object]]) -> AppError | None:
    """Carries out what was typed into a form; why not, for the page to say, if it was refused. What concerns nothing
    that is there is not found."""
    try:
        async with writing(request) as session:
            await write(session)
    except NotFound:
        raise
    except AppError as error:
        return error
    return None


async def sent_before(session: AsyncSession, office: Office, reader: Reader, sent: Sent, body: str) -> bool:
    key = f"page-{sent.token}"[:200]
    return bool(sent.token) and await repeats.once(session, reader.actor.name, key, body, office.clock()) is not None


def noted(remark: str) -> str:
    try:
        return NoteIn(text=remark).text
    except ValidationError:
        raise TooLong from None


async def once(
    request: Request,
    office: Office,
    reader: Reader,
    number: str,
    sent: Sent,
    body: str,
    carry_out: Callable[[AsyncSession], Awaitable[object]],
) -> Response:
    """What one press does: pressed twice, it is done once; refused, the page says why."""
    try:
        async with writing(request) as session:
            if not await sent_before(session, office, reader, sent, f"{number}/{body}"):
                await carry_out(session)
    except (Forbidden, NotFound):
        raise
    except AppError as error:
        return await shown(request, office, reader, number, Refusal(error, None, {}))
    return see_other(f"/tickets/{number}")


async def shown(
    request: Request,
    office: Office,
    reader: Reader,
    number: str,
    refusal: Refusal | None = None,
    identity: Identity | None = None,
) -> Response:
    async with request.app.state.db.reading() as session:
        found = await context(session, office, reader.actor, number, refusal, identity)
        around = await frame(session, reader)
    return page(
        "ticket.html", office.clock(), refusal.error.status if refusal and refusal.error else 200, frame=around, **found
    )


def see_other(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)
