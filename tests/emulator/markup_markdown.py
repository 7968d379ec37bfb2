"""parse_mode MarkdownV2, after `parse_markdown_v2` in tdlib's MessageEntity.cpp, whose messages these are."""

import re

from .entities import Formatted, Writer, byte_at
from .markup_html import refused

RESERVED = set("_*[]()~`>#+-=|{}.!")
VERBATIM = {"code", "pre"}
# The longer mark first: "__" is underline before "_" is italic.
MARKS = {
    "```": "pre", "__": "underline", "||": "spoiler", "![": "custom_emoji",
    "_": "italic", "*": "bold", "~": "strikethrough", "`": "code", "[": "text_link",
}  # fmt: skip
ENDS = {kind: mark for mark, kind in MARKS.items()} | {"text_link": "]", "custom_emoji": "]"}
NAMES = {
    "pre": "Pre", "underline": "Underline", "spoiler": "Spoiler", "custom_emoji": "CustomEmoji", "italic": "Italic",
    "bold": "Bold", "strikethrough": "Strikethrough", "code": "Code", "text_link": "TextUrl",
}  # fmt: skip
LANGUAGE = re.compile(r"(?:([^\s`]+)(?=[^`]))?(?:\r?\n)?")
TARGET = re.compile(r"\(((?:\\[\x01-\x7e]|[^)])*)(\)?)")
ESCAPED = re.compile(r"\\([\x01-\x7e])")


def parse(text: str) -> Formatted:
    out, i = Writer(), 0
    quote_from: int | None = None
    while i < len(text):
        character, inside = text[i], out.open[-1].kind if out.open else ""
        if quote_from is not None and text[i - 1] == "\n" and character != ">":
            out.mark("blockquote", quote_from)
            quote_from = None
        if match := ESCAPED.match(text, i):
            out.write(match[1])
            i = match.end()
        elif character not in ({"`"} if inside in VERBATIM else RESERVED):
            out.write(character)
            i += 1
        elif _ends(inside, text, i):
            i = _end(out, text, i)
        elif character == ">" and (i == 0 or text[i - 1] == "\n"):
            quote_from = out.length if quote_from is None else quote_from
            i += 1
        else:
            i = _start(out, text, i)
    if out.open:
        opened = out.open[-1]
        raise refused(f"Can't find end of {NAMES[opened.kind]} entity at byte offset {opened.at}")
    if quote_from is not None:
        out.mark("blockquote", quote_from)
    return out.formatted()


def _ends(kind: str, text: str, i: int) -> bool:
    if not kind or not text.startswith(ENDS[kind], i):
        return False
    return kind != "italic" or not text.startswith("__", i)


def _start(out: Writer, text: str, i: int) -> int:
    mark = next((mark for mark in MARKS if text.startswith(mark, i)), "")
    if not mark:
        raise refused(f"Character '{text[i]}' is reserved and must be escaped with the preceding '\\'")
    after = i + len(mark)
    language = LANGUAGE.match(text, after) if mark == "```" else None
    out.begin(MARKS[mark], mark, (language[1] or "") if language else "", byte_at(text, i))
    return language.end() if language else after


def _end(out: Writer, text: str, i: int) -> int:
    opened = out.open[-1]
    after = i + len(ENDS[opened.kind])
    if opened.kind in {"text_link", "custom_emoji"}:
        return _end_link(out, text, after)
    out.end(**({"language": opened.argument} if opened.argument else {}))
    return after


def _end_link(out: Writer, text: str, i: int) -> int:
    match = TARGET.match(text, i)
    if match and not match[2]:
        raise refused(f"Can't find end of a URL at byte offset {byte_at(text, i + 1)}")
    url = ESCAPED.sub(r"\1", match[1]) if match else out.inside()
    if out.open[-1].kind == "text_link":
        out.end(url=url)
    else:
        out.end(custom_emoji_id=url.rpartition("=")[2])
    return match.end() if match else i
