"""Everything the server remembers. No I/O and no clock: moments come as `now`, seconds since 1970."""

from dataclasses import dataclass, field

from .refusals import Refused, bad
from .shapes import Json
from .updates import Updates

BOT = {"id": 42, "is_bot": True, "first_name": "街道小助手", "username": "emulated_bot"}


@dataclass(slots=True)
class Message:
    body: Json
    revision: int
    keyboard: Json | None = None  # a reply keyboard: shown to the person, never given back by the API


@dataclass(slots=True)
class Chat:
    about: Json
    user: Json
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int = 0
    keyboard: list[list[Json]] = field(default_factory=list)

    def message(self, message_id: int, missing: str) -> Message:
        if message_id not in self.messages:
            raise bad(missing)
        return self.messages[message_id]

    def sent(self) -> list[Message]:
        return [message for message in self.messages.values() if message.body.get("from", {}).get("is_bot")]


@dataclass(frozen=True, slots=True)
class File:
    file_id: str
    path: str
    size: int
    content: bytes

    def describe(self) -> Json:
        return {"file_id": self.file_id, "file_unique_id": f"AQAD{self.file_id[-8:]}", "file_size": self.size}


@dataclass(slots=True)
class Webhook:
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error_at: int = 0
    last_error: str = ""


@dataclass(slots=True)
class State:
    me: Json = field(default_factory=lambda: dict(BOT))
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    paths: dict[str, File] = field(default_factory=dict)  # what getFile has given out
    queries: set[str] = field(default_factory=set)  # callback queries still to be answered
    commands: dict[str, list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    updates: Updates = field(default_factory=Updates)
    webhook: Webhook = field(default_factory=Webhook)
    revision: int = 0  # grows with every message sent or edited
    number: int = 0  # of files and callback queries

    def chat(self, chat_id: object) -> Chat:
        if chat_id in (None, ""):
            raise bad("chat_id is empty")
        if not isinstance(chat_id, int) or chat_id not in self.chats:
            raise bad("chat not found")
        return self.chats[chat_id]

    def writable(self, chat_id: object) -> Chat:
        chat = self.chat(chat_id)
        if chat.blocked:
            raise Refused(403, "bot was blocked by the user")
        return chat

    def meet(self, chat_id: int, **names: str) -> Chat:
        """The chat, opened when the person is new: a bot cannot write first."""
        if chat_id not in self.chats:
            user = {"id": chat_id, "is_bot": False, "first_name": f"居民{chat_id}", "language_code": "zh-hans"}
            self.chats[chat_id] = Chat({"id": chat_id, "type": "private"}, user)
        chat = self.chats[chat_id]
        chat.user = chat.user | names
        known = ("first_name", "last_name", "username")
        chat.about = chat.about | {name: chat.user[name] for name in known if name in chat.user}
        return chat

    def post(self, chat: Chat, body: Json, now: int) -> Message:
        number = body.get("message_id", chat.last_message_id + 1)
        whole = {"message_id": number, "date": now, "chat": dict(chat.about)} | body
        message = Message(whole, self.next_revision())
        chat.last_message_id = max(chat.last_message_id, number)
        chat.messages[number] = message
        return message

    def change(self, message: Message, changes: Json, now: int) -> Message:
        """Edit in place; a change to None takes the field away. The body is new, as old updates quote the old one."""
        body = message.body | changes | {"edit_date": now}
        message.body = {name: value for name, value in body.items() if value is not None}
        message.revision = self.next_revision()
        return message

    def next_revision(self) -> int:
        self.revision += 1
        return self.revision

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def store(self, content: bytes, kind: str, extension: str, size: int | None = None) -> File:
        number = self.next_number()
        path = f"{kind}/file_{number}.{extension}"
        file = File(f"AgACAgUAAxkBAAI{number:08d}", path, len(content) if size is None else size, content)
        self.files[file.file_id] = file
        return file

    def ask(self) -> str:
        query_id = str(7_000_000_000_000_000 + self.next_number())
        self.queries.add(query_id)
        return query_id
