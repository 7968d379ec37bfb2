"""What a rule can be made of, as its form offers it: nothing has to be known by its code."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.lifecycle import Lane
from api.models import Area, Shift
from api.organisation_file import KINDS
from api.pages.rule_words import ITEM_KINDS, Vocabulary
from api.pages.takers import Group, by_kind, named, people, units
from api.pages.words import KINDS as WORDS
from api.pages.words import UNIT_KINDS
from nlp.catalogue import Catalogue, Kind

ALL_ITEMS = Kind.ITEM.value


@dataclass(frozen=True, slots=True)
class Offered:
    """(value, text) each, in groups. `areas`: by street; grids only where the rule names some (they come by a file)."""

    items: Sequence[Group]
    areas: Sequence[Group]
    takers: Sequence[Group]


async def offered(session: AsyncSession, catalogue: Catalogue, words: Vocabulary, chosen: Sequence[str]) -> Offered:
    """`chosen`: the codes of the areas that the rule has already."""
    return Offered(_items(catalogue), await _areas(session, words, chosen), await _takers(session))


def _items(catalogue: Catalogue) -> list[Group]:
    own = [
        Group(
            category.name,
            [
                (category.id, f"{category.name}（整类）"),
                *((entry.label, entry.name) for entry in catalogue.of_kind(Kind.ITEM) if entry.category == category.id),
            ],
        )
        for category in catalogue.categories
    ]
    others = [
        Group(
            WORDS[kind],
            [
                (kind.value, ITEM_KINDS[kind.value]),
                *((entry.label, entry.name) for entry in catalogue.of_kind(kind) if entry.label != kind.value),
            ],
        )
        for kind in (Kind.REFERRAL, Kind.OTHER)
    ]
    return [Group("不分类别", [(ALL_ITEMS, ITEM_KINDS[ALL_ITEMS])]), *own, *others]


async def _areas(session: AsyncSession, words: Vocabulary, chosen: Sequence[str]) -> list[Group]:
    query = select(Area).where(col(Area.level).in_(("street", "community")), col(Area.retired_at).is_(None))
    areas = (await session.exec(query.order_by(col(Area.code)))).all()
    streets = [area for area in areas if area.level == "street"]
    known = {area.code for area in areas}
    grids = [(code, words.areas[code]) for code in chosen if code not in known and code in words.areas]
    found = [
        Group(of.name, [(of.code, f"{of.name}（整条街道）"), *((a.code, a.name) for a in areas if a.parent == of.code)])
        for of in streets
    ]
    return [*found, *([Group("网格", grids)] if grids else [])]


async def _takers(session: AsyncSession) -> list[Group]:
    """By value "by:name", as a rule's target says it."""
    there, rostered = await units(session), set((await session.exec(select(Shift.unit))).all())
    nearest = [(f"kind:{kind}", f"当地的{UNIT_KINDS[kind]}") for kind in KINDS]
    duty = [(f"on_duty:{kind}", f"当地{UNIT_KINDS[kind]}的值班人") for kind in KINDS]
    duty += [(f"on_duty:{code}", f"{name}的值班人") for code, name in named(u for u in there if u.code in rostered)]
    own = [Group(g.name, [(f"unit:{code}", name) for code, name in g.choices]) for g in by_kind(there)]
    staff = await people(session, Lane.PUBLIC)
    persons = Group(staff.name, [(f"staff:{name}", text) for name, text in staff.choices])
    return [group for group in (Group("离得最近的", nearest), Group("值班的人", duty), *own, persons) if group.choices]
