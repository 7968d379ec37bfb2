"""/understand: as `python -m nlp classify`."""

import asyncio

from fastapi import APIRouter

from api.answers import UnderstandingOut
from api.auth import Caller
from api.problems import may_answer
from api.routes.deps import TheOffice
from api.schemas import TextIn

router = APIRouter(tags=["understanding"])


@router.post("/understand", responses=may_answer())
async def understand(given: TextIn, caller: Caller, office: TheOffice) -> UnderstandingOut:
    meaning = await asyncio.to_thread(office.nlp.understand, given.text)
    office.beside(given.text, meaning)
    return UnderstandingOut.model_validate(meaning.as_json())
