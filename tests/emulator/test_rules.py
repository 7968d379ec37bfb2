"""What is refused, and how markup becomes entities."""

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, WebAppInfo
from telegram.error import BadRequest

from . import Emulator, markup_html, markup_markdown
from .entities import Formatted, with_found
from .refusals import Refused

RESERVED = r"is reserved and must be escaped with the preceding '\\'"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a <b>b<i>c</i></b>", "a bc", [("italic", 3, 1), ("bold", 2, 2)]),
        ("😀<code>x &lt; y</code>", "😀x < y", [("code", 2, 5)]),
        ('<a href="https://a.cn/?a=1&amp;b=2">链接</a>', "链接", [("text_link", 0, 2)]),
        ("<blockquote expandable>q</blockquote>&nbsp;&#65;", "q&nbsp;A", [("blockquote", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", 0, 1)]),
    ],
)
def test_html(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    assert _flat(markup_html.parse(source)) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("您 <br>", 'Unsupported start tag "br" at byte offset 4'),
        ("3 < 5", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_html(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        markup_html.parse(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        (r"*b _i_* 1\.5", "b i 1.5", [("italic", 2, 1), ("bold", 0, 3)]),
        ("__u__ ~s~ ||p||", "u s p", [("underline", 0, 1), ("strikethrough", 2, 1), ("spoiler", 4, 1)]),
        ("`a.b` ```py\nx=1```", "a.b x=1", [("code", 0, 3), ("pre", 4, 3)]),
        ("[链](https://a.cn/\\))", "链", [("text_link", 0, 1)]),
        (">q\n>r\nx", "q\nr\nx", [("blockquote", 0, 4)]),
    ],
)
def test_markdown(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    assert _flat(markup_markdown.parse(source)) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1.", f"Character '.' {RESERVED}"),
        ("a-b", f"Character '-' {RESERVED}"),
        ("您*x", "Can't find end of Bold entity at byte offset 3"),
        ("[a](b", "Can't find end of a URL at byte offset 4"),
    ],
)
def test_bad_markdown(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        markup_markdown.parse(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}".replace("\\\\", "\\")


def test_what_is_found_without_markup() -> None:
    found = with_found(Formatted("见 https://a.cn/x，/help@a_bot #路灯 @someone a/b"))
    assert [entity["type"] for entity in found.entities] == ["url", "bot_command", "hashtag", "mention"]


def _flat(formatted: Formatted) -> tuple[str, list[tuple[str, int, int]]]:
    return formatted.text, [(found["type"], found["offset"], found["length"]) for found in formatted.entities]


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("", None, "Message text is empty"),
        (" \n", None, "Text must be non-empty"),
        ("<b> </b>", "HTML", "Text must be non-empty"),
        ("字" * 4097, None, "Message is too long"),
        ("😀" * 2049, None, "Message is too long"),
        ("a_b", "MarkdownV2", "Can't parse entities: can't find end of Italic"),
        ("a", "BBCode", "Unsupported parse_mode"),
    ],
)
async def test_texts(emulator: Emulator, bot: Bot, text: str, mode: str | None, reason: str) -> None:
    emulator.say(1, "hi")
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.send_message(1, text, parse_mode=mode)


async def test_texts_are_measured_after_parsing(emulator: Emulator, bot: Bot) -> None:
    emulator.say(1, "hi")
    assert await bot.send_message(1, f"<b>{'字' * 4096}</b>\n", parse_mode="HTML")


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        (InlineKeyboardButton("x", callback_data="字" * 22), "Button_data_invalid"),
        (InlineKeyboardButton("x", callback_data=""), "Button_data_invalid"),
        (InlineKeyboardButton(" ", callback_data="x"), "Inline keyboard button text must be non-empty"),
        (InlineKeyboardButton("x"), "Text buttons are unallowed in the inline keyboard"),
        (InlineKeyboardButton("x", url="http://localhost:8000/t"), "is invalid: Wrong HTTP URL"),
        (InlineKeyboardButton("x", web_app=WebAppInfo("http://a.cn")), "Only HTTPS links are allowed"),
    ],
)
async def test_buttons(emulator: Emulator, bot: Bot, button: InlineKeyboardButton, reason: str) -> None:
    emulator.say(1, "hi")
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.send_message(1, "x", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_keyboards(emulator: Emulator, bot: Bot) -> None:
    emulator.say(1, "hi")
    edge = InlineKeyboardButton("x", callback_data="字" * 21 + "a", api_kwargs={"style": "primary"})
    assert (await bot.send_message(1, "x", reply_markup=InlineKeyboardMarkup([[edge]]))).reply_markup
    with pytest.raises(BadRequest, match="Reply markup is too long"):
        await bot.send_message(1, "x", reply_markup=InlineKeyboardMarkup([[edge]] * 101))
    with pytest.raises(BadRequest, match="Keyboard button text must be non-empty"):
        await bot.send_message(1, "x", reply_markup=ReplyKeyboardMarkup([[""]]))
