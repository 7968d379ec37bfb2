"""An action under way, and what comes of it."""

from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import Actor
from api.models import Ticket
from api.office import Office
from api.schemas import Act

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """An action under way."""

    session: AsyncSession
    office: Office
    ticket: Ticket
    actor: Actor
    given: Act
