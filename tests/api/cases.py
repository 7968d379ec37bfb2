"""A case that stands, for tests of what is done with one."""

from datetime import date, timedelta

from api.case_drafts import as_version
from api.figures.period import today
from api.models import LegalCase
from tests.conftest import Api

DEPOSIT = "租期到了，房东不退押金，可以怎么办？"
ANSWER = "先看合同怎么约定。房子没有损坏、房租付清了，房东应当退还押金；不退可以先发函催要，再向法院起诉。"


async def a_case(
    api: Api, question: str = DEPOSIT, label: str = "legal:tenancy", reviewed: date | None = None, **changes: object
) -> int:
    """The id of one that ada wrote and bea approved; looked at today, where nothing else is said."""
    now = api.clock()
    case = LegalCase(
        label=label, question=question, answer=ANSWER, laws=[["民法典", "第七百三十三条"]], author="ada",
        approved_by="bea", approved_at=now, reviewed_on=reviewed or today(now), **changes,
    )  # fmt: skip
    async with api.db.writing() as session:
        session.add(case)
        await session.flush()
        session.add(as_version(case))
    return case.id


def days_ago(api: Api, days: int) -> date:
    return today(api.clock()) - timedelta(days=days)
