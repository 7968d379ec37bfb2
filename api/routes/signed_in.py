"""Who reads a staff page: known by the cookie; a form must also bring its session's `csrf`."""

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from api import auth, case_drafts, cases, credentials, glass, notices
from api.access import KEEPS_RULES
from api.actors import Actor
from api.errors import Forbidden, NotSignedIn
from api.figures.seen import SEES
from api.lifecycle import Role
from api.pages.names import of_staff

SET_UP = (  # of admins alone
    ("/rules", "分派规则"),
    ("/units", "单位"),
    ("/staff", "人员岗位"),
    ("/holidays", "休假日历"),
    ("/texts", "常用语"),
    ("/items", "事项目录"),
)


@dataclass(frozen=True, slots=True)
class Reader:
    actor: Actor
    called: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: the reader, and how many notices lie on their desk."""

    reader: Reader
    bell: int
    cases: int = 0  # that wait for this adviser: to be looked at, put right, read again

    @property
    def keeps_rules(self) -> bool:
        return self.reader.actor.role in KEEPS_RULES

    @property
    def set_up(self) -> list[tuple[str, str]]:
        """The pages on which is arranged how the house works, (address, name) each."""
        admins = SET_UP if self.reader.actor.role is Role.ADMIN else ()
        return [("/organisation", "谁管什么"), *admins]

    @property
    def advises(self) -> bool:
        return self.reader.actor.role is Role.ADVISER

    @property
    def sees_board(self) -> bool:
        return self.reader.actor.role in SEES


async def signed_in(request: Request) -> Reader:
    cookie = request.cookies.get(auth.COOKIE, "")
    async with request.app.state.db.reading() as session:
        found = await credentials.by_cookie(session, cookie, request.app.state.office.clock()) if cookie else None
        if found is None:
            raise NotSignedIn
        staff, its = found
        actor = await glass.with_open(session, await auth.as_actor(session, staff), request.app.state.office.clock())
        return Reader(actor, of_staff(staff), its.csrf)


async def submitting(
    request: Request, reader: Annotated[Reader, Depends(signed_in)], csrf: Annotated[str, Form()] = ""
) -> Reader:
    auth.from_our_page(request)
    if not hmac.compare_digest(csrf.encode(), reader.csrf.encode()):
        raise Forbidden(reason="csrf")
    return reader


async def frame(session: AsyncSession, reader: Reader) -> Frame:
    bell = len(await notices.of_desk(session, reader.actor))
    return Frame(reader, bell, await _cases(session, reader.actor))


async def _cases(session: AsyncSession, actor: Actor) -> int:
    if actor.role is not Role.ADVISER:
        return 0
    drafts = [one for one in await case_drafts.waiting_on(session, actor) if case_drafts.waits_for(actor, one)]
    return len(drafts) + len(await cases.to_read_again(session, actor))


SignedIn = Annotated[Reader, Depends(signed_in)]
Submitting = Annotated[Reader, Depends(submitting)]


def _only(reader: Reader, role: Role) -> Reader:
    if reader.actor.role is not role:
        raise Forbidden(role=reader.actor.role)
    return reader


def admin(reader: SignedIn) -> Reader:
    return _only(reader, Role.ADMIN)


def admin_submitting(reader: Submitting) -> Reader:
    return _only(reader, Role.ADMIN)


def adviser(reader: SignedIn) -> Reader:
    return _only(reader, Role.ADVISER)


def adviser_submitting(reader: Submitting) -> Reader:
    return _only(reader, Role.ADVISER)


Admin = Annotated[Reader, Depends(admin)]
AdminSubmitting = Annotated[Reader, Depends(admin_submitting)]
Adviser = Annotated[Reader, Depends(adviser)]
AdviserSubmitting = Annotated[Reader, Depends(adviser_submitting)]
