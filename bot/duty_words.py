"""What is said in these very words concerns people on duty: binding, its end, the list. Pure."""

import re
import unicodedata

BIND = re.compile(r"(?:/bind(?:@\w+)?|绑定)(?:[码号是为]|验证码|数字)*", re.IGNORECASE)
BETWEEN = re.compile(r"[\s:;,.。，、：；-]+")  # a dictated code comes with pauses
SPOKEN = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
CODE = re.compile(r"[0-9]{0,20}")
SAID = {
    "解绑": "unbind",
    "解除绑定": "unbind",
    "取消绑定": "unbind",
    "/unbind": "unbind",
    "我的工单": "list",
    "工单": "list",
    "值班": "list",
    "/duty": "list",
}
OWN = re.compile(r"我[要想](?:再)?(?:报修|报事|报一|报个|反映|上报|投诉|举报|咨询)|我自己要报|另外报(?!警)")
NO_LAW = frozenset({"没有法条", "没有依据", "没有", "无", "跳过", "不写", "不填", "不用", "不用了"})
ARTICLE = re.compile(r"第\s*[零〇一二三四五六七八九十百千\d]+\s*条")
LONGEST_LAW = 60  # letters of a line that names one; longer ones are of the answer
CANCEL = frozenset({"/cancel", "取消", "不办了", "先不办", "算了", "不用了"})


def command(text: str) -> str:
    """A key of SAID's values, or bind; "" for none."""
    words = unicodedata.normalize("NFKC", text).strip().strip("。.!,")
    if code_in(words) is not None:
        return "bind"
    return SAID.get(words.split("@")[0].lower() if words.startswith("/") else BETWEEN.sub("", words), "")


def code_in(text: str) -> str | None:
    """The digits after 绑定, "" where there are none; None: it is about something else (绑定银行卡)."""
    words = unicodedata.normalize("NFKC", text).strip()
    found = BIND.match(words)
    if found is None:
        return None
    digits = BETWEEN.sub("", words[found.end() :]).translate(SPOKEN)
    if CODE.fullmatch(digits):
        return digits
    return "" if words.startswith("/") else None


def reports_for_themselves(text: str) -> bool:
    """我要报修…: a resident's words, whatever is being written for duty."""
    return bool(OWN.search(text))


def begins_a_report(text: str) -> bool:
    """The same, and not quoted in an answer: 她说过我要投诉."""
    return bool(OWN.match(text.strip()))


def cancels(text: str) -> bool:
    return text.strip().rstrip("。.!！").split("@")[0] in CANCEL


def leaves_out_laws(text: str) -> bool:
    return text.strip().rstrip("。.!！") in NO_LAW


def names_laws(text: str) -> bool:
    """Whether they can be read is for the API to say."""
    return not goes_on(text) and all(ARTICLE.search(line) for line in text.splitlines() if line.strip())


def goes_on(text: str) -> bool:
    """A further paragraph of the answer, said where its laws are asked for."""
    return any(len(line) > LONGEST_LAW for line in text.splitlines())
