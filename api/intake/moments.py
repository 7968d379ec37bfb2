"""A source's way of writing a moment -> an aware one. Pure."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

ISO, SECONDS, MILLISECONDS = "iso", "epoch_s", "epoch_ms"


def read_moment(written: str, formats: Iterable[str], zone: str) -> datetime | None:
    """The first format that fits decides; None when none does. A zone that is written counts more than `zone`."""
    for pattern in formats:
        try:
            found = READERS[pattern](written) if pattern in READERS else datetime.strptime(written, pattern)  # noqa: DTZ007
            return (found if found.tzinfo else found.replace(tzinfo=datetime.strptime(zone, "%z").tzinfo)).astimezone(
                UTC
            )
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _seconds(written: str) -> datetime:
    return datetime.fromtimestamp(int(written), UTC)


def _milliseconds(written: str) -> datetime:
    return datetime.fromtimestamp(int(written) / 1000, UTC)


READERS: dict[str, Callable[[str], datetime]] = {
    ISO: datetime.fromisoformat,
    SECONDS: _seconds,
    MILLISECONDS: _milliseconds,
}
