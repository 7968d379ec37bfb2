"""The queue of updates: numbered, filtered by kind, kept until confirmed."""

from dataclasses import dataclass, field

from .shapes import Json

FIRST_ID = 700_000_001
# https://core.telegram.org/bots/api#getupdates: sent only to a bot that asks for them by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


def kind(update: Json) -> str:
    return next((name for name in update if name != "update_id"), "")


def origin(update: Json) -> str:
    """What orders updates among themselves: those of one chat wait for each other."""
    body = update.get(kind(update), {})
    chat = body.get("chat") or body.get("message", {}).get("chat") or body.get("from") or {}
    return str(chat.get("id", update["update_id"]))


@dataclass(slots=True)
class Updates:
    pending: list[Json] = field(default_factory=list)
    again: list[Json] = field(default_factory=list)  # replayed: handed over once more, whatever the offset
    past: dict[int, Json] = field(default_factory=dict)
    allowed: list[str] = field(default_factory=list)
    held: bool = False
    last_id: int = FIRST_ID - 1

    def add(self, update: Json) -> Json:
        update = {"update_id": self.last_id + 1} | update
        self.last_id = max(self.last_id, update["update_id"])
        self.past[update["update_id"]] = update
        if self.wants(kind(update)):
            self.pending.append(update)
        return update

    def wants(self, name: str) -> bool:
        return name in self.allowed if self.allowed else name not in ON_REQUEST

    def due(self) -> list[Json]:
        return [] if self.held else [*self.again, *self.pending]

    def confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]

    def take(self, limit: int) -> list[Json]:
        batch = self.due()[:limit]
        self.again = self.again[len(batch) :]
        return batch

    def done(self, update: Json) -> None:
        queue = self.again if any(update is other for other in self.again) else self.pending
        queue[:] = [other for other in queue if other is not update]

    def replay(self, update_id: int) -> None:
        self.again.append(dict(self.past[update_id]))

    def reorder(self, order: list[int] | None) -> None:
        """Hand the pending updates over in this order of ids; the rest keep theirs. Reversed without an order."""
        places = {update_id: place for place, update_id in enumerate(order or [])}
        if order is None:
            self.pending.reverse()
        self.pending.sort(key=lambda update: places.get(update["update_id"], len(places)))

    def drop(self) -> None:
        self.pending.clear()
        self.again.clear()
