"""What a source's answer to a callback means for it: arrived, once more later, or never. Pure: chance and the age are
arguments."""

from datetime import timedelta
from http import HTTPStatus

from api.schemas import Acknowledgement

FIRST, LONGEST = 2.0, 3600.0  # seconds between tries, twice as long each time
TRIES_FOR = timedelta(days=1)
PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
GONE = "gone"


def verdict(answer: int | str, *, attempts: int, age: timedelta, chance: float, asked: str = "") -> Acknowledgement:
    """`answer`: an HTTP status, or why there was none. `chance` in 0..1; `asked`: the answer's Retry-After.

    A redirection is not followed, but may pass, as a house's maintenance page does.
    """
    match answer:
        case int() if 200 <= answer < 300:
            return Acknowledgement(sent=True)
        case HTTPStatus.GONE:
            return Acknowledgement(failed=GONE)
        case int() if 400 <= answer < 500 and answer not in PASSING:
            return Acknowledgement(failed=f"answered_{answer}")
        case _ if age >= TRIES_FOR:
            return Acknowledgement(failed=f"gave_up_after_{answer}")
        case _:
            return Acknowledgement(later=pause(attempts, chance, asked))


def pause(attempts: int, chance: float, asked: str = "") -> float:
    """Seconds, spread over half of it, so that what failed together does not come back together."""
    longest = min(LONGEST, FIRST * float(1 << min(attempts - 1, 20)))
    wanted = float(asked) if asked.isdecimal() and len(asked) < 6 else 0.0
    return min(LONGEST, max(wanted, longest * (1 + chance) / 2))
