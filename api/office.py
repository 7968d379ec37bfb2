"""What every write needs besides the database: the catalogue, the calendar, the clock and the understanding.

An office never changes: where a new model is taken up another one opens, and a request ends in the one it began in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Protocol

from api import deadlines
from api.album.album import Album
from api.album.opening import open_album
from api.atlas import Atlas
from api.calendar import district_calendar
from api.deadlines import Calendar, Unit
from api.own_days import OwnDays
from api.settings import Settings
from nlp.catalogue import Catalogue, Kind, Limit, Limits
from nlp.shadow import Beside, nobody
from nlp.understand import Understander

Clock = Callable[[], datetime]
ORDINARY, HAZARD, DANGER_TO_LIFE = 0, 1, 2
MANY_JOINED = 2  # three households tell of it
TICKETED = (Kind.ITEM, Kind.REFERRAL, Kind.LEGAL, Kind.OTHER)
PUBLIC = tuple(kind for kind in TICKETED if kind is not Kind.LEGAL)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Records(Protocol):
    """What it takes to write into a ticket's record, without understanding a word of it."""

    @property
    def clock(self) -> Clock: ...
    @property
    def photos(self) -> Album: ...
    @property
    def history_key(self) -> bytes:
        """Binds the events of a ticket to each other."""


@dataclass(frozen=True)
class Archive:
    """An office without a model, for commands that only keep or erase."""

    clock: Clock
    photos: Album
    history_key: bytes


@dataclass(frozen=True)
class Office:
    nlp: Understander
    clock: Clock
    known: Calendar  # the State Council's
    photos: Album
    history_key: bytes
    reports_an_hour: int = 30  # of one resident
    beside: Beside = nobody  # is shown what was understood
    callbacks: frozenset[str] = frozenset()  # the sources that are told of progress
    atlas: Atlas = field(default_factory=Atlas)
    break_glass: timedelta = timedelta(minutes=60)  # how long a supervisor then reads a legal matter
    legal_kept: timedelta = timedelta(days=365)  # its words, after its end
    own_days: OwnDays = field(default_factory=OwnDays)
    staff_url: str = ""  # of the staff pages, for who reads of a ticket elsewhere

    @property
    def catalogue(self) -> Catalogue:
        return self.nlp.catalogue

    @property
    def calendar(self) -> Calendar:
        """In force now."""
        return self.calendar_at(self.clock())

    def calendar_at(self, begun: datetime) -> Calendar:
        """By which a promise counts that began at this moment (`own_days`)."""
        return self.own_days.over(self.known, begun)

    @cached_property
    def labels(self) -> frozenset[str]:
        """The labels a ticket may carry."""
        return frozenset(entry.label for entry in self.catalogue.entries if entry.kind in TICKETED)

    def limits(self, label: str, urgent: bool) -> Limits:
        entry = self.catalogue.by_label.get(label)
        return self.catalogue.urgent_limits if urgent or entry is None or entry.limits is None else entry.limits

    def priority(self, label: str, urgent: bool, joined: int = 0) -> int:
        """`joined`: neighbours who follow it beside the reporter."""
        pressing = self.catalogue.by_label[label].hazard or joined >= MANY_JOINED
        return DANGER_TO_LIFE if urgent else HAZARD if pressing else ORDINARY


def limit_of(promised: Limit) -> deadlines.Limit:
    return deadlines.Limit(promised.value, Unit(promised.unit))


def open_archive(settings: Settings, clock: Clock = utc_now) -> Archive:
    return Archive(clock, open_album(settings), settings.history_key.encode())


def open_office(settings: Settings, clock: Clock = utc_now) -> Office:
    nlp, key = Understander.load(settings.var_dir), settings.history_key.encode()
    return Office(
        nlp,
        clock,
        district_calendar(),
        open_album(settings),
        key,
        settings.reports_an_hour,
        callbacks=frozenset(settings.intake_callbacks),
        staff_url=settings.staff_url,
        break_glass=timedelta(minutes=settings.break_glass_minutes),
        legal_kept=timedelta(days=settings.legal_kept_days),
    )
