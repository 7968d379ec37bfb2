"""The methods that work on messages: each checks, changes the state, and returns what the API returns."""

from typing import Any

from . import rules
from .entities import Formatted, units
from .params import Params
from .pictures import photo_sizes
from .refusals import bad
from .shapes import Json
from .state import Chat, File, Message, State


def send_message(state: State, params: Params, now: int) -> Json:
    text = rules.message_text(params)
    return _send(state, params, now, _words("text", "entities", text))


def send_photo(state: State, params: Params, now: int) -> Json:
    words = rules.caption(params)
    state.writable(params.values.get("chat_id"))
    sizes = _photo(state, params)
    return _send(state, params, now, {"photo": sizes} | _words("caption", "caption_entities", words))


def send_location(state: State, params: Params, now: int) -> Json:
    try:
        place = {name: float(params.text(name)) for name in ("latitude", "longitude")}
    except ValueError:
        raise bad("wrong location specified") from None
    return _send(state, params, now, {"location": place})


def send_chat_action(state: State, params: Params, now: int) -> bool:
    state.writable(params.values.get("chat_id"))
    rules.chat_action(params)
    return True


def edit_message_text(state: State, params: Params, now: int) -> Json:
    words = _words("text", "entities", rules.message_text(params))
    return _edit(state, params, now, words, "text", "there is no text in the message to edit")


def edit_message_caption(state: State, params: Params, now: int) -> Json:
    words = _words("caption", "caption_entities", rules.caption(params))
    return _edit(state, params, now, words, "photo", "there is no caption in the message to edit")


def edit_message_reply_markup(state: State, params: Params, now: int) -> Json:
    return _edit(state, params, now, {}, "message_id", "")


def delete_message(state: State, params: Params, now: int) -> bool:
    chat, message_id = state.chat(params.values.get("chat_id")), params.integer("message_id")
    message = chat.message(message_id, "message to delete not found")
    if now - message.body["date"] > rules.DELETE_WITHIN:
        raise bad("message can't be deleted for everyone")
    del chat.messages[message_id]
    return True


def answer_callback_query(state: State, params: Params, now: int) -> bool:
    if units(params.text("text")) > rules.ANSWER_UNITS:
        raise bad("MESSAGE_TOO_LONG")
    query_id = params.text("callback_query_id")
    if query_id not in state.queries:
        raise bad(rules.QUERY_TOO_OLD)
    state.queries.remove(query_id)
    return True


def get_file(state: State, params: Params, now: int) -> Json:
    file = state.files.get(params.text("file_id"))
    if file is None:
        raise bad("invalid file_id")
    if file.size > rules.DOWNLOAD_BYTES:
        raise bad("file is too big")
    state.paths[file.path] = file
    return file.describe() | {"file_path": file.path}


def get_chat(state: State, params: Params, now: int) -> Json:
    limits = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _no_gifts()}
    return state.chat(params.values.get("chat_id")).about | limits


def _no_gifts() -> dict[str, bool]:
    names = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return dict.fromkeys(names, False)


def _words(name: str, entities: str, words: Formatted) -> dict[str, Any]:
    return {name: words.text or None, entities: words.entities or None}


def _send(state: State, params: Params, now: int, content: dict[str, Any]) -> Json:
    chat = state.writable(params.values.get("chat_id"))
    markup = rules.reply_markup(params)
    body = {"from": state.me} | _replied(chat, params) | content | {"reply_markup": rules.shown_markup(markup)}
    message = state.post(chat, {name: value for name, value in body.items() if value is not None}, now)
    _show_keyboard(chat, message, markup)
    return message.body


def _replied(chat: Chat, params: Params) -> Json:
    asked = params.values.get("reply_parameters") or {}
    if not asked:
        return {}
    if not isinstance(asked, dict):
        raise bad("can't parse reply parameters JSON object")
    replied = chat.messages.get(asked.get("message_id", 0))
    if replied is None and not asked.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return {"reply_to_message": _without(replied.body, "reply_to_message")} if replied else {}


def _without(body: Json, name: str) -> Json:
    return {key: value for key, value in body.items() if key != name}


def _show_keyboard(chat: Chat, message: Message, markup: Json) -> None:
    if "keyboard" in markup:
        message.keyboard = markup
        chat.keyboard = [[_button(button) for button in row] for row in markup["keyboard"]]
    elif markup.get("remove_keyboard"):
        chat.keyboard = []


def _button(button: str | Json) -> Json:
    return {"text": button} if isinstance(button, str) else button


def _edit(state: State, params: Params, now: int, changes: dict[str, Any], needs: str, lacking: str) -> Json:
    """An edit that names no inline keyboard takes the old one away, as on Telegram."""
    chat, message_id = state.chat(params.values.get("chat_id")), params.integer("message_id")
    message = chat.message(message_id, "message to edit not found")
    if not message.body.get("from", {}).get("is_bot"):
        raise bad("message can't be edited")
    if needs not in message.body:
        raise bad(lacking)
    changes = changes | {"reply_markup": rules.inline_markup(params)}
    if all(message.body.get(name) == value for name, value in changes.items()):
        raise bad(rules.NOT_MODIFIED)
    return state.change(message, changes, now).body


def _photo(state: State, params: Params) -> list[Json]:
    if upload := params.upload("photo"):
        if not upload.content:
            raise bad("file must be non-empty")
        return photo_sizes(state, upload.content)
    return [_known(state, params.text("photo")).describe() | {"width": 1280, "height": 960}]


def _known(state: State, reference: str) -> File:
    if not reference:
        raise bad("there is no photo in the request")
    if reference.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")  # the emulator downloads nothing
    if reference not in state.files:
        raise bad("wrong remote file identifier specified: Wrong string length")
    return state.files[reference]
