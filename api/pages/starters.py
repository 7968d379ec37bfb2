"""Standard texts as they would read on one ticket."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api import standard_texts
from api.lifecycle import Action
from api.models import Ticket
from api.office import Office
from api.pages.forms import Filled
from api.pages.times import moment

NO_PLACE, NO_LIMIT, NO_ITEM = "您说的地方", "说好的时限", "这件事"


async def filled(
    session: AsyncSession, office: Office, ticket: Ticket, actions: Collection[Action]
) -> dict[Action, list[Filled]]:
    facts = facts_of(office, ticket, office.clock())
    found = await standard_texts.offered(session, office, ticket, actions)
    return {
        action: [Filled(one.id, one.name, standard_texts.filled(one.words, facts)) for one in texts]
        for action, texts in found.items()
    }


def facts_of(office: Office, ticket: Ticket, now: datetime) -> Mapping[str, str]:
    """By `standard_texts.PLACEHOLDERS`. While the clock stands, no moment can be named."""
    entry = office.catalogue.by_label.get(ticket.label)
    place = "" if ticket.pseudonym else ticket.place  # an adviser does not know where an anonymous resident lives
    known = ticket.due_at and not ticket.paused and ticket.due_at > now
    return {
        "编号": ticket.number,
        "事项": entry.name if entry else NO_ITEM,
        "地点": place or NO_PLACE,
        "时限": moment(ticket.due_at, now) if known and ticket.due_at else NO_LIMIT,
    }
