"""gazetteer.yaml -> what is known of the district's places, and which of them a phrase means."""

import re
from collections.abc import Iterator, Set
from functools import cached_property
from itertools import chain
from pathlib import Path

from pydantic import Field, ValidationError
from rapidfuzz import fuzz, process

from nlp.catalogue import BadCatalogue, Frozen, read_yaml
from nlp.letters import sound
from nlp.meaning import Where

GAZETTEER_FILE = Path(__file__).parent / "gazetteer.yaml"
SPECIFIC = {
    "compound": 3,
    "school": 3,
    "market": 3,
    "hospital": 3,
    "mall": 3,
    "park": 3,
    "sight": 3,
    "lane": 2,
    "road": 1,
}
NEAR_ENOUGH = 85  # rapidfuzz ratio, 0-100, of a mistyped name that still counts
OWN_DISTRICT = ("姑苏区", "姑苏")
TOWN = ("区", "市", "县", "镇", "街道")
OLD_NAME = "虎丘区"  # many say so and mean 虎丘, which is ours
LINKED = re.compile(r"[跟和与往到向靠近边从离在住\s]|交界")  # what stands between two places, and not within one
NEARBY = re.compile("(?:不远|附近|旁边|隔壁|对面)的")  # 离拙政园不远的潘儒巷: the place is what follows


class Community(Frozen):
    code: str
    name: str
    street: str
    aliases: tuple[str, ...] = ()


class Place(Frozen):
    """`street` or `community` "" where the place lies in several, or nobody is sure."""

    name: str
    kind: str
    street: str = ""
    community: str = ""
    aliases: tuple[str, ...] = ()
    sure: bool = True


class Outside(Frozen):
    name: str
    district: str
    aliases: tuple[str, ...] = ()


class Ambiguous(Frozen):
    name: str
    note: str


class Gazetteer(Frozen):
    communities: tuple[Community, ...] = Field(min_length=1)
    places: tuple[Place, ...]
    outside: tuple[Outside, ...]
    not_places: tuple[str, ...]
    ambiguous: tuple[Ambiguous, ...]
    generic: dict[str, tuple[str, ...]]  # kind -> endings of names
    grammar: dict[str, tuple[str, ...]]  # word lists of places.py

    @cached_property
    def streets(self) -> frozenset[str]:
        return frozenset(community.street for community in self.communities)

    @cached_property
    def inside(self) -> dict[str, list[Place]]:
        """Every name and alias -> the places it may mean; a community counts as the place it is."""
        known: dict[str, list[Place]] = {}
        own = (
            Place(name=c.name, kind="community", street=c.street, community=c.name, aliases=c.aliases)
            for c in self.communities
        )
        streets = (Place(name=street, kind="street", street=street) for street in sorted(self.streets))
        for place in chain(self.places, own, streets):
            for name in (place.name, *place.aliases):
                known.setdefault(name.lower(), []).append(place)
        return known

    @cached_property
    def beyond(self) -> dict[str, str]:
        return {name: o.district for o in self.outside for name in (o.name, *o.aliases) if name not in self.inside}

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset({*self.inside, *self.beyond, *OWN_DISTRICT})

    @cached_property
    def by_head(self) -> dict[str, list[str]]:
        """Two first letters -> the names, and the words that only look like names, longest first."""
        known: dict[str, list[str]] = {}
        for name in sorted({*self.names, *self.not_places}, key=len, reverse=True):
            known.setdefault(name[:2], []).append(name)
        return known

    @cached_property
    def towns(self) -> frozenset[str]:
        """Districts, cities and towns elsewhere, with and without their 镇."""
        known = ({outside.name, *outside.aliases} for outside in self.outside)
        towns = frozenset(name for names in known if any(name.endswith(TOWN) for name in names) for name in names)
        return frozenset(name for name in towns & self.beyond.keys() if not name.endswith(OLD_NAME))

    @cached_property
    def _uprooted(self) -> re.Pattern[str]:
        return re.compile("|".join(self.grammar["elsewhere"]))

    def mentions(self, plain: str, edges: Set[int]) -> Iterator[tuple[int, str]]:
        """(start, name) of each known name, the longest at each place; 杨枝甘露 hides what it holds. `edges`: where
        words begin and end."""
        start = 0
        while start < len(plain):
            heads = self.by_head.get(plain[start : start + 2], ())
            name = next((name for name in heads if self._is_there(name, plain, start, edges)), "")
            if name in self.names:
                yield start, name
            start += len(name) or 1

    def _is_there(self, name: str, plain: str, start: int, edges: Set[int]) -> bool:
        """A name elsewhere must be words of its own, as who is told so is sent away: 非常熟悉 is not 常熟, 上海银行 not
        in 上海."""
        end = start + len(name)
        if not plain.startswith(name, start):
            return False
        whole = {start, end} <= edges and not plain[:start][-1:].isdigit()
        return name not in self.beyond or (whole and not self._uprooted.match(plain, end))

    @cached_property
    def by_sound(self) -> dict[tuple[str, ...], str]:
        """The syllables of our own names -> the name, longest first. A house number has none, and every 市中 sounds
        like 四中."""
        known = sorted(self.inside, key=lambda name: (-len(name), name))
        heard = (name for name in known if len(name) > 2 and any(place.kind != "school" for place in self.inside[name]))
        return {tuple(map(sound, name)): name for name in heard if all(map(sound, name))}

    @cached_property
    def closing(self) -> frozenset[str]:
        """Letters after which another name may begin: 海景花园 is not 锦华苑, though 景花园 sounds like it."""
        return frozenset(word[-1] for name in ("admin", "short_tails") for word in self.grammar[name])

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """Of the names in `by_sound`, in syllables, longest first."""
        return tuple(dict.fromkeys(map(len, self.by_sound)))

    @cached_property
    def long_names(self) -> list[str]:
        """Those that are still known with a letter wrong."""
        return [name for name in self.inside if len(name) > 3]


def load_gazetteer(file: Path = GAZETTEER_FILE) -> Gazetteer:
    """Raises BadCatalogue."""
    try:
        return Gazetteer.model_validate(read_yaml(file))
    except ValidationError as error:
        first = error.errors()[0]
        raise BadCatalogue(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def locate(gazetteer: Gazetteer, phrase: str, edges: Set[int]) -> Where:
    """Street and community of a phrase; `options` when its best names lie in different ones. `edges`: where words begin
    and end in it."""
    named = _named(gazetteer, phrase, edges)
    if district := _elsewhere(gazetteer, phrase, named):
        return Where(outside=district)
    found = [name for _, name in named] or _nearly_named(gazetteer, phrase)
    inside = [place for name in found for place in gazetteer.inside.get(name, ())]
    return _agreed(gazetteer, inside) if inside else Where()


def _elsewhere(gazetteer: Gazetteer, phrase: str, named: list[tuple[int, str]]) -> str:
    """The other district that it lies in. Beside a name of our own only a town counts that leads to that, or a part of
    a road: 三香路往新区方向 is ours, 相城区人民路 and 城北东路相城段 are not."""
    own = next((start for start, name in named if name in gazetteer.inside or name in OWN_DISTRICT), None)
    for start, name in named:
        end = start + len(name)
        if name not in gazetteer.beyond:
            continue
        if own is None or phrase.startswith("段", end) or _leads(gazetteer, phrase, start, name, own):
            return gazetteer.beyond[name]
    return ""


def _leads(gazetteer: Gazetteer, phrase: str, start: int, name: str, own: int) -> bool:
    """Directly before the name of ours, or with its full title at the beginning and nothing that parts them."""
    end = start + len(name)
    whole = not start and name.endswith(TOWN) and end < own and not LINKED.search(phrase, end, own)
    return name in gazetteer.towns and (whole or (end == own and not LINKED.match(phrase, max(start - 1, 0), start)))


def _agreed(gazetteer: Gazetteer, places: list[Place]) -> Where:
    """A street named outright rules; then the most specific places speak; then the others."""
    if named := [place.street for place in places if place.kind == "street"]:
        places = [place for place in places if place.street == named[0]]
    known = [place for place in places if place.street]
    if not known:
        return Where()
    top = max(SPECIFIC.get(place.kind, 2) for place in known)
    best = [place for place in known if SPECIFIC.get(place.kind, 2) == top]
    pairs = tuple(dict.fromkeys((place.street, _community(place)) for place in best))
    if len({street for street, _ in pairs}) > 1:
        return Where(options=pairs)
    communities = {community for _, community in pairs if community}
    return Where(street=pairs[0][0], community=communities.pop() if len(communities) == 1 else "")


def _community(place: Place) -> str:
    """A road runs through several communities, whatever its name says."""
    return "" if place.kind == "road" else place.community


def _named(gazetteer: Gazetteer, phrase: str, edges: Set[int]) -> list[tuple[int, str]]:
    """(start, name) of those that say where it is."""
    names = [one for one in gazetteer.mentions(phrase, edges) if not _part_of_another(phrase, *one)]
    last = max((at for at, (_, name) in enumerate(names) if name in gazetteer.inside), default=0)
    return [one for at, one in enumerate(names) if at >= last or not NEARBY.match(phrase, one[0] + len(one[1]))]


def _part_of_another(phrase: str, start: int, name: str) -> bool:
    """虎丘 in 虎丘路 or 竹辉 in 竹辉路, where the longer name is not known, is that road and not the community."""
    return phrase[start + len(name) :].startswith(("路", "街", "巷", "弄", "桥", "河")) and not name.endswith(
        ("路", "街")
    )


def _nearly_named(gazetteer: Gazetteer, phrase: str) -> list[str]:
    heard = tuple(map(sound, phrase))
    for length in gazetteer.lengths:
        for start in range(len(heard) - length + 1):
            name = gazetteer.by_sound.get(heard[start : start + length])
            if name and (not start or not heard[start - 1] or phrase[start - 1] in gazetteer.closing):
                return [name]
    near = process.extractOne(phrase, gazetteer.long_names, scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    return [near[0]] if near else []
