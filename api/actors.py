"""Who acts: a resident, a member of staff, the system or the clock. Pure."""

from dataclasses import dataclass

from api.lifecycle import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """`scope` is the code a member of staff is bound to; `street` and `community` the names of what that is, "" for
    the whole district or the whole street.
    A resident is known by `channel` and `address`; on record by a random name."""

    role: Role
    name: str
    scope: str = ""
    street: str = ""
    community: str = ""
    channel: str = ""
    address: str = ""


SYSTEM = Actor(Role.SYSTEM, "system")
CLOCK = Actor(Role.CLOCK, "clock")
STRANGER = "stranger"


def resident(channel: str, address: str, name: str | None) -> Actor:
    """`name` None: one who was never here, to whom nothing belongs."""
    return Actor(Role.RESIDENT, name or STRANGER, channel=channel, address=address)
