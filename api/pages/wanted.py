"""What the address of the queue asks for."""

from dataclasses import asdict, dataclass, fields, replace
from urllib.parse import parse_qsl, urlencode

from api.filters import Asked, Filters
from api.lifecycle import ENDED, OPEN, WAITS_ON, Role, Status
from api.pages.words import TABS

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """As it stands in the address; `owner` is who has it in hand."""

    tab: Asked = ""
    status: Asked = ""
    step: Asked = ""
    category: Asked = ""
    label: Asked = ""
    kind: Asked = ""
    street: Asked = ""
    community: Asked = ""
    grid: Asked = ""  # its code
    owner: Asked = ""
    source: Asked = ""
    late: Asked = ""
    unsure: Asked = ""
    q: Asked = ""
    cursor: Asked = ""

    def kept(self, **changes: str) -> str:
        """The address with these changes, from its first page."""
        now = asdict(self) | {"cursor": ""} | changes
        return "/queue?" + urlencode({name: value for name, value in now.items() if value})

    @property
    def narrowed(self) -> bool:
        return any(value for name, value in asdict(self).items() if name not in ("tab", "cursor"))

    @property
    def further(self) -> bool:
        """Something is asked for that stands behind 更多."""
        where, what = (self.community, self.grid), (self.step, self.category, self.kind)
        return any((*where, *what, self.owner, self.source, self.late, self.unsure))

    def filters(self, role: Role) -> Filters:
        tab = tab_of(self, role)
        status = self.status if self.status in statuses(tab, role) else ""
        return Filters(
            status=status or tab, step=self.step, category=self.category, label=self.label, kind=self.kind,
            street=self.street, community=self.community, grid=self.grid, assignee=self.owner, source=self.source,
            late=self.late, unsure=self.unsure, q=self.q.strip(), cursor=self.cursor,
        )  # fmt: skip


def read(address: str) -> Wanted:
    """Of a saved one; what is no part of it, or too long, is left out."""
    known = {one.name for one in fields(Wanted)}
    given = {name: value for name, value in parse_qsl(address) if name in known and len(value) <= LONGEST}
    return replace(Wanted(**given), cursor="")


def tab_of(wanted: Wanted, role: Role) -> str:
    if wanted.tab in TABS:
        return wanted.tab
    return "mine" if role is Role.SUPERVISOR or role in WAITS_ON.values() else "open"


def statuses(tab: str, role: Role) -> list[Status]:
    match tab:
        case "mine":
            return list(dict.fromkeys(status for (_, status), waits in WAITS_ON.items() if waits is role))
        case "ended":
            return list(ENDED)
        case _:
            return list(OPEN)
