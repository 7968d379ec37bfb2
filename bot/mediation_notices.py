"""What a resident is told of a mediation, by kind of notice. Pure. What is said of the law names its article."""

from collections.abc import Callable
from typing import Any

from bot.events import Rows
from bot.legal_texts import limit_line
from bot.mediation_texts import asks
from bot.texts import legal_rating_buttons, moment

Facts = dict[str, Any]
COURT = "court"

KINDS = {
    "community": (
        "人民调解，就是社区的人民调解委员会请您和对方坐下来谈，调解员帮着找两边都能接受的办法。\n"
        "· 不收一分钱（《人民调解法》第四条）。\n"
        "· 全凭自愿：您可以不同意，同意了也随时可以停，对方也一样（第二十三条）；不耽误您打官司（第三条）。"
    ),
    COURT: (
        "诉前联调，就是立案以前由法院请调解员，帮您和对方谈。\n"
        "· 还没有立案，不用交诉讼费。\n"
        "· 全凭自愿：您可以不同意，同意了也随时可以停，对方也一样；谈不成，照样可以起诉。"
    ),
}
CONFIRMED = {
    "community": (
        "· 谈成了写成协议；两边都觉得有必要，三十天里可以一起请法院确认，"
        "确认了对方不照办，可以申请强制执行（第三十三条）。"
    ),
    COURT: "· 谈成了写成协议；三十天里两边可以一起请法院确认（《民事诉讼法》第二百零五条）。",
}
LIMITATION = (
    "· 向人民调解委员会提出请求那天，诉讼时效中断（最高人民法院关于诉讼时效的规定第十二条）。"
    "上诉、复议、仲裁这些期限不一样，不一定跟着停，请照原来的时间办。"
)
NAME = "· 要调解，得把您的姓名告诉对方和调解员。"
ANONYMOUS = "您现在是匿名的。同意调解，就只为这次调解说出姓名，别处您还是化名。不愿意就按“不调解”，匿名照旧。"
STILL = "这件事还是这位顾问接着办。"
EITHER_WAY = f"不调解，{STILL}"
OUTCOMES = {
    "agreed": "调解达成了协议：",
    "failed": "调解没有谈成。顾问告诉您：",
    "left": "有一方退出了，调解结束。顾问告诉您：",
}
AFTERWARDS = {
    "community": "三十天里，两边可以一起请法院确认这份协议（《人民调解法》第三十三条）。",
    COURT: "三十天里，两边可以一起请法院确认这份协议（《民事诉讼法》第二百零五条）。",
}
WHO = {"resident": "不调解了。", "party": "对方不同意调解。", "adviser": "顾问收回了调解的提议。"}


def _said(words: Any) -> str:
    return f"“{words}”" if words else ""


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _limits(facts: Facts) -> str:
    """The time limits that the resident's own words touch, as they heard them at the beginning."""
    rows = [f"· {limit_line(*row)}" for row in facts.get("limits", ())]
    return "\n".join(["⏰ 再提醒您时限：", *rows, "仅供参考，以顾问的回答为准。"]) if rows else ""


def _proposed(facts: Facts) -> str:
    kind = str(facts.get("mediation", "community"))
    return _lines(
        "法律顾问建议调解：",
        _said(facts.get("note")),
        f"对方：{facts['party']}" if facts.get("party") else "",
        KINDS[kind],
        CONFIRMED[kind],
        LIMITATION if kind != COURT else "",
        NAME,
        ANONYMOUS if facts.get("anonymous") else "",
        EITHER_WAY,
        _limits(facts),
        "您同意调解吗？按一下，或者直接说。",
    )


def _meeting(facts: Facts) -> str:
    at = moment(facts.get("meets_at"))
    where = facts.get("meets_where") or ""
    return _lines(f"时间：{at}" if at else "", f"地点：{where}" if where else "", "不想调解了，随时可以说“不调解”。")


def _concluded(facts: Facts) -> str:
    agreed = facts.get("outcome") == "agreed"
    return _lines(
        OUTCOMES.get(facts.get("outcome", ""), "调解结束了。顾问告诉您："),
        _said(facts.get("note")),
        AFTERWARDS.get(facts.get("mediation", ""), "") if agreed else "",
        _limits(facts),
        "满意吗？也可以接着问；七天内没有回音，就先办结。",
    )


NOTICES: dict[str, Callable[[Facts], str]] = {
    "legal.propose_mediation": _proposed,
    "legal.party_consents": lambda facts: "对方也同意调解，调解开始了。约好时间地点，我马上告诉您。",
    "legal.decline_mediation": lambda facts: _lines(
        f"{WHO.get(facts.get('who', ''), '这次调解不继续了。')}{'' if facts.get('who') == 'resident' else STILL}",
        _limits(facts),
    ),
    "legal.mediation_date": lambda facts: _lines(
        "调解改期了。" if facts.get("put_off") else "约好调解了。", _meeting(facts)
    ),
    "legal.remind_of_mediation": lambda facts: _lines("快要调解了，别忘了。", _meeting(facts)),
    "legal.mediation_outcome": _concluded,
}

BUTTONS: dict[str, Callable[[str], Rows]] = {
    "legal.propose_mediation": asks,
    "legal.mediation_outcome": legal_rating_buttons,
}
