"""What a person sees of a chat, and waiting until it shows what a test expects."""

import asyncio
from collections.abc import Callable, Iterator

from .shapes import Json
from .signals import Signal
from .state import Chat, Message, State

Wanted = str | Callable[[Json], bool]


def said(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


def inline_buttons(message: Json) -> list[Json]:
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


class Watching:
    """Each `wait_for` goes on after the message version that the one before it found, like pexpect."""

    def __init__(self, state: State, changed: Signal) -> None:
        self._state = state
        self._changed = changed
        self._found: dict[int, int] = {}

    def sent(self, chat: int) -> list[Json]:
        return [message.body for message in self._messages(chat)]

    async def wait_for(self, chat: int, wanted: Wanted, within: float, since: int | None) -> Json:
        after = self._found.get(chat, 0) if since is None else since
        try:
            async with asyncio.timeout(within):
                while (found := self._match(chat, wanted, after)) is None:
                    await self._changed.wait()
        except TimeoutError:
            seen = "\n".join(repr(said(body)) for body in self.sent(chat)[-5:])
            raise AssertionError(f"{wanted!r} did not come to chat {chat} in {within} s; last seen:\n{seen}") from None
        self._found[chat] = found.revision
        return found.body

    def _match(self, chat: int, wanted: Wanted, after: int) -> Message | None:
        fresh = (message for message in self._messages(chat) if message.revision > after)
        for message in sorted(fresh, key=lambda message: message.revision):
            if wanted(message.body) if callable(wanted) else wanted in said(message.body):
                return message
        return None

    def _messages(self, chat: int) -> list[Message]:
        return self._state.chats[chat].sent() if chat in self._state.chats else []


def find_button(chat: Chat, wanted: str, message_id: int | None) -> tuple[Json, Json]:
    """The latest message with the button (or that message only), and the button."""
    for body, button in _newest_first(chat, message_id):
        if wanted in (button["text"], button.get("callback_data")):
            return body, button
    there = [button["text"] for _, button in _newest_first(chat, message_id)]
    raise LookupError(f"no button {wanted!r}; there are {there}")


def _newest_first(chat: Chat, message_id: int | None) -> Iterator[tuple[Json, Json]]:
    for message in reversed(chat.sent()):
        if message_id in (None, message.body["message_id"]):
            yield from ((message.body, button) for button in inline_buttons(message.body))
