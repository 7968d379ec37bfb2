"""How often: token buckets in this process's memory, so N processes together let through N times as much."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from api.errors import TooFast
from api.settings import Settings

CHATS_AT_ONCE = 10
MOST_KEYS = 10_000  # the longest unseen are forgotten: theirs would be full again


@dataclass(frozen=True, slots=True)
class Paces:
    keys: "Pace"
    sign_ins: "Pace"
    codes: "Pace"  # for chats, tried by everybody together: a new chat is had for nothing

    @classmethod
    def of(cls, settings: Settings) -> "Paces":
        return cls(
            Pace(settings.requests_a_minute, settings.requests_a_minute),
            Pace(settings.sign_ins_a_minute, settings.sign_ins_a_minute),
            Pace(CHATS_AT_ONCE * settings.sign_ins_a_minute, CHATS_AT_ONCE * settings.sign_ins_a_minute),
        )


class Pace:
    def __init__(self, a_minute: int, burst: int, clock: Callable[[], float] = monotonic) -> None:
        """0 a minute: no limit."""
        self._a_second, self._burst, self._clock = a_minute / 60, burst, clock
        self._seen: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key -> (left, when)

    def take(self, key: str) -> None:
        """Raises TooFast, which says when to come again."""
        if not self._a_second:
            return
        now = self._clock()
        left, when = self._seen.pop(key, (float(self._burst), now))
        left = min(self._burst, left + (now - when) * self._a_second)
        self._seen[key] = (left - 1 if left >= 1 else left, now)
        if len(self._seen) > MOST_KEYS:
            self._seen.popitem(last=False)
        if left < 1:
            raise TooFast(after=int((1 - left) / self._a_second) + 1)
