"""What every channel can do: say something to a chat, and fetch a picture that was sent in it."""

from dataclasses import dataclass
from typing import Protocol

from bot.events import Say


@dataclass(frozen=True, slots=True)
class Sent: ...


@dataclass(frozen=True, slots=True)
class Gone:
    """Can never arrive, e.g. the person blocked the bot."""

    why: str


@dataclass(frozen=True, slots=True)
class TryLater:
    seconds: float


Outcome = Sent | Gone | TryLater


def clean(text: str) -> str:
    """Half an emoji or a NUL is no text that a database keeps."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


class NoPhoto(Exception):
    """The picture can no longer be had."""


class Channel(Protocol):
    name: str
    wakes_people: bool  # does a message make a sound? Then it keeps quiet hours

    async def say(self, chat: str, say: Say, command_id: int) -> Outcome: ...

    async def photo(self, photo: str) -> bytes:
        """Raises NoPhoto for good, Unavailable for now."""
        ...

    async def keep(self, content: bytes) -> str:
        """A JPEG that is to be shown: the `picture` of what is said then."""
        ...
