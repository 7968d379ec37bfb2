"""Which cases are offered to whom asks something like it; the question itself is neither kept nor logged."""

import asyncio
from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import cases
from api.case_schemas import CaseOut
from api.figures.period import today
from api.likeness import likest
from api.models import LegalCase
from api.office import Office
from nlp.text import read
from nlp.time_limits import touched


async def similar(session: AsyncSession, office: Office, label: str, words: str) -> list[CaseOut]:
    query = select(LegalCase).where(LegalCase.label == label, cases.offered(today(office.clock())))
    known = (await session.exec(query.order_by(col(LegalCase.id)).limit(cases.MOST))).all()
    if not known:
        return []
    places = await asyncio.to_thread(_likest, office, words, [case.question for case in known])
    return [as_told(known[place]) for place in places]


def _likest(office: Office, words: str, questions: Sequence[str]) -> list[int]:
    """Whoever is in danger reads no cases first."""
    plain = read(words).plain
    if touched(office.catalogue.legal_alerts, plain) or office.nlp.understand(words).urgent:
        return []
    return likest(office.catalogue, words, questions)


def as_told(case: LegalCase) -> CaseOut:
    return CaseOut(
        id=case.id,
        label=case.label,
        question=case.question,
        answer=case.answer,
        laws=[(law, article) for law, article in case.laws],
        reviewed_on=case.reviewed_on,
        demo=case.demo,
    )
