"""/rules: admins keep the routing rules; a change is shown with what it would do, and kept only as it was shown."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api import rulebook
from api.errors import AppError
from api.office import Office
from api.pages import rules_page, times_form
from api.pages.render import page
from api.pages.rules_page import Refused, Typed, context, trial_context
from api.routes.deps import TheOffice
from api.routes.sent import Several, Text, see_other, writing
from api.routes.signed_in import Admin, AdminSubmitting, Reader, frame
from api.schemas import Typed as Plain

router = APIRouter()
Chosen = Annotated[str, Plain, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Sent:
    """`seen`: the digest of the rules that the form was made for; `tried`: of those the trial was of, "" before it."""

    deed: Text = "write"
    seen: Text = ""
    tried: Text = ""
    old: Text = ""
    name: Text = ""
    place: Text = ""
    urgent: Text = ""
    to: Text = ""
    item: Several = ()
    area: Several = ()
    joint: Several = ()
    days: Several = ()
    dates: Several = ()
    begin: Several = ()
    end: Several = ()

    def typed(self) -> Typed:
        times = times_form.lines(self.days, self.dates, self.begin, self.end)
        return Typed(
            self.old,
            self.name.strip(),
            self.place,
            self.urgent,
            self.to,
            self.item,
            self.area,
            self.joint,
            tuple(times),
        )


SentForm = Annotated[Sent, Depends()]


@router.get("/rules")
async def read(request: Request, office: TheOffice, reader: Admin, rule: Chosen = "") -> Response:
    return await _shown(request, office, reader, rule)


@router.post("/rules")
async def change(request: Request, office: TheOffice, reader: AdminSubmitting, sent: SentForm) -> Response:
    """Without `tried` it is only shown what would be."""
    typed = sent.typed()
    try:
        wanted = rules_page.change_of(sent.deed, sent.seen, typed)
        if not sent.tried:
            return await _tried(request, office, reader, wanted, typed)
        async with writing(request) as session:
            await rulebook.keep(session, office.catalogue, reader.actor, office.clock(), wanted, sent.tried)
    except AppError as error:
        return await _shown(request, office, reader, typed.old, Refused(error, typed))
    return see_other("/rules")


async def _tried(request: Request, office: Office, reader: Reader, wanted: rulebook.Change, typed: Typed) -> Response:
    async with request.app.state.db.reading() as session:
        found = await trial_context(session, office, reader.actor, wanted, typed)
        around = await frame(session, reader)
    return page("rules_try.html", office.clock(), frame=around, **found)


async def _shown(
    request: Request, office: Office, reader: Reader, chosen: str, refused: Refused | None = None
) -> Response:
    async with request.app.state.db.reading() as session:
        found = await context(session, office, chosen, refused)
        around = await frame(session, reader)
    return page("rules.html", office.clock(), refused.error.status if refused else 200, frame=around, **found)
