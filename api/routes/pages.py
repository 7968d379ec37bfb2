"""The staff pages: sign in and out, what a failure looks like, the files they load."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlmodel import col, delete, select

from api import auth, credentials, passwords
from api.errors import AppError, NotSignedIn
from api.models import Staff, StaffSession
from api.pages.error_words import WRONG_LOGIN, of_error
from api.pages.render import STATIC, page
from api.routes import (
    pages_alike,
    pages_board,
    pages_case_drafts,
    pages_cases,
    pages_deliveries,
    pages_draft,
    pages_holidays,
    pages_items,
    pages_me,
    pages_organisation,
    pages_practice,
    pages_queue,
    pages_rosters,
    pages_rules,
    pages_services,
    pages_staff,
    pages_talk,
    pages_texts,
    pages_ticket,
    pages_together,
    pages_units,
)
from api.routes.deps import Reading, TheOffice
from api.routes.signed_in import Submitting
from api.schemas import Typed

router = APIRouter()
router.include_router(pages_queue.router)
router.include_router(pages_ticket.router)
router.include_router(pages_draft.router)
router.include_router(pages_alike.router)
router.include_router(pages_deliveries.router)
router.include_router(pages_talk.router)
router.include_router(pages_together.router)
router.include_router(pages_me.router)
router.include_router(pages_practice.router)
router.include_router(pages_services.router)
router.include_router(pages_cases.router)
router.include_router(pages_case_drafts.router)
router.include_router(pages_organisation.router)
router.include_router(pages_units.router)
router.include_router(pages_rosters.router)
router.include_router(pages_rules.router)
router.include_router(pages_staff.router)
router.include_router(pages_texts.router)
router.include_router(pages_holidays.router)
router.include_router(pages_items.router)
router.include_router(pages_board.router)
HOME = "/queue"
Text = Annotated[str, Typed, Form()]


def mount_static(app: FastAPI) -> None:
    app.mount("/static", StaticFiles(directory=STATIC), name="static")


async def show_error(request: Request, error: AppError) -> Response:
    if isinstance(error, NotSignedIn):
        back = f"{request.url.path}?{request.url.query}".rstrip("?") if request.method == "GET" else HOME
        return see_other(f"/sign-in?{urlencode({'next': back})}")
    sentence = of_error(error.code, str(error.facts.get("reason", "")))
    return page("error.html", request.app.state.office.clock(), error.status, sentence=sentence)


def see_other(address: str) -> RedirectResponse:
    return RedirectResponse(address, status_code=303)


@router.get("/")
async def home() -> Response:
    return see_other(HOME)


@router.get("/sign-in")
async def sign_in_page(request: Request, session: Reading, office: TheOffice, next: str = HOME) -> Response:
    if await credentials.by_cookie(session, request.cookies.get(auth.COOKIE, ""), office.clock()):
        return see_other(_inside(next))
    demo = (await session.exec(select(Staff.id).where(Staff.demo).limit(1))).first() is not None
    return page("sign_in.html", office.clock(), next=next, name="", refused="", demo=demo)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    office: TheOffice,
    name: Text = "",
    password: Text = "",
    next: Text = HOME,
) -> Response:
    auth.from_our_page(request)  # another site's form must not sign anybody in
    request.app.state.paces.sign_ins.take(request.client.host if request.client else "")
    async with request.app.state.db.writing() as session:
        cookie = await passwords.sign_in(session, name.strip(), password, office.clock())
    if cookie is None:
        return page("sign_in.html", office.clock(), 401, next=next, name=name, refused=WRONG_LOGIN, demo=False)
    answer = see_other(_inside(next))
    answer.set_cookie(
        auth.COOKIE,
        cookie,
        max_age=int(passwords.SESSION_LASTS.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


def _inside(address: str) -> str:
    """Only a path of ours: //elsewhere and /\\elsewhere are other hosts to a browser."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if ours else HOME


@router.post("/sign-out")
async def sign_out(request: Request, reader: Submitting) -> Response:
    async with request.app.state.db.writing() as session:
        await session.exec(delete(StaffSession).where(col(StaffSession.csrf) == reader.csrf))
    answer = see_other("/sign-in")
    answer.delete_cookie(auth.COOKIE, path="/")
    return answer
