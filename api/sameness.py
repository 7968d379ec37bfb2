"""Are two reports the same matter? A score from item, place, words and time, with the reasons. Pure.

The weights are ours: `tests/api/pairs.jsonl` holds pairs labelled by hand, and the test says how many come out right.
"""

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from rapidfuzz import fuzz

from nlp.letters import sound

SURE = 0.75  # from here on two reports are taken for one matter
NEAR, FAR = 60.0, 400.0  # metres between two points: surely the same spot; surely not
MORE_EXACT = 0.62  # 观前街 and 观前街大成坊8号: perhaps
OLDEST = timedelta(days=60)
EARTH = 6_371_000.0
DIGITS = dict(zip("零〇一二两三四五六七八九", "001223456789", strict=True))
NUMBERED = re.compile(r"(\d+)(幢|栋|号楼|号|单元|室|楼|层|弄|区|村|期)")
AROUND = re.compile(
    r"(?:的|大?门口|大门|对面|旁边|附近|路边|前面|后面|里面|楼下|门前|边上|[这那]边|对过|隔壁|[口前后旁边里处上下侧])+$"
)
GENERIC = re.compile(r"小区|社区|苏州市?|姑苏区|[和与跟的、]|" + AROUND.pattern)
DIRECTION = re.compile("[东西南北]")
BOTH = ("幢", "栋", "号楼", "号", "弄", "区", "村", "期", "单元", "室")  # where both name one, it must be the same


@dataclass(frozen=True, slots=True)
class Spot:
    """`place` is folded text (nlp.text.folded)."""

    label: str
    category: str
    text: str
    place: str
    community: str
    grid: str
    lat: float | None
    lon: float | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Likeness:
    """`why`: item, kin, point, grid, place, community, words: codes for the chat and the page."""

    score: float
    why: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        return self.score >= SURE


NO = Likeness(0.0)


def likeness(one: Spot, other: Spot) -> Likeness:
    words = fuzz.token_ratio(" ".join(one.text), " ".join(other.text)) / 100
    if abs(one.at - other.at) > OLDEST or not (same := _matter(one, other, words)):
        return NO
    near, why = _nearness(one, other)
    told = ("words",) if words >= 0.7 else ()
    return Likeness(min(near * (0.85 if same == "item" else 0.6) + 0.2 * words, 1.0), (same, *why, *told))


def _matter(one: Spot, other: Spot, words: float) -> str:
    """The same item; or one of the same category told in nearly the same words: clerks and models differ there."""
    if one.label == other.label:
        return "item"
    return "kin" if one.category and one.category == other.category and words >= 0.6 else ""


def _nearness(one: Spot, other: Spot) -> tuple[float, tuple[str, ...]]:
    """0-1. Two points decide by themselves; else the words for the place, helped by what they lie in."""
    if None not in (one.lat, one.lon, other.lat, other.lon):
        metres = distance(one, other)
        close = (FAR - metres) / (FAR - NEAR)
        if metres <= NEAR:
            return 1.0, ("point",)
        if close <= 0:
            return 0.0, ()
        return max(close * 0.9, _by_name(one.place, other.place) * 0.9), ("point",)
    named = _by_name(one.place, other.place)
    inside = "grid" if one.grid and one.grid == other.grid else ""
    inside = inside or ("community" if one.community and one.community == other.community else "")
    if one.community and other.community and one.community != other.community:
        named *= 0.5
    near = min(named + (0.1 if inside and named >= 0.6 else 0.0), 1.0)
    return near, (*(("place",) if named >= 0.6 else ()), *((inside,) if inside else ()))


def distance(one: Spot, other: Spot) -> float:
    """Metres on the sphere."""
    assert one.lat is not None and one.lon is not None and other.lat is not None and other.lon is not None
    a, b, turn = math.radians(one.lat), math.radians(other.lat), math.radians(other.lon - one.lon)
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(turn / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))


def _by_name(one: str, other: str) -> float:
    """How much of the shorter phrase the longer one holds, heard and not read, where no number in them contradicts."""
    left, right = plain(one), plain(other)
    if _contradict(left, right):
        return 0.0
    short, long = sorted((GENERIC.sub("", left), GENERIC.sub("", right)), key=len)
    if len(short) < 2:
        return 0.0
    held = _pairs(short) & _pairs(long)
    return len(held) / len(_pairs(short)) * (MORE_EXACT if len(long) - len(short) >= 4 else 1.0)


def _pairs(place: str) -> set[str]:
    sounds = [sound(letter) for letter in place]
    return {f"{one} {other}" for one, other in pairwise(sounds)}


def plain(place: str) -> str:
    """十二幢 and 12幢 are one."""
    return "".join(DIGITS.get(letter, letter) for letter in _tens(place) if not letter.isspace())


def _tens(place: str) -> str:
    def number(found: re.Match[str]) -> str:
        tens, ones = (DIGITS.get(part, "") for part in (found[1], found[2]))
        return f"{tens or 1}{ones or 0}"

    return re.sub(r"([一二两三四五六七八九]?)十([一二三四五六七八九]?)", number, place)


def _contradict(one: str, other: str) -> bool:
    """12幢 here, 15幢 there; 东大街 here, 西大街 there."""
    if one != other and DIRECTION.sub("_", one) == DIRECTION.sub("_", other):
        return True
    found = [dict((unit, number) for number, unit in NUMBERED.findall(place)) for place in (one, other)]
    return any(unit in found[0] and unit in found[1] and found[0][unit] != found[1][unit] for unit in BOTH)
