"""parse_mode HTML, after `parse_html` in tdlib's MessageEntity.cpp, whose messages these are."""

import re

from .entities import Formatted, Writer, byte_at
from .refusals import Refused, bad

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
ARGUMENTS = {"a": "href", "tg-emoji": "emoji-id", "span": "class"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
PLAIN = re.compile(r"[^<&]+")
CHARACTER = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));?")
NAME = re.compile(r"[^\s>]*")
REST = re.compile(r"(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>")
END = re.compile(r"</([^\s>]*)\s*>")
ATTRIBUTE = re.compile(r"([^\s=>/\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")


def parse(text: str) -> Formatted:
    out, i = Writer(), 0
    while i < len(text):
        if match := PLAIN.match(text, i):
            out.write(match[0])
            i = match.end()
        elif text[i] == "&":
            i = _character(out, text, i)
        else:
            i = _end(out, text, i) if text.startswith("</", i) else _start(out, text, i)
    if out.open:
        raise refused(f'Can\'t find end tag corresponding to start tag "{out.open[-1].tag}"')
    return out.formatted()


def refused(reason: str) -> Refused:
    return bad(f"can't parse entities: {reason}")


def _character(out: Writer, text: str, i: int) -> int:
    match = CHARACTER.match(text, i)
    out.write(_decoded(match) if match else "&")
    return match.end() if match else i + 1


def _decoded(match: re.Match[str]) -> str:
    if match[1]:
        return NAMED[match[1]]
    code = int(match[2]) if match[2] else int(match[3], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]


def _start(out: Writer, text: str, i: int) -> int:
    at = byte_at(text, i)
    name = NAME.match(text, i + 1)
    if not name or name.end() == len(text):
        raise refused(f"Unclosed start tag at byte offset {at}")
    tag = name[0].lower()
    if tag not in KINDS:
        raise refused(f'Unsupported start tag "{tag}" at byte offset {at}')
    rest = REST.match(text, name.end())
    if not rest:
        raise refused(f'Unclosed start tag "{tag}" at byte offset {at}')
    argument = _argument(tag, rest[0][:-1])
    if tag == "span" and argument != "tg-spoiler":
        raise refused(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    out.begin(KINDS[tag], tag, argument, at)
    return rest.end()


def _argument(tag: str, attributes: str) -> str:
    wanted = ARGUMENTS.get(tag)
    for match in ATTRIBUTE.finditer(attributes):
        if match[1].lower() == wanted:
            value = match[2] or match[3] or match[4] or ""
            return CHARACTER.sub(_decoded, value)
    return ""


def _end(out: Writer, text: str, i: int) -> int:
    at = byte_at(text, i)
    if not out.open:
        raise refused(f"Unexpected end tag at byte offset {at}")
    match = END.match(text, i)
    if not match:
        raise refused(f"Unclosed end tag at byte offset {at}")
    opened, found = out.open[-1], match[1].lower()
    if found and found != opened.tag:
        raise refused(f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{found}>"')
    _close(out)
    return match.end()


def _close(out: Writer) -> None:
    opened = out.open[-1]
    if opened.tag == "a":
        out.end(url=opened.argument or out.inside())
    elif opened.tag == "tg-emoji":
        out.end(custom_emoji_id=opened.argument)
    else:
        out.end()
