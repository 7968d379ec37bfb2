"""A resident's message made plain for reading, with the way back to their own characters."""

import re
import unicodedata
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
    plain: list[str] = []
    at: list[int] = []
    for index in _window(len(raw)):
        letters = "\n" if index < 0 else _fold(raw[index])
        plain.extend(letters)
        at.extend([abs(index)] * len(letters))
    return Text(raw, SECRETS.sub(lambda found: "#" * len(found[0]), "".join(plain)), tuple(at))


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
