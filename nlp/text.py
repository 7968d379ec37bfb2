"""A resident's message made plain for reading, with the way back to their own characters."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

WINDOW = 700  # characters read of a message: all of an ordinary one
HEAD = 500  # of a longer one: its beginning, and the rest of the window from its end
DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"}  # control, zero-width, lone surrogates, stacked accents
BLANK = {"So", "Sk", "Zs", "Zl", "Zp"}  # emoji and their skin tones, spaces of every kind
SECRETS = re.compile(
    r"https?://[!-~]+"  # links
    r"|(?<!\d)\d{17}[\dx](?![\dx])"  # identity cards
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"  # mobile phones
    r"|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"  # other phones
)
IDENTIFYING = re.compile(
    SECRETS.pattern
    + r"|[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"  # mail
    + r"|(?:微信|vx|wx|qq)号?[:是 ]*[a-z0-9_-]{5,}"
    + r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·. ]?(?=[a-z]*\d)[a-z\d]{5,6}(?![a-z\d])"
    + r"|\d(?:[- ]?\d){6,}[\dx]?"  # bank cards, telephones without their area code, other papers
    + r"|[零〇一二三四五六七八九幺两]{7,}"  # the same, as dictated
)

_simplify = OpenCC("t2s").convert


@dataclass(frozen=True, slots=True)
class Text:
    """`plain` is read by every part; its character i stands at `raw[at[i]]`."""

    raw: str
    plain: str
    at: tuple[int, ...]

    def verbatim(self, start: int, end: int) -> str:
        """The resident's own characters for `plain[start:end]`."""
        return self.raw[self.at[start] : self.at[end - 1] + 1] if start < end else ""


def read(raw: str) -> Text:
    """NFKC, lower case, simplified characters; phone numbers, identity numbers and links become '#'."""
    plain, at = _folded(raw, _window(len(raw)))
    return Text(raw, SECRETS.sub(lambda found: "#" * len(found[0]), plain), tuple(at))


def folded(raw: str) -> str:
    """All of it as `read` makes it plain, nothing masked: what is searched and what is searched for."""
    return _folded(raw, range(len(raw)))[0]


def masked(raw: str) -> str:
    """`raw` with '#' for each letter of what tells who somebody is: numbers of telephones, papers, cards and cars, mail
    addresses, links. Names cannot be told from other words and stay."""
    plain, at = _folded(raw, range(len(raw)))
    letters = list(raw)
    for found in IDENTIFYING.finditer(plain):
        start, end = at[found.start()], at[found.end() - 1] + 1
        letters[start:end] = "#" * (end - start)
    return "".join(letters)


def _folded(raw: str, indexes: Sequence[int]) -> tuple[str, list[int]]:
    """(the plain letters at `indexes`, where each stands in `raw`); a negative index is a line's end."""
    letters = [("\n" if index < 0 else _fold(raw[index])) for index in indexes]
    at = [abs(index) for index, some in zip(indexes, letters, strict=True) for _ in some]
    return "".join(letters), at


def _window(length: int) -> list[int]:
    """Indexes to read; a negative one is the seam between a long message's beginning and its end."""
    if length <= WINDOW:
        return list(range(length))
    return [*range(HEAD), -HEAD, *range(length - (WINDOW - HEAD), length)]


@lru_cache(maxsize=20_000)
def _fold(letter: str) -> str:
    if letter in "\n\r":
        return "\n"
    if letter == "\t":
        return " "
    if unicodedata.category(letter) in DROPPED:
        return ""
    return "".join(_settle(part) for part in unicodedata.normalize("NFKC", letter))


def _settle(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in BLANK:
        return " "
    return "" if category in DROPPED else _simplify(letter.lower())
