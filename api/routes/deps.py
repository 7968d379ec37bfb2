"""What endpoints ask for: a session for reading or writing, the office, and replay by Idempotency-Key."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from api.office import Office
from api.schemas import Typed


async def reading(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.db.reading() as session:
        yield session


async def writing(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.db.writing() as session:
        yield session


def the_office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


# "function": the transaction ends before the answer is sent, so a commit that fails cannot have answered 200.
Reading = Annotated[AsyncSession, Depends(reading, scope="function")]
Writing = Annotated[AsyncSession, Depends(writing, scope="function")]
TheOffice = Annotated[Office, Depends(the_office)]
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=200, pattern=r"^[ -~]*$")]
Number = Annotated[str, Typed]
