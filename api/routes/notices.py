"""/notices: the bot claims what residents are to be told, and acknowledges each."""

import asyncio
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request

from api import notices, subscriptions
from api.auth import BotOnly
from api.models import LAST_KEY
from api.office import Office
from api.problems import may_answer
from api.routes.deps import TheOffice, Writing
from api.schemas import Acknowledgement, Claim, NoticeOut

router = APIRouter(tags=["notices"])
LOOKS_EVERY = 0.1  # seconds between looks of a waiting claim


@router.post("/notices/claim", responses=may_answer())
async def claim(wanted: Claim, caller: BotOnly, request: Request, office: TheOffice) -> list[NoticeOut]:
    """Waits up to `wait` seconds for something to be there, or until the caller is gone.

    A claim that is not acknowledged comes again.
    """
    lease = timedelta(seconds=request.app.state.settings.lease_seconds)
    ends = asyncio.get_running_loop().time() + wanted.wait
    if wanted.anew:
        async with request.app.state.db.writing() as session:
            await notices.release(session, wanted.worker, office.clock())
    while not await request.is_disconnected():  # what a dead bot's claim took would wait for its lease to end
        found = await _claim(request, office, wanted, lease)
        if found or asyncio.get_running_loop().time() >= ends:
            return found
        await asyncio.sleep(LOOKS_EVERY)
    return []


async def _claim(request: Request, office: Office, wanted: Claim, lease: timedelta) -> list[NoticeOut]:
    db, now = request.app.state.db, office.clock()
    async with db.reading() as session:
        if not await notices.waiting(session, wanted.channels, now):
            return []
    async with db.writing() as session:
        found = await notices.claim(session, wanted.worker, wanted.channels, wanted.limit, now, lease)
        return await notices.addressed(session, found)


@router.post("/notices/{notice_id}/ack", responses=may_answer(404))
async def acknowledge(
    notice_id: Annotated[int, Path(ge=1, le=LAST_KEY)],
    answer: Acknowledgement,
    caller: BotOnly,
    session: Writing,
    office: TheOffice,
) -> NoticeOut:
    notice = await notices.acknowledge(session, notice_id, answer, office.clock())
    if answer.failed and notice.kind == subscriptions.KIND:  # a chat that is gone for good wants no more
        await subscriptions.end(session, notice.address)
    return (await notices.addressed(session, [notice]))[0]
