"""What the system dispatches without a clerk."""

from sqlmodel.ext.asyncio.session import AsyncSession

from api import advisers, duplicates, effects, routing
from api.lifecycle import Lane
from api.models import Ticket
from api.office import Office
from api.schemas import Act
from nlp.meaning import Sureness, Understanding


async def dispatch(session: AsyncSession, office: Office, ticket: Ticket, meaning: Understanding) -> Act | None:
    """To whom, as the action's request says it; None: triage decides."""
    if ticket.lane is Lane.LEGAL:
        adviser = await advisers.choose(session, office, ticket)
        return Act(to=adviser) if adviser else None
    plain = await _is_plain(session, office, ticket, meaning)
    return await _by_rules(session, office, ticket) if plain else None


async def _by_rules(session: AsyncSession, office: Office, ticket: Ticket) -> Act | None:
    route = await routing.route(session, office, ticket)
    if route.to:
        return Act(to=route.to)
    await effects.passed_over(session, office, ticket, route)
    return None


async def _is_plain(session: AsyncSession, office: Office, ticket: Ticket, meaning: Understanding) -> bool:
    """Confirmed by the resident, sure by calibration, an item that needs no clerk, known street, no twin, no danger."""
    entry = office.catalogue.by_label[ticket.label]
    sure = ticket.confirmed and meaning.sureness is Sureness.SURE and meaning.label == ticket.label
    if not (sure and entry.auto_dispatch and ticket.street and not ticket.urgent):
        return False
    return await duplicates.open_twin(session, office, ticket) is None
