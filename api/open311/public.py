"""What a ticket looks like to the public: never a resident's words, place, name or exact position. Pure."""

from dataclasses import dataclass
from datetime import datetime

from api.deadlines import SHANGHAI
from api.lifecycle import ENDED, Status

CELLS_A_DEGREE = 200  # cells of 0.005 degrees, about 550 by 480 metres here: a place of some hundred homes, not a home
OPEN, CLOSED = "open", "closed"
NOTES: dict[Status, str] = {
    Status.REPORTED: "已收到，等待受理。",
    Status.FILED: "已受理，等待派遣。",
    Status.DISPATCHED: "已派遣，等待承办单位接单。",
    Status.IN_PROGRESS: "承办单位正在处理。",
    Status.REPORTED_BACK: "承办单位已反馈处理结果，等待核查。",
    Status.VERIFIED: "已处理并通过核查，等待反映人评价。",
    Status.CLOSED: "已办结。",
    Status.DECLINED: "经研究不予受理。",
    Status.MERGED: "与另一件是同一件事，已合并办理。",
    Status.WITHDRAWN: "反映人已撤回。",
}
Spot = tuple[float, float]  # latitude, longitude (WGS84)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a public answer is made from. `centre` is that of the grid, where one is known."""

    number: str
    code: str
    name: str
    agency: str
    status: Status
    street: str
    community: str
    spot: Spot | None
    requested_at: datetime
    updated_at: datetime
    expected_at: datetime | None
    centre: Spot | None = None


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A request as GeoReport v2 shows it, its fields in the order of the specification."""

    service_request_id: str
    status: str
    status_notes: str
    service_name: str
    service_code: str
    description: str
    agency_responsible: str | None
    service_notice: None
    requested_datetime: str
    updated_datetime: str
    expected_datetime: str | None
    address: str | None
    address_id: None
    zipcode: None
    lat: float | None
    long: float | None
    media_url: None


def shown(facts: Facts) -> ServiceRequest:
    """The item's name stands for what the resident wrote, street and community for where."""
    lat, long = facts.centre or (rounded(facts.spot) if facts.spot else (None, None))
    return ServiceRequest(
        service_request_id=facts.number,
        status=CLOSED if facts.status in ENDED else OPEN,
        status_notes=NOTES[facts.status],
        service_name=facts.name,
        service_code=facts.code,
        description=facts.name,
        agency_responsible=facts.agency or None,
        service_notice=None,
        requested_datetime=written(facts.requested_at),
        updated_datetime=written(facts.updated_at),
        expected_datetime=written(facts.expected_at) if facts.expected_at else None,
        address=f"{facts.street}{facts.community}" or None,
        address_id=None,
        zipcode=None,
        lat=lat,
        long=long,
        media_url=None,
    )


def rounded(spot: Spot) -> Spot:
    """The middle of the cell it lies in."""
    lat, long = (round(round(degrees * CELLS_A_DEGREE) / CELLS_A_DEGREE, 3) for degrees in spot)
    return lat, long


def written(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
