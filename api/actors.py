"""Who acts: a resident, a member of staff, the system or the clock. Pure."""

from dataclasses import dataclass

from api.lifecycle import DESK, Role

SEES_LEGAL_TOPICS = DESK  # number, topic and times of a legal matter; never its words


@dataclass(frozen=True, slots=True)
class Actor:
    """`scope` is the code a member of staff is bound to, and what it stands for are names: whole `streets`, or
    `communities` of the streets `beside`; none of them is the whole district.
    A resident is known by `channel` and `address`; on record by a random name."""

    role: Role
    name: str
    scope: str = ""
    streets: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    channel: str = ""
    address: str = ""
    by_chat: bool = False  # of staff: in a chat they bound, where what is written leaves copies
    opened: frozenset[int] = frozenset()  # legal matters of another's that they may read for the moment (`glass`)

    @property
    def desks(self) -> list[str]:
        """Under which names tickets lie with them: their own, and their unit's."""
        return [self.name, self.scope or self.name]


SYSTEM = Actor(Role.SYSTEM, "system")
CLOCK = Actor(Role.CLOCK, "clock")
STRANGER = "stranger"


def resident(channel: str, address: str, name: str | None) -> Actor:
    """`name` None: one who was never here, to whom nothing belongs."""
    return Actor(Role.RESIDENT, name or STRANGER, channel=channel, address=address)
