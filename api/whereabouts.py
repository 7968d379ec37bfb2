"""Where a report belongs, from what its words name and from where its point lies. Pure."""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Grid:
    """A base grid with the names of what it lies in. `code` "": the place is known no closer than `community`."""

    code: str
    name: str
    kind: str
    street: str
    community: str
    demo: bool = False
    retired: bool = False


class Named(Protocol):
    """What a phrase names: `nlp.meaning.Where`."""

    @property
    def street(self) -> str: ...
    @property
    def community(self) -> str: ...
    @property
    def grid(self) -> str: ...
    @property
    def outside(self) -> str: ...
    @property
    def options(self) -> tuple[tuple[str, str], ...]: ...


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`elsewhere`: where the point lies when that is not what the words say."""

    street: str
    community: str
    grid: str
    elsewhere: Grid | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """For the ticket's record."""
        found = self.elsewhere
        return {"elsewhere": [found.street, found.community, found.code]} if found else {}


def settle(words: Named, spot: Grid | None, only: str = "") -> Whereabouts:
    """The point says which grid, and all where the words name nothing. Where they differ the words are believed: a
    telephone may be at home while its owner tells of the market. `only`: the one grid of the words' community."""
    named = words.options or (((words.street, words.community),) if words.street else ())
    if spot is None or words.grid:
        said = words.grid or only
        return Whereabouts(words.street, words.community, said, spot if spot and spot.code != said else None)
    nothing = not named and not words.outside
    if nothing or any(street == spot.street and community in ("", spot.community) for street, community in named):
        return Whereabouts(spot.street, spot.community, spot.code)
    return Whereabouts(words.street, words.community, "", spot)
