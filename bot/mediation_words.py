"""What is said to a proposed mediation, and whose name is told. Pure."""

import re

from bot.events import Heard

AROUND = re.compile(r"[\s。.！!，,~～]+|[的了呀啊吧哦噢呢]+$")
YES = frozenset(
    f"{whose}{words}"
    for whose in ("", "我", "那我", "那就", "好，", "好")
    for words in ("同意调解", "愿意调解", "可以调解", "接受调解", "想调解", "要调解", "去调解", "调解", "同意去调解")
)
NO = frozenset(
    f"{whose}{words}"
    for whose in ("", "我", "那我", "还是")
    for words in (
        "不调解", "不想调解", "不同意调解", "不愿意调解", "拒绝调解", "不要调解", "不用调解", "不接受调解", "退出调解",
        "不去调解", "勿调解", "弗调解",
    )
)  # fmt: skip
# said right after the proposal, these mean it, too
SHORT_YES = frozenset({"同意", "我同意", "愿意", "我愿意", "可以", "好", "行", "嗯", "没问题", "接受", "好呀"})
SHORT_NO = frozenset(
    {"不同意", "我不同意", "不愿意", "我不愿意", "不要", "不用", "不行", "不可以", "不好", "不想", "拒绝", "勿要"}
)
BEFORE_A_NAME = re.compile(r"^(我的?(姓名|名字)(叫|是|[:：])?|我叫|我是|(姓名|名字)(叫|是|[:：])?)\s*")
A_NAME = re.compile(r"(?=.*[^\W\d_])[^\d\n。，,！!？?；;]{2,30}")
MOST_NAME = 30


def says(text: str, *, short: bool) -> bool | None:
    """Yes or no to a mediation; None: neither. `short`: also in one word."""
    words = AROUND.sub("", text.strip())
    if words in YES or (short and words in SHORT_YES):
        return True
    return False if words in NO or (short and words in SHORT_NO) else None


def name_in(text: str, heard: Heard) -> str:
    """ "" where the words are no name."""
    words = BEFORE_A_NAME.sub("", text.strip()).strip("。. ")
    small_talk = heard.kind == "act" and heard.sureness == "sure"
    return words if A_NAME.fullmatch(words) and not small_talk else ""
