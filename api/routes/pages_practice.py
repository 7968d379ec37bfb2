"""/me/practice, for a legal adviser: what they know well, and for whom they act elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api import advisers
from api.errors import AppError
from api.models import LAST_KEY
from api.office import Office
from api.pages.error_words import of_error
from api.pages.render import page
from api.routes.deps import Reading, TheOffice, Writing
from api.routes.signed_in import Adviser, AdviserSubmitting, Reader, frame
from api.schemas import Typed
from nlp.catalogue import Kind

PAGE = "/me/practice"


router = APIRouter()


@router.get(PAGE)
async def practice(session: Reading, office: TheOffice, reader: Adviser) -> Response:
    return await _shown(session, office, reader)


@router.post(f"{PAGE}/clients")
async def add_client(
    session: Writing, office: TheOffice, reader: AdviserSubmitting, name: Annotated[str, Typed, Form()] = ""
) -> Response:
    try:
        await advisers.add_client(session, reader.actor, name.strip())
    except AppError as error:
        return await _shown(session, office, reader, error, name.strip())
    return RedirectResponse(PAGE, status_code=303)


@router.post(f"{PAGE}/forget")
async def remove_client(session: Writing, reader: AdviserSubmitting, client: Annotated[int, Form()] = 0) -> Response:
    if 0 < client <= LAST_KEY:
        await advisers.remove_client(session, reader.actor, client)
    return RedirectResponse(PAGE, status_code=303)


@router.post(f"{PAGE}/topics")
async def know(
    session: Writing,
    office: TheOffice,
    reader: AdviserSubmitting,
    topic: Annotated[list[str], Form(max_length=50)] = [],  # noqa: B006
) -> Response:
    """What the catalogue does not have (any more) is left out."""
    labels = {entry.label for entry in office.catalogue.of_kind(Kind.LEGAL)}
    await advisers.know(session, reader.actor, labels.intersection(topic))
    return RedirectResponse(PAGE, status_code=303)


async def _shown(
    session: AsyncSession, office: Office, reader: Reader, refused: AppError | None = None, typed: str = ""
) -> Response:
    return page(
        "practice.html",
        office.clock(),
        refused.status if refused else 200,
        frame=await frame(session, reader),
        clients=await advisers.clients(session, reader.actor),
        topics=[(entry.label, entry.name) for entry in office.catalogue.of_kind(Kind.LEGAL)],
        known=await advisers.topics(session, reader.actor),
        to_pass_on=await advisers.in_hand_with_part(session, reader.actor),
        refused=_sentence(refused) if refused else "",
        typed=typed,
    )


def _sentence(error: AppError) -> str:
    if error.code == "malformed":
        return f"请写委托人的全称，最少 2 个字，最多 {advisers.LONGEST_NAME} 个字。"
    return of_error(error.code, str(error.facts.get("reason", "")))
