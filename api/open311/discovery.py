"""Where a program finds this interface, and in which forms."""

from dataclasses import dataclass

from api.errors import NotFound

JURISDICTION = "320508"  # 姑苏区 in GB/T 2260, the national list of divisions
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-26T00:00:00+08:00"  # when what these addresses answer was changed last


@dataclass(frozen=True, slots=True)
class Endpoint:
    specification: str
    url: str
    changeset: str
    type: str
    formats: list[str]


@dataclass(frozen=True, slots=True)
class Discovery:
    changeset: str
    contact: str
    key_service: str
    endpoints: list[Endpoint]


def discovery(url: str) -> Discovery:
    """`url` is the address everything lies under, as the caller reached it."""
    return Discovery(
        changeset=CHANGED,
        contact="请联系本系统的管理员。",
        key_service="提交用的 api_key 由本系统的管理员发给：python -m api client add 程序名 --scope open311",
        endpoints=[Endpoint(SPECIFICATION, url, CHANGED, "production", ["text/xml", "application/json"])],
    )


def ours(jurisdiction: str) -> None:
    """It may be left out: there is only one. Raises NotFound for another one's."""
    if jurisdiction not in ("", JURISDICTION):
        raise NotFound(at="jurisdiction_id")
