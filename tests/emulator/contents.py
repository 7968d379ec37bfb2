"""What a person's message can hold, as the fields of Telegram's Message."""

from typing import Any

from .entities import Formatted, with_found
from .pictures import photo_sizes
from .shapes import Json
from .state import State


def words(name: str, text: str) -> Json:
    found = with_found(Formatted(text)).entities
    entities = "entities" if name == "text" else "caption_entities"
    return ({name: text} if text else {}) | ({entities: found} if found else {})


def photo(state: State, data: bytes, caption: str, size: int | None) -> Json:
    return {"photo": photo_sizes(state, data, size)} | words("caption", caption)


def document(state: State, data: bytes, name: str, mime_type: str, size: int | None) -> Json:
    file = state.store(data, "documents", name.rpartition(".")[2], size)
    return {"document": file.describe() | {"file_name": name, "mime_type": mime_type}}


def voice(state: State, data: bytes, duration: int) -> Json:
    file = state.store(data, "voice", "oga")
    return {"voice": file.describe() | {"duration": duration, "mime_type": "audio/ogg"}}


def sticker(state: State, emoji: str) -> Json:
    file = state.store(b"RIFF\x00\x00\x00\x00WEBP", "stickers", "webp")
    kind = {"type": "regular", "is_animated": False, "is_video": False, "width": 512, "height": 512}
    return {"sticker": file.describe() | kind | {"emoji": emoji, "set_name": "emulated"}}


def location(latitude: float, longitude: float) -> Json:
    return {"location": {"latitude": latitude, "longitude": longitude}}


def contact(phone: str, user: Json) -> Json:
    return {"contact": {"phone_number": phone, "first_name": user["first_name"], "user_id": user["id"]}}


def forward(text: str, sender: str, now: int) -> Json:
    origin: dict[str, Any] = {"type": "hidden_user", "sender_user_name": sender, "date": now - 3600}
    return {"forward_origin": origin} | words("text", text)


def membership(chat: Json, user: Json, me: Json, now: int, blocked: bool) -> Json:
    """my_chat_member, as it comes when a person blocks the bot or takes it back."""
    member, banned = {"user": me, "status": "member"}, {"user": me, "status": "kicked", "until_date": 0}
    old, new = (member, banned) if blocked else (banned, member)
    return {"chat": chat, "from": user, "date": now, "old_chat_member": old, "new_chat_member": new}
