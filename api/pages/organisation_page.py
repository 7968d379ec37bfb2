"""Who handles what, in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import organisation, troubles, unit_views
from api.models import RuleTrouble, Unit
from api.office import Office
from api.pages.rule_words import in_words, vocabulary
from api.pages.words import UNIT_KINDS, WHY_UNUSABLE
from api.rules import LAST


async def context(session: AsyncSession, office: Office, since: datetime) -> dict[str, Any]:
    there, words = await organisation.load(session), await vocabulary(session, office.catalogue)
    units = select(Unit.code).where(col(Unit.retired_at).is_(None)).order_by(col(Unit.street), col(Unit.kind))
    return {
        "rules": [in_words(rule, words) for rule in (*there.rules, LAST)],
        "troubles": [_trouble(row, words.areas) for row in await troubles.since(session, since)],
        "units": await unit_views.shown(session, office, there, list((await session.exec(units)).all())),
        "unit_kinds": UNIT_KINDS,
        "called": words.called,
    }


def _trouble(row: RuleTrouble, areas: Mapping[str, str]) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "why": WHY_UNUSABLE.get(row.why, row.why),
        "where": areas.get(row.area, "地点不明"),
        "times": row.times,
        "number": row.number,
        "last_at": row.last_at,
    }
