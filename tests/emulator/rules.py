"""What the real API refuses, and in which words (telegram-bot-api's Client.cpp, tdlib's ReplyMarkup.cpp)."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from . import markup_html, markup_markdown
from .entities import Formatted, trimmed, units, with_found
from .params import Params
from .refusals import bad
from .shapes import Json

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
SOURCE_BYTES = 1 << 15
CALLBACK_BYTES = 64
BUTTONS = 100
ANSWER_UNITS = 200
DOWNLOAD_BYTES = 20 * 1024 * 1024
DELETE_WITHIN = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
PARSERS: dict[str, Callable[[str], Formatted]] = {
    "": Formatted,
    "none": Formatted,
    "html": markup_html.parse,
    "markdownv2": markup_markdown.parse,
}
ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
SECRET = re.compile(r"[A-Za-z0-9_-]*")
CHAT_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note", "cancel",
}  # fmt: skip


def message_text(params: Params) -> Formatted:
    if not params.text("text"):
        raise bad("message text is empty")
    formatted = _formatted(params, "text", "entities")
    if not formatted.text:
        raise bad("text must be non-empty")
    if units(formatted.text) > TEXT_UNITS:
        raise bad("message is too long")
    return formatted


def caption(params: Params) -> Formatted:
    formatted = _formatted(params, "caption", "caption_entities")
    if units(formatted.text) > CAPTION_UNITS:
        raise bad("message caption is too long")
    return formatted


def _formatted(params: Params, name: str, entities: str) -> Formatted:
    source, mode = params.text(name), params.text("parse_mode").lower()
    if len(source.encode()) > SOURCE_BYTES:
        raise bad("text is too long")
    if mode not in PARSERS:
        raise bad("unsupported parse_mode")
    given = params.values.get(entities)
    marked = Formatted(source, given) if isinstance(given, list) else PARSERS[mode](source)
    return with_found(trimmed(marked))


def reply_markup(params: Params) -> Json:
    markup = params.values.get("reply_markup") or {}
    if isinstance(markup, str):
        raise bad("can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        _check_buttons(list(_buttons(markup["inline_keyboard"], "inline keyboard")), _check_inline)
    elif "keyboard" in markup:
        _check_buttons(list(_buttons(markup["keyboard"], "keyboard")), _check_plain)
    return markup


def inline_markup(params: Params) -> Json | None:
    """For edits, which take an inline keyboard or none."""
    markup = reply_markup(params)
    if markup and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    return shown_markup(markup)


def shown_markup(markup: Json) -> Json | None:
    """What a message's JSON carries: inline keyboards only, and no empty ones."""
    return markup if any(markup.get("inline_keyboard", [])) else None


def _buttons(rows: object, name: str) -> Iterator[Json]:
    if not isinstance(rows, list):
        raise bad(f'field "{name.replace(" ", "_")}" must be of type Array')
    for row in rows:
        if not isinstance(row, list):
            raise bad(f"can't parse {name}: expected an Array of Array of buttons")
        for button in row:
            if not isinstance(button, dict | str):
                raise bad(f"can't parse {name} button: expected an Object")
            yield {"text": button} if isinstance(button, str) else button


def _check_buttons(buttons: list[Json], check: Callable[[Json], None]) -> None:
    for button in buttons:
        check(button)
    if len(buttons) > BUTTONS:
        raise bad("reply markup is too long")


def _check_plain(button: Json) -> None:
    if not str(button.get("text", "")).strip():
        raise bad("keyboard button text must be non-empty")


def _check_inline(button: Json) -> None:
    if "text" not in button:
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    action = next((action for action in ACTIONS if action in button), "")
    if not action:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if not str(button["text"]).strip():
        raise bad("inline keyboard button text must be non-empty")
    if action == "callback_data" and not 1 <= len(str(button[action]).encode()) <= CALLBACK_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if action == "url":
        _check_url(str(button[action]))
    if action == "web_app" and not str(button[action].get("url", "")).startswith("https://"):
        link = button[action].get("url", "")
        raise bad(f"inline keyboard button Web App URL '{link}' is invalid: Only HTTPS links are allowed")


def _check_url(url: str) -> None:
    # Telegram refuses links to localhost and other bare names: they lead nowhere from a phone.
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme in {"http", "https"} and "." not in (parts.hostname or ""):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def webhook(params: Params) -> None:
    secret, url = params.text("secret_token"), params.text("url")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    # http too: as a Bot API server with --local, so that tests need no certificate.
    if url and urlsplit(url).scheme not in {"http", "https"}:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")


def commands(params: Params) -> list[Json]:
    given = params.values.get("commands")
    if not isinstance(given, list):
        raise bad("expected an Array of BotCommand")
    if len(given) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in given:
        if not COMMAND.fullmatch(str(command.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return given


def chat_action(params: Params) -> None:
    if params.text("action") not in CHAT_ACTIONS:
        raise bad("wrong parameter action in request")
