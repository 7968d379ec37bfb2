"""Which requests a list looks at: 90 days at the most. Pure.

GeoReport v2: "Default query limit is a span of 90 days or first 1000 requests returned, whichever is smallest."
"""

from datetime import UTC, datetime, timedelta

from api.deadlines import SHANGHAI

LONGEST = timedelta(days=90)
MOST = 1000
FIRST, LAST = (
    datetime(1971, 1, 1, tzinfo=UTC),
    datetime(2200, 1, 1, tzinfo=UTC),
)  # every clock and database reaches so far


def moment(text: str) -> datetime:
    """Of ISO 8601; without an offset it is district time. Raises ValueError."""
    at = datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
    return min(max(at, FIRST), LAST)


def window(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """From and until, both included. A start is kept and the end cut; without a start it is the days before the end.

    Raises ValueError when it ends before it starts.
    """
    if start is None:
        until = end or now
        return until - LONGEST, until
    if end is not None and end < start:
        raise ValueError("ends before it starts")
    return start, min(end or start + LONGEST, start + LONGEST)
