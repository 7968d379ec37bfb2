"""The controls: what people do, what they see, and what goes wrong. For one event loop; other processes use HTTP."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from . import contents
from .faults import DROPPED, Limits, When
from .gateway import Call, Gateway
from .params import Params, read
from .pictures import THUMBNAIL
from .polling import Polling
from .refusals import Refused, flood
from .shapes import Json
from .signals import Signal
from .state import Chat, State
from .updates import kind
from .watching import Wanted, Watching, find_button
from .webhooks import Courier


class Emulator:
    """What a person does returns the update it makes. `clock` gives seconds since 1970."""

    def __init__(
        self,
        token: str = "42:TEST",
        *,
        clock: Callable[[], float] = time.time,
        per_chat: float | None = None,
        burst: int = 3,
        per_second: float | None = None,
        retry_within: float = 0.05,
    ) -> None:
        self.token = token
        self.state = State()
        self._clock = clock
        self._changed = Signal()
        self._polling = Polling(self.state, self._changed)
        self._watching = Watching(self.state, self._changed)
        self._gateway = Gateway(self.state, self._polling, Limits(per_chat, burst, per_second), clock)
        self._courier = Courier(self.state, self._changed, self._now, self._call_in_answer, retry_within)

    async def call(self, method: str, params: Params) -> Call:
        call = await self._gateway.call(method, params)
        self._wake()
        return call

    async def _call_in_answer(self, method: str, body: Json) -> None:
        await self.call(method, read(body))

    async def close(self) -> None:
        """Ends what waits, as a server that goes down; the state stays for the next start."""
        self._polling.end(Refused(502))
        await self._courier.close()

    # People

    def user(self, chat: int, **names: str) -> Json:
        """first_name, last_name, username, language_code. Who writes without it gets a name made up."""
        return self.state.meet(chat, **names).user

    def say(self, chat: int, text: str, **extra: Any) -> Json:
        return self._receive(chat, contents.words("text", text) | extra)

    def photo(
        self, chat: int, data: bytes = THUMBNAIL, caption: str = "", size: int | None = None, **extra: Any
    ) -> Json:
        """`size` claims more bytes than `data` has: over 20 MB, getFile refuses it."""
        return self._receive(chat, contents.photo(self.state, data, caption, size) | extra)

    def document(
        self, chat: int, data: bytes, name: str, mime_type: str = "application/octet-stream", size: int | None = None
    ) -> Json:
        return self._receive(chat, contents.document(self.state, data, name, mime_type, size))

    def voice(self, chat: int, data: bytes = b"OggS", duration: int = 3) -> Json:
        return self._receive(chat, contents.voice(self.state, data, duration))

    def sticker(self, chat: int, emoji: str = "👍") -> Json:
        return self._receive(chat, contents.sticker(self.state, emoji))

    def location(self, chat: int, latitude: float, longitude: float) -> Json:
        return self._receive(chat, contents.location(latitude, longitude))

    def contact(self, chat: int, phone: str) -> Json:
        return self._receive(chat, contents.contact(phone, self.state.meet(chat).user))

    def forward(self, chat: int, text: str, sender: str = "李四") -> Json:
        return self._receive(chat, contents.forward(text, sender, self._now()))

    def edit(self, chat: int, message_id: int, text: str) -> Json:
        message = self._known(chat).messages[message_id]
        name = "text" if "text" in message.body else "caption"
        cleared = {"entities": None, "caption_entities": None}
        self.state.change(message, cleared | contents.words(name, text), self._now())
        return self._add({"edited_message": message.body})

    def press(self, chat: int, button: str, message_id: int | None = None) -> str:
        """An inline button, by its text or data, on the latest message that has it; gives the callback query's id."""
        body, found = find_button(self._known(chat), button, message_id)
        if "callback_data" not in found:
            raise LookupError(f"{button!r} sends nothing to the bot: {found}")
        query_id, user = self.state.ask(), self._known(chat).user
        query = {"id": query_id, "from": user, "message": body, "chat_instance": f"-{chat}000"}
        self._add({"callback_query": query | {"data": found["callback_data"]}})
        return query_id

    def tap(self, chat: int, button: str) -> Json:
        """A button of the reply keyboard, which sends its text. For a request_location button use `location`."""
        there = [found["text"] for row in self._known(chat).keyboard for found in row]
        if button not in there:
            raise LookupError(f"no button {button!r}; there are {there}")
        return self.say(chat, button)

    def block(self, chat: int) -> Json:
        return self._membership(chat, True)

    def unblock(self, chat: int) -> Json:
        return self._membership(chat, False)

    # Updates

    def raw(self, update: Json) -> Json:
        """Any update; without an update_id it gets the next one. Its chat is known from then on."""
        body = update.get(kind(update), {})
        message = body if "chat" in body else body.get("message", {})
        if "chat" in message:
            chat = self.state.meet(message["chat"]["id"])
            chat.about |= message["chat"]
            self.state.post(chat, message, self._now())
        return self._add(update)

    def replay(self, update_id: int) -> None:
        """Deliver it once more, even when its id is below the bot's offset or the webhook took it."""
        self.state.updates.replay(update_id)
        self._wake()

    def hold(self) -> None:
        """Deliver nothing until `release`: to gather updates and `reorder` them."""
        self.state.updates.held = True

    def release(self) -> None:
        self.state.updates.held = False
        self._wake()

    def reorder(self, order: list[int] | None = None) -> None:
        self.state.updates.reorder(order)
        self._wake()

    def expire_queries(self) -> None:
        """Every callback query is now too old to be answered."""
        self.state.queries.clear()

    # Seeing

    @property
    def journal(self) -> list[Call]:
        return self._gateway.journal

    def calls(self, method: str) -> list[Call]:
        return [call for call in self.journal if call.method == method]

    def sent(self, chat: int) -> list[Json]:
        """The bot's messages that the person sees now: edited, without the deleted ones."""
        return self._watching.sent(chat)

    def keyboard(self, chat: int) -> list[list[Json]]:
        """The reply keyboard that the person sees now."""
        return self._known(chat).keyboard

    def mark(self) -> int:
        """The present moment, for `wait_for(since=…)`."""
        return self.state.revision

    async def wait_for(
        self,
        chat: int,
        wanted: Wanted,
        timeout: float = 5.0,  # noqa: ASYNC109
        since: int | None = None,
    ) -> Json:
        """The next message, sent or edited, that has the words or meets the condition.

        "Next" is after what the previous `wait_for` in this chat found; `since=0` looks at everything.
        """
        return await self._watching.wait_for(chat, wanted, timeout, since)

    async def delivered(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Until the bot has confirmed every update, by its offset or by 2xx."""
        async with asyncio.timeout(timeout):
            while self.state.updates.pending or self.state.updates.again:
                await self._changed.wait()

    # Faults

    def flood_next(self, n: int = 1, retry_after: int = 1, method: str = "") -> None:
        self._gateway.faults.add(n, flood(retry_after), "before", method)

    def fail_next(self, n: int = 1, status: int = 500, when: When = "before", method: str = "") -> None:
        """Status 0 cuts the connection. "after": the effect has happened. No method: any call but getUpdates."""
        refusal = None if status == DROPPED else Refused(status)
        self._gateway.faults.add(n, refusal, when, method)

    def limit(self, per_chat: float | None = None, burst: int = 3, per_second: float | None = None) -> None:
        """Messages a second, in one chat and overall; None is no limit."""
        self._gateway.limits = Limits(per_chat, burst, per_second)

    def _now(self) -> int:
        return int(self._clock())

    def _known(self, chat: int) -> Chat:
        if chat not in self.state.chats:
            raise LookupError(f"nobody has written in chat {chat}")
        return self.state.chats[chat]

    def _receive(self, chat: int, body: Json) -> Json:
        person = self.state.meet(chat)
        if person.blocked:
            raise LookupError(f"chat {chat} has blocked the bot: unblock first")
        message = self.state.post(person, {"from": person.user} | body, self._now())
        return self._add({"message": message.body})

    def _membership(self, chat: int, blocked: bool) -> Json:
        person = self._known(chat)
        person.blocked = blocked
        change = contents.membership(person.about, person.user, self.state.me, self._now(), blocked)
        return self._add({"my_chat_member": change})

    def _add(self, update: Json) -> Json:
        added = self.state.updates.add(update)
        self._wake()
        return added

    def _wake(self) -> None:
        self._changed.send()
        self._courier.push()
