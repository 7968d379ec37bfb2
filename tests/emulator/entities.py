"""Text and what is marked in it. Offsets and lengths count UTF-16 code units, as Telegram's do."""

import re
from dataclasses import dataclass, field

from .shapes import Json

FOUND = {
    "url": re.compile(r"https?://[^\s，。；！？、（）【】《》“”\"<>]*[^\s，。；！？、（）【】《》“”\"<>.,;:!?)]"),
    "email": re.compile(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII),
    "mention": re.compile(r"(?<!\w)@[A-Za-z0-9_]{3,32}\b"),
    "hashtag": re.compile(r"(?<!\w)#(?=\w*[^\W\d])\w{1,256}"),
    "bot_command": re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])", re.ASCII),
}
CLOSED = {"code", "pre", "text_link"}  # nothing is looked for inside these


@dataclass(frozen=True, slots=True)
class Formatted:
    text: str
    entities: list[Json] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Opened:
    kind: str
    tag: str
    argument: str
    offset: int
    start: int
    at: int  # byte in the source, for the error that it never ends


@dataclass(slots=True)
class Writer:
    """What the two markup parsers write to."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    open: list[Opened] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.length += units(text)

    def begin(self, kind: str, tag: str, argument: str, at: int) -> None:
        self.open.append(Opened(kind, tag, argument, self.length, len(self.parts), at))

    def end(self, **extra: str) -> None:
        opened = self.open.pop()
        self.mark(opened.kind, opened.offset, **extra)

    def mark(self, kind: str, offset: int, **extra: str) -> None:
        if self.length > offset:
            self.entities.append({"type": kind, "offset": offset, "length": self.length - offset} | extra)

    def inside(self) -> str:
        return "".join(self.parts[self.open[-1].start :])

    def formatted(self) -> Formatted:
        return Formatted("".join(self.parts), self.entities)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def byte_at(text: str, index: int) -> int:
    return len(text[:index].encode())


def trimmed(given: Formatted) -> Formatted:
    text = given.text.strip()
    lead, whole = units(given.text[: given.text.find(text)]), units(text)
    entities = []
    for entity in given.entities:
        start = max(0, entity["offset"] - lead)
        end = min(whole, entity["offset"] + entity["length"] - lead)
        if end > start:
            entities.append(entity | {"offset": start, "length": end - start})
    return Formatted(text, entities)


def with_found(given: Formatted) -> Formatted:
    """Adds what Telegram finds by itself: commands, links, mentions, hashtags, addresses."""
    entities = list(given.entities)
    for kind, pattern in FOUND.items():
        for match in pattern.finditer(given.text):
            offset, length = units(given.text[: match.start()]), units(match[0])
            if not any(_covers(entity, offset, length) for entity in entities):
                entities.append({"type": kind, "offset": offset, "length": length})
    return Formatted(given.text, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])))


def _covers(entity: Json, offset: int, length: int) -> bool:
    closed = entity["type"] in CLOSED or entity["type"] in FOUND
    return closed and entity["offset"] < offset + length and offset < entity["offset"] + entity["length"]
