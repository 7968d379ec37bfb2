"""Telegram: Update -> Event, Say -> Bot API. Any Bot API server; polling or webhook, both into the inbox first."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from api.settings import Settings
from bot.channels.pace import Pace
from bot.channels.port import Gone, NoPhoto, Outcome, Sent, TryLater, clean
from bot.channels.uploads import Uploads
from bot.client import Unavailable
from bot.events import Event, Heard, Located, Pictured, Pressed, Said, Say, Unreadable
from bot.legal_texts import kept_by_telegram

log = structlog.get_logger()
SHOWN = "shown-photos"  # in VAR_DIR: pictures of tickets on their way to people on duty
LONGEST_MESSAGE = 4096  # UTF-16 units
LARGEST_FILE = 20 * 1024 * 1024  # getFile refuses more
POLLS_FOR = 25  # seconds
TRIES_AFTER = 2.0  # seconds, when Telegram fails for another reason than its limits
ASKED_FOR = ["message", "edited_message", "callback_query"]
MENU = {"mine": "我的上报", "help": "怎么用", "cancel": "停下正在填的", "human": "请工作人员看", "start": "从头开始"}

Receive = Callable[[str, str, Event], Awaitable[None]]


class Telegram:
    """`say` and `photo` of a channel; `poll` and `take` bring updates in."""

    name = "telegram"
    wakes_people = True

    def __init__(self, bot: Bot, pace: Pace, shown: Uploads, chat_url: str = "") -> None:
        self.bot, self.pace, self.shown, self.chat_url = bot, pace, shown, chat_url
        self._parts_sent: dict[int, int] = {}  # of messages cut short: what arrived is not said again

    async def say(self, chat: str, say: Say, command_id: int) -> Outcome:
        outcome = await self._try(chat, say, command_id)
        if not isinstance(outcome, TryLater):
            self._parts_sent.pop(command_id, None)
        return outcome

    async def _try(self, chat: str, say: Say, command_id: int) -> Outcome:
        try:
            await self._send(chat, say, command_id)
        except RetryAfter as error:
            seconds = float(error._retry_after.total_seconds())
            self.pace.hold(chat, seconds)
            return TryLater(seconds)
        except (Forbidden, BadRequest) as error:
            log.warning("not_delivered", reason=type(error).__name__)
            return Gone(GONE.get(str(error).lower(), "refused"))
        except TelegramError as error:
            log.warning("not_delivered_yet", reason=type(error).__name__)
            return TryLater(TRIES_AFTER)
        return Sent()

    async def _send(self, chat: str, say: Say, command_id: int) -> None:
        if say.picture and (content := await self._kept(say.picture)):
            await self.pace.turn(chat, answer=True)
            await self.bot.send_photo(chat, content, caption=say.text)
            return
        parts = split(self._told_of_copies(say), LONGEST_MESSAGE)
        keyboard = [
            [InlineKeyboardButton(button.text, callback_data=button.id) for button in row] for row in say.buttons
        ]
        for number, part in enumerate(parts, 1):
            if number <= self._parts_sent.get(command_id, 0):
                continue
            await self.pace.turn(chat, answer=not say.notice_id)
            markup = InlineKeyboardMarkup(keyboard) if keyboard and number == len(parts) else None
            await self.bot.send_message(chat, part, reply_markup=markup)
            if number < len(parts):
                self._parts_sent[command_id] = number

    def _told_of_copies(self, say: Say) -> str:
        return f"{say.text}\n\n{kept_by_telegram(self.chat_url)}" if say.confidential else say.text

    async def keep(self, content: bytes) -> str:
        return await self.shown.keep(content)

    async def _kept(self, picture: str) -> bytes | None:
        try:
            return await self.shown.read(picture)
        except NoPhoto:  # kept on another host, or too long ago: what it is gets said all the same
            return None

    async def photo(self, photo: str) -> bytes:
        try:
            file = await self.bot.get_file(photo)
            return bytes(await file.download_as_bytearray())
        except (BadRequest, InvalidToken):  # a file that is gone reads as 404, which the library takes for a bad token
            raise NoPhoto from None
        except TelegramError as error:
            raise Unavailable(type(error).__name__) from None

    async def take(self, update: Update, receive: Receive) -> None:
        """Keeps what the update says; returning means that it is on disk."""
        if (found := read(update)) is not None:
            chat, event = found
            await receive(f"telegram:{update.update_id}", chat, event)
        if update.callback_query is not None:
            await self._stop_spinning(update.callback_query.id)

    async def _stop_spinning(self, query: str) -> None:
        try:
            await self.bot.answer_callback_query(query)
        except TelegramError:  # too old, or answered before a crash: the press itself is kept
            log.info("callback_not_answered")

    async def poll(self, receive: Receive) -> None:
        """Until cancelled. The next offset confirms an update, so it is sent only after the update was kept."""
        offset = 0
        while True:
            try:
                updates = await self.bot.get_updates(offset, timeout=POLLS_FOR, allowed_updates=ASKED_FOR)
                for update in updates:
                    await self.take(update, receive)
                    offset = update.update_id + 1  # not the highest: after a week of silence they start anywhere
            except (Conflict, InvalidToken) as error:
                log.error("polling_refused", reason=type(error).__name__)
                await asyncio.sleep(3)
            except RetryAfter as error:
                await asyncio.sleep(error._retry_after.total_seconds())
            except TelegramError as error:
                log.warning("polling_failed", reason=type(error).__name__)
                await asyncio.sleep(1)
            except Exception:  # e.g. the database: what was not kept comes again
                log.exception("polling_failed")
                await asyncio.sleep(1)

    async def prepare(self, settings: Settings) -> None:
        """The commands menu, and how updates come; tried until Telegram answers."""
        while True:
            try:
                await self.bot.set_my_commands([BotCommand(name, text) for name, text in MENU.items()])
                if settings.telegram_mode == "webhook":
                    await self.bot.set_webhook(
                        settings.telegram_webhook_url, secret_token=settings.webhook_secret, allowed_updates=ASKED_FOR
                    )
                else:
                    await self.bot.delete_webhook()
                return
            except TelegramError as error:
                log.warning("telegram_not_ready", reason=type(error).__name__)
                await asyncio.sleep(2)


GONE = {
    "forbidden: bot was blocked by the user": "blocked",
    "chat not found": "no_chat",
}


@asynccontextmanager
async def open_telegram(settings: Settings) -> AsyncIterator[Telegram]:
    base = settings.telegram_api_base.rstrip("/")
    bot = Bot(
        settings.telegram_token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(connection_pool_size=32, read_timeout=10),
        get_updates_request=HTTPXRequest(connection_pool_size=2, read_timeout=POLLS_FOR + 10),
    )
    await asyncio.gather(bot._request[0].initialize(), bot._request[1].initialize())
    try:
        shown = Uploads(settings.var_dir / SHOWN, settings.cipher_for("bot"))
        yield Telegram(bot, Pace(), shown, settings.chat_url)
    finally:
        await asyncio.gather(bot._request[0].shutdown(), bot._request[1].shutdown())


def read(update: Update) -> tuple[str, Event] | None:
    """(chat, event) of an update; None for what is nobody's words to the bot, e.g. a post in a group."""
    if update.callback_query is not None:
        return str(update.callback_query.from_user.id), Pressed(clean(update.callback_query.data or ""))
    message = update.message or update.edited_message
    if message is None or message.chat.type != "private":
        return None
    if update.edited_message is not None and message.location is not None:
        return None  # a live location sends one of these every few seconds
    return str(message.chat.id), _event(message, edited=update.edited_message is not None)


def _event(message: Message, *, edited: bool) -> Event:
    if message.text is not None:
        return Said(clean(message.text), Heard(), edited=edited)
    if photo := _photo(message):
        if (photo.file_size or 0) > LARGEST_FILE:
            return Unreadable("photo_too_big")
        words = clean(message.caption or "")
        return Said(words, Heard(), (photo.file_id,), edited) if words else Pictured(photo.file_id)
    if message.location is not None:
        return Located(message.location.latitude, message.location.longitude)
    return Unreadable(next((what for name, what in UNREADABLE.items() if getattr(message, name)), "other"))


UNREADABLE = {
    "voice": "voice",
    "audio": "voice",
    "video_note": "video",
    "video": "video",
    "animation": "sticker",
    "sticker": "sticker",
    "dice": "sticker",
    "contact": "contact",
    "document": "file",
}


def _photo(message: Message) -> Any:
    """The largest size of a photo, or a picture sent as a file."""
    if message.photo:
        return message.photo[-1]
    document = message.document
    return document if document and (document.mime_type or "").startswith("image/") else None


def split(text: str, longest: int) -> list[str]:
    """Parts of at most `longest` UTF-16 units, broken at line ends where there are any."""
    parts = [""]
    for line in text.splitlines(keepends=True) or [text]:
        while units(line) > longest:
            head = _head(line, longest)
            parts, line = [*parts, head, ""], line[len(head) :]
        parts = [*parts[:-1], parts[-1] + line] if units(parts[-1] + line) <= longest else [*parts, line]
    return [part for part in parts if part.strip()] or ["…"]


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _head(text: str, longest: int) -> str:
    end = min(len(text), longest)
    while units(text[:end]) > longest:
        end -= 1
    return text[:end]
