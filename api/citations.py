"""The law an adviser's answer rests on: a line each, 《民法典》第七百零八条. Pure."""

import re
from dataclasses import dataclass

MOST = 10
LINE = re.compile(
    r"《?(?P<law>[^《》第]{2,60}?)》?\s*"
    r"(?P<article>第\s*[零〇一二三四五六七八九十百千\d]{1,9}\s*条(?:之[一二三四五六七八九十])?"
    r"(?:\s*第[一二三四五六七八九十\d]{1,3}款)?(?:\s*第?[（(]?[一二三四五六七八九十\d]{1,3}[)）]?项)?)[。；;]?"
)


@dataclass(frozen=True, slots=True)
class Citation:
    law: str
    article: str

    def __str__(self) -> str:
        return f"《{self.law}》{self.article}"


class Unreadable(ValueError):
    """`line` names no law and article."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line


def read(text: str) -> list[Citation]:
    """In the order they were written, each once; the country's name before a law is left out. Raises Unreadable."""
    lines = [line.strip() for line in re.split(r"[\n；;]", text) if line.strip()]
    return list(dict.fromkeys(_cited(line) for line in lines))[:MOST]


def _cited(line: str) -> Citation:
    found = LINE.fullmatch(line)
    if found is None:
        raise Unreadable(line)
    return Citation(found["law"].strip().removeprefix("中华人民共和国"), re.sub(r"\s", "", found["article"]))
