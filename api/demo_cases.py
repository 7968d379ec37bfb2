"""Three cases of our own for a first start with 演示 staff: marked as 演示数据 on every page and in the chat."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.case_drafts import as_version
from api.figures.period import today
from api.models import LegalCase

CASES: tuple[tuple[str, str, str, list[list[str]]], ...] = (  # label, question, answer, laws
    (
        "legal:tenancy",
        "租期到了，房东不退押金，可以怎么办？",
        "先看合同里押金怎么写。房租、水电付清了，房子和家具没有损坏，房东应当退。正常使用留下的旧痕不算损坏。"
        "先发一条文字消息要，说好哪天前退，留着记录；还不退，可以请社区调解，也可以向法院起诉。",
        [["民法典", "第七百三十三条"]],
    ),
    (
        "legal:employment",
        "上下班路上被车撞了，算不算工伤？",
        "在合理的时间和路线上下班，出了交通事故，自己不负主要责任的，应当认定为工伤。"
        "单位应当在三十天里申请认定；单位不申请的，本人或者家里人一年以内可以自己申请。事故认定书要留好。",
        [["工伤保险条例", "第十四条"], ["工伤保险条例", "第十七条"]],
    ),
    (
        "legal:lending",
        "朋友借钱不还，没有借条，只有转账和聊天记录，能起诉吗？",
        "能。转账记录说明钱给了他，聊天里他承认借过、答应还的话，说明这笔钱是借款。"
        "可以再发消息请他确认金额和哪天还，截图和手机都留好。说好的还款日过了三年，对方可以不还，所以要趁早。",
        [["民法典", "第六百七十五条"], ["民法典", "第一百八十八条"]],
    ),
)


async def add(session: AsyncSession, now: datetime) -> None:
    """Nobody wrote and nobody approved them, so nobody is asked to read them again."""
    for label, question, answer, laws in CASES:
        case = LegalCase(
            label=label, question=question, answer=answer, laws=laws, author="", approved_by="", approved_at=now,
            reviewed_on=today(now), demo=True,
        )  # fmt: skip
        session.add(case)
        await session.flush()
        session.add(as_version(case))
    await session.flush()
