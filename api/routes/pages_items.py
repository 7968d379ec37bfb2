"""/items: the catalogue, for admins to read; it is changed in `intents.yaml`."""

from fastapi import APIRouter
from fastapi.responses import Response

from api.pages.items_page import context
from api.pages.render import page
from api.routes.deps import Reading, TheOffice
from api.routes.signed_in import Admin, frame

router = APIRouter()


@router.get("/items")
async def items(session: Reading, office: TheOffice, reader: Admin) -> Response:
    found = await context(session, office, reader.actor)
    return page("items.html", office.clock(), frame=await frame(session, reader), **found)
