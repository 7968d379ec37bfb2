"""Days and moments of a mediation, as they are typed. Pure; in the district's time."""

from datetime import date, datetime, time, timedelta

from api.deadlines import SHANGHAI
from api.errors import BadMediation

REMINDS_AT = time(9)  # the day before (assumed)
FURTHEST = timedelta(days=366)


def day_of(typed: str, first: date, last: date) -> date:
    """Raises BadMediation."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise BadMediation(reason="mediation_on") from None
    if not first <= day <= last:
        raise BadMediation(reason="mediation_on")
    return day


def moment_of(typed: str, now: datetime) -> datetime:
    """To come, within a year. Raises BadMediation."""
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise BadMediation(reason="mediation_at") from None
    at = at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)
    if not now < at <= now + FURTHEST:
        raise BadMediation(reason="mediation_at")
    return at


def reminder_for(at: datetime, now: datetime) -> datetime | None:
    """None where that has passed: they were told just now."""
    reminder = datetime.combine(at.date() - timedelta(days=1), REMINDS_AT, SHANGHAI)
    return reminder if reminder > now else None
