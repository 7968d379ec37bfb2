"""What the filters of the queue offer, with how many beside it where that costs nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.actors import Actor
from api.board import Counts
from api.lifecycle import STEPS, Lane, Role, Status
from api.models import Area
from api.office import TICKETED, Office
from api.pages import forms
from api.pages.takers import Group, by_kind, people, units
from api.pages.words import CHANNELS, ITEM, KINDS, STATUSES
from nlp.catalogue import Kind


@dataclass(frozen=True, slots=True)
class Choices:
    """(value, text) each, in groups."""

    status: Sequence[Group]
    step: Sequence[Group]
    category: Sequence[Group]
    label: Sequence[Group]
    kind: Sequence[Group]
    street: Sequence[Group]
    community: Sequence[Group]
    taker: Sequence[Group]  # of a public matter
    owner: Sequence[Group]  # and advisers
    source: Sequence[Group]


async def of_queue(
    session: AsyncSession, office: Office, actor: Actor, statuses: Sequence[Status], counted: Counts | None
) -> Choices:
    """`counted`: None where what is listed is not what was counted."""
    areas = (await session.exec(select(Area).where(col(Area.level).in_(("street", "community"))))).all()
    streets = sorted((area for area in areas if area.level == "street"), key=lambda area: area.code)
    public = [*by_kind(await units(session)), await people(session, Lane.PUBLIC)]
    takers = [group for group in public if group.choices]
    advisers = await people(session, Lane.LEGAL)
    said = [(one.value, STATUSES[Lane.PUBLIC, one]) for one in statuses]
    return Choices(
        status=_one(_with(said, counted.statuses if counted else {})),
        step=_one([(str(at), name) for at, name in enumerate(STEPS, 1)]),
        category=_one([(one.id, one.name) for one in office.catalogue.categories]),
        label=labels(office, actor),
        kind=_one([(kind.value, KINDS.get(kind, ITEM)) for kind in TICKETED]),
        street=_one(_with([(area.name, area.name) for area in streets], counted.streets if counted else {})),
        community=[_communities(street, areas) for street in streets],
        taker=takers,
        owner=[*takers, *([advisers] if advisers.choices else [])],
        source=_one(list(CHANNELS.items())),
    )


def _one(choices: Sequence[tuple[str, str]]) -> list[Group]:
    return [Group("", choices)]


def _with(choices: Sequence[tuple[str, str]], counted: Mapping[str, int]) -> list[tuple[str, str]]:
    return [(value, f"{text}（{counted[value]}）" if value in counted else text) for value, text in choices]


def _communities(street: Area, areas: Sequence[Area]) -> Group:
    inside = sorted((area.code, area.name) for area in areas if area.parent == street.code)
    return Group(street.name, [(name, name) for _, name in inside])


def labels(office: Office, actor: Actor) -> list[Group]:
    legal = forms.of_kind(office.catalogue, Kind.LEGAL)
    match actor.role:
        case Role.ADVISER:
            return [legal]
        case Role.TRIAGE | Role.SUPERVISOR:
            return [*forms.items(office.catalogue), legal]
        case _:
            return forms.items(office.catalogue)
