"""Who acts: a resident, a member of staff, the system or the clock. Pure."""

from dataclasses import dataclass

from api.lifecycle import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """`scope` is the code a member of staff is bound to; `street` and `community` the names of what that is, "" for
    the whole district or the whole street.
    A resident is known by `channel` and `address`."""

    role: Role
    name: str
    scope: str = ""
    street: str = ""
    community: str = ""
    channel: str = ""
    address: str = ""


SYSTEM = Actor(Role.SYSTEM, "system")
CLOCK = Actor(Role.CLOCK, "clock")


def resident(channel: str, address: str) -> Actor:
    return Actor(Role.RESIDENT, f"{channel}:{address}", channel=channel, address=address)
