"""Names of people in free words, as well as they can be told from other words: a surname where a name may stand, and no
everyday word of jieba's dictionary there. What is found must leave a case: rather one too many than one too few."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jieba

SINGLE = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤倪施牛洪季俞章鲁葛柴殷庞樊祝柯翁焦冉"
    "缪钮浦屠虞支诸査查庄芮宗卞凌霍邢尤佘裴戚麻岳齐梅管芦项祁"
)
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "司徒", "东方", "皇甫", "尉迟", "夏侯", "慕容", "令狐")
TITLES = (
    "先生", "女士", "小姐", "阿姨", "叔叔", "伯伯", "师傅", "老师", "经理", "老板", "律师", "医生", "主任", "大妈",
    "大爷", "总", "工",
)  # fmt: skip
ROLES = (
    "房东", "房客", "租客", "租户", "业主", "中介", "邻居", "楼上", "楼下", "对门", "隔壁", "老板", "同事", "朋友",
    "同学", "亲戚", "老公", "老婆", "丈夫", "妻子", "前夫", "前妻", "儿子", "女儿", "媳妇", "女婿", "哥哥", "弟弟",
    "姐姐", "妹妹", "父亲", "母亲", "爸爸", "妈妈", "大哥", "二哥", "被告", "原告", "担保人", "借款人", "包工头",
    "名叫", "姓名", "本人", "我叫", "他叫", "她叫", "人叫", "我是", "叫做", "名字是", "户主", "当事人", "受害人",
    "司机", "我爸", "我妈", "我哥", "我姐", "我弟", "我妹", "爷爷", "奶奶", "外公", "外婆", "舅舅", "叔叔", "阿姨",
)  # fmt: skip
BEFORE = "和跟与同向给找由被让对替帮告因把欠借问请叫是了，"
BEHIND = "的说讲签借欠不没打住已就也还拿收租卖买和跟与在她他家要有是把向每又才都来去给骂撞咬偷骗从会能、"
NO_NAMES = frozenset(("孙子", "孙女", "孙辈", "岳父", "岳母", "谢谢", "丁克", "顾客", "林权证", "周转", "金阊", "石路"))
OFTEN_A_WORD = frozenset("钱万金查牛张白管付方石章齐支段马")  # surnames that are words by themselves
HAN = re.compile(r"[\u3400-\u9fff]")
ALREADY_NOBODY = "某甲乙丙丁×xX*#"
OFTEN = 3  # occurrences in jieba's corpus


def names(text: str) -> list[str]:
    """Each once, in the order in which they stand there."""
    return list(dict.fromkeys(_all(text)))


def _all(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        found = _name_at(text, at)
        if found:
            yield found
        at += len(found) or 1


def _name_at(text: str, at: int) -> str:
    """The name that begins there, "" for none."""
    if text[at] in "老小阿" and at + 1 < len(text) and text[at + 1] in SINGLE:
        return _by_nickname(text, at)
    surname = next((one for one in COMPOUND if text.startswith(one, at)), "")
    surname = surname or (text[at] if text[at] in SINGLE else "")
    if not surname or (len(surname) == 1 and _is_word(text, at)):
        return ""
    rest = at + len(surname)
    if title := next((one for one in TITLES if text.startswith(one, rest)), ""):
        return surname + title
    lasts = _lasts(text, at, rest)
    return text[at : rest + lasts] if lasts else ""


def _by_nickname(text: str, at: int) -> str:
    """老王, 小李, 阿方: where one may stand, and something is said of them."""
    fits = _left(text, at) > 0 and _right(text, at + 2) and not _is_word(text, at)
    return text[at : at + 2] if fits else ""


def _given(text: str, at: int, rest: int) -> str:
    """The two letters after a surname that may be a given name."""
    return "".join(letter for letter in text[rest : rest + 2] if HAN.match(letter))


def _lasts(text: str, at: int, rest: int) -> int:
    """How many letters the given name has; 0: it is no name. After a role nearly anything is one."""
    left, given = _left(text, at), _given(text, at, rest)
    if not left or not given or given[0] in ALREADY_NOBODY:
        return 0
    for size in (2, 1):
        if len(given) >= size and _right(text, rest + size) and not _runs_on(text, rest, size):
            return size
    return 2 if len(given) == 2 and not _runs_on(text, rest, 2) and (left > 1 or not _says(text, rest)) else 0


def _left(text: str, at: int) -> int:
    """2: a role or 叫 stands before; 1: a name may stand there; 0: it may not."""
    before = text[:at]
    if before.endswith(ROLES):
        return 2
    return 1 if not before or not HAN.match(before[-1]) or before[-1] in BEFORE else 0


def _right(text: str, at: int) -> bool:
    return at >= len(text) or not HAN.match(text[at]) or text[at] in BEHIND or text.startswith(ROLES, at)


def _runs_on(text: str, rest: int, size: int) -> bool:
    """The last letter of the given name begins a word instead: 王|不还钱 is no 王不."""
    last = rest + size - 1
    return text[last] in BEHIND or any(text[last : last + many] in _everyday() for many in (2, 3))


def _says(text: str, rest: int) -> bool:
    """A word begins behind the surname, which then may be none: 给张|合同."""
    if text[rest - 1] not in OFTEN_A_WORD:
        return text[rest] in BEHIND
    return any(text[rest : rest + many] in _everyday() for many in (2, 3, 4))


def _is_word(text: str, at: int) -> bool:
    """An everyday word begins at, or ends with, this letter: 马上, 租金."""
    words = _everyday()
    return any(text[at : at + many] in words for many in (2, 3, 4)) or text[max(at - 1, 0) : at + 1] in words


@cache
def _everyday() -> frozenset[str]:
    """Words of two to four letters that are no names; 0.3 s at the first look."""
    file = Path(jieba.__file__).with_name(jieba.DEFAULT_DICT_NAME)
    rows = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return (
        frozenset(
            word
            for word, count, tag in rows
            if 2 <= len(word) <= 4 and int(count) >= OFTEN and not tag.startswith("nr")
        )
        | NO_NAMES
    )
