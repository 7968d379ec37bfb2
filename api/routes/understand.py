"""/understand: as `python -m nlp classify`."""

import asyncio

from fastapi import APIRouter

from api.auth import Caller
from api.routes.deps import TheOffice
from api.schemas import TextIn, UnderstandingOut

router = APIRouter(tags=["understanding"])


@router.post("/understand")
async def understand(given: TextIn, office: TheOffice, caller: Caller) -> UnderstandingOut:
    meaning = await asyncio.to_thread(office.nlp.understand, given.text)
    return UnderstandingOut.model_validate(meaning.as_json())
