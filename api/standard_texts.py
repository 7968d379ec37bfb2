"""Words that staff start from when they write to residents: kept by admins, offered by action, item and step."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import Actor
from api.errors import BadText, NotFound, Stale, TooMany
from api.lifecycle import STEPS, Action
from api.models import StandardText, Ticket
from api.office import Office

WRITTEN = (Action.ASK, Action.TELL, Action.DECLINE, Action.REPORT_BACK)  # what residents read as it was written
PLACEHOLDERS = ("编号", "事项", "地点", "时限")
HOLE = re.compile(r"\{([^{}]*)\}")
NAME_AT_MOST, WORDS_AT_MOST, MOST = 20, 1000, 200


@dataclass(frozen=True, slots=True)
class Draft:
    """As it was typed."""

    name: str
    action: str
    about: str
    step: str
    words: str


async def all_of_them(session: AsyncSession) -> Sequence[StandardText]:
    return (await session.exec(select(StandardText).order_by(col(StandardText.id)))).all()


async def offered(
    session: AsyncSession, office: Office, ticket: Ticket, actions: Collection[Action]
) -> dict[Action, list[StandardText]]:
    """By action; what is about the very item first, then its category's, then what fits anything."""
    entry = office.catalogue.by_label.get(ticket.label)
    about = [ticket.label, entry.category if entry else "", ""]
    query = select(StandardText).where(
        col(StandardText.action).in_([action.value for action in actions]),
        col(StandardText.about).in_(about),
        col(StandardText.step).in_((0, ticket.step)),
    )
    found = sorted((await session.exec(query)).all(), key=lambda one: (about.index(one.about), one.id))
    return {action: [one for one in found if one.action == action] for action in actions}


def filled(words: str, facts: Mapping[str, str]) -> str:
    """`facts` by PLACEHOLDERS."""
    return HOLE.sub(lambda hole: facts.get(hole[1], hole[0]), words)


def check(office: Office, draft: Draft) -> None:
    """Raises BadText with the reason, and for a placeholder that is none with what was typed."""
    catalogue = office.catalogue
    holes = [hole for hole in HOLE.findall(draft.words) if hole not in PLACEHOLDERS]
    wrong = {
        "no_name": not draft.name,
        "no_words": not draft.words,
        "too_long": len(draft.name) > NAME_AT_MOST or len(draft.words) > WORDS_AT_MOST,
        "no_action": draft.action not in WRITTEN,
        "no_item": bool(draft.about) and draft.about not in office.labels | catalogue.category_names.keys(),
        "no_step": draft.step not in map(str, range(len(STEPS) + 1)),
        "no_placeholder": bool(holes) or bool(set("{}") & set(HOLE.sub("", draft.words))),
    }
    if reason := next((reason for reason, is_so in wrong.items() if is_so), ""):
        raise BadText(reason=reason, hole=holes[0] if holes else "")


async def add(session: AsyncSession, office: Office, actor: Actor, draft: Draft) -> StandardText:
    check(office, draft)
    if len(await all_of_them(session)) >= MOST:
        raise TooMany(reason="texts", most=MOST)
    text = StandardText(**_written(draft, actor, office.clock()))
    session.add(text)
    await session.flush()
    return text


async def change(session: AsyncSession, office: Office, actor: Actor, text_id: int, seen: str, draft: Draft) -> None:
    """Raises NotFound, Stale (somebody changed it meanwhile) or BadText."""
    text = await _known(session, text_id, seen)
    check(office, draft)
    text.sqlmodel_update(_written(draft, actor, office.clock()))
    await session.flush()


async def drop(session: AsyncSession, text_id: int, seen: str) -> None:
    await session.delete(await _known(session, text_id, seen))
    await session.flush()


async def _known(session: AsyncSession, text_id: int, seen: str) -> StandardText:
    text = await session.get(StandardText, text_id, with_for_update=True)
    if text is None:
        raise NotFound(text=text_id)
    if version(text) != seen:
        raise Stale(text=text_id)
    return text


def version(text: StandardText) -> str:
    return text.changed_at.isoformat() if text.changed_at else ""


def _written(draft: Draft, actor: Actor, now: datetime) -> dict[str, Any]:
    return asdict(draft) | {"step": int(draft.step), "changed_by": actor.name, "changed_at": now}
