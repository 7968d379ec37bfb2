"""A cast of staff and the ordinary life of a ticket, for the tests of the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from httpx import Response

from api import clockwork, people
from api.deadlines import SHANGHAI
from api.lifecycle import Action, Lane, Role, Status
from tests.conftest import Api

Headers = Mapping[str, str]
REPORT = {
    "channel": "web", "reporter": "r1", "text": "南门路菜场门口的路灯不亮了", "label": "street_light",
    "place": "南门路菜场门口",
}  # fmt: skip
LOCATED = {"text": "彩香一村三区门口的路灯不亮了", "place": "彩香一村三区"}  # the gazetteer knows its street
QUESTION = {"text": "房东不退押金怎么办", "label": "legal:tenancy", "place": "彩香一村三区"}
COMMUNITY, STREET, STREET_NAME = "320508019033", "320508019", "金阊街道"
NAMES = {
    Role.TRIAGE: "tina",
    Role.HANDLER: "hans",
    Role.VERIFIER: "vera",
    Role.ADVISER: "ada",
    Role.SUPERVISOR: "sam",
    Role.ADMIN: "adam",
}
OTHER = "hank"  # a handler who works with the one who leads
PEER = "bea"  # an adviser who reviews what the other means to answer
CALLERS = (*NAMES, Role.RESIDENT, Role.SYSTEM)  # the clock does not call


@dataclass
class Cast:
    """One member of staff a role, one resident and the bot; `headers` by role. `other`: those of OTHER."""

    api: Api
    headers: Mapping[Role, Headers]
    other: Headers

    async def do(self, role: Role, number: str, action: str, **given: Any) -> Response:
        return await call(self.api, self.headers[role], number, action, **given)

    def whose(self, role: Role, action: str) -> Headers:
        """Who does it of those with this role: the part of a joint unit is not the lead's to do, nor a review the
        adviser's whose answer it is."""
        if (role, action) == (Role.ADVISER, Action.REVIEW):
            return {"Authorization": f"Bearer {self.api.tokens[PEER]}"}
        return self.other if (role, action) == (Role.HANDLER, Action.CONTRIBUTE) else self.headers[role]

    async def done(self, role: Role, number: str, action: str, **given: Any) -> dict[str, Any]:
        return ok(await self.do(role, number, action, **given))

    async def read(self, number: str, role: Role = Role.TRIAGE) -> dict[str, Any]:
        return ok(await self.api.client.get(f"/api/v1/tickets/{number}", headers=self.headers[role]))

    async def timeline(self, number: str, role: Role = Role.TRIAGE) -> dict[str, Any]:
        return ok(await self.api.client.get(f"/api/v1/tickets/{number}/timeline", headers=self.headers[role]))

    async def at(self, lane: Lane, status: Status) -> str:
        """The number of a new ticket that has walked to `status`."""
        opened = await open_ticket(self.api, **(QUESTION if lane is Lane.LEGAL else {}))
        number = str(opened["number"])
        for role, action in PATHS[lane][status]:
            if role is Role.CLOCK:
                self.api.clock.forward(days=8)
                await clockwork.sweep(self.api.db, self.api.office)
            else:
                ok(await self.do(role, number, action, **await self.given(lane, action)))
        return number

    async def given(self, lane: Lane, action: Action) -> dict[str, Any]:
        """Everything any action needs."""
        into = (await open_ticket(self.api))["number"] if action is Action.MERGE else ""
        joint = action in (Action.INVITE, Action.RELEASE)
        to = (
            PEER
            if action is Action.ASK_REVIEW
            else OTHER
            if joint
            else NAMES[Role.ADVISER if lane is Lane.LEGAL else Role.HANDLER]
        )
        place = "观前街" if action is Action.CORRECT else ""
        words = {"note": "附言", "reason": "原因" + "，说得够长" * 2, "aside": "悄悄话"}
        return self.of_mediation() | words | {"to": to, "into": into, "score": 5, "place": place, "verdict": "agrees"}

    def of_mediation(self) -> dict[str, str]:
        now = self.api.clock().astimezone(SHANGHAI)
        return {
            "kind": "community", "party": "楼上丁家", "reach": "居委会找得到", "name": "沈梅", "how": "电话里说的",
            "on": f"{now:%Y-%m-%d}", "at": f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}", "where": "社区调解室",
            "outcome": "agreed",
        }  # fmt: skip


async def cast_of(api: Api) -> Cast:
    async with api.db.writing() as session:
        for role, name in NAMES.items():
            await people.add(session, api.clock, name, role)
            api.tokens[name] = await people.token_for(session, api.clock, name)
    staff = {role: await api.staff(name, role) for role, name in NAMES.items()}
    callers = staff | {Role.RESIDENT: api.resident(), Role.SYSTEM: api.bot()}
    return Cast(api, callers, await api.staff(OTHER, Role.HANDLER))


async def open_ticket(api: Api, **changes: Any) -> dict[str, Any]:
    answer = await api.client.post("/api/v1/tickets", json=REPORT | changes, headers=api.bot())
    assert answer.status_code == 201, answer.text
    opened: dict[str, Any] = answer.json()
    return opened


async def call(api: Api, headers: Headers, number: str, action: str, **given: Any) -> Response:
    return await api.client.post(f"/api/v1/tickets/{number}/actions/{action}", json=given, headers=headers)


def ok(answer: Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def draft(api: Api, headers: Headers, number: str, **written: Any) -> Response:
    return await api.client.put(f"/api/v1/tickets/{number}/draft", json=written, headers=headers)


async def claim(api: Api, channel: str = "web", **wanted: Any) -> list[dict[str, Any]]:
    wanted = {"worker": "w", "channels": [channel], "limit": 100} | wanted
    answer = await api.client.post("/api/v1/notices/claim", json=wanted, headers=api.bot())
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def carried(api: Api, channel: str = "web") -> list[dict[str, Any]]:
    """Claimed, and acknowledged as sent."""
    notices = await claim(api, channel)
    for notice in notices:
        assert (await acknowledge(api, notice, sent=True)).status_code == 200
    return notices


async def acknowledge(api: Api, notice: dict[str, Any], **answer: Any) -> Response:
    return await api.client.post(f"/api/v1/notices/{notice['id']}/ack", json=answer, headers=api.bot())


def failure(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def told(notices: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(notice["kind"], notice["address"]) for notice in notices]


Path = tuple[tuple[Role, Action], ...]
_FILED: Path = ((Role.TRIAGE, Action.FILE),)
_DISPATCHED: Path = (*_FILED, (Role.TRIAGE, Action.DISPATCH))
_IN_PROGRESS: Path = (*_DISPATCHED, (Role.HANDLER, Action.ACCEPT))
_REPORTED_BACK: Path = (*_IN_PROGRESS, (Role.HANDLER, Action.REPORT_BACK))
_VERIFIED: Path = (*_REPORTED_BACK, (Role.VERIFIER, Action.PASS))
_ANSWERED: Path = ((Role.ADVISER, Action.ACCEPT), (Role.ADVISER, Action.REPORT_BACK))
PATHS: dict[Lane, dict[Status, Path]] = {
    Lane.PUBLIC: {
        Status.REPORTED: (),
        Status.FILED: _FILED,
        Status.DISPATCHED: _DISPATCHED,
        Status.IN_PROGRESS: _IN_PROGRESS,
        Status.REPORTED_BACK: _REPORTED_BACK,
        Status.VERIFIED: _VERIFIED,
        Status.CLOSED: (*_VERIFIED, (Role.CLOCK, Action.EXPIRE)),
        Status.DECLINED: ((Role.TRIAGE, Action.DECLINE),),
        Status.MERGED: ((Role.TRIAGE, Action.MERGE),),
        Status.WITHDRAWN: ((Role.RESIDENT, Action.WITHDRAW),),
    },
    # the system files and dispatches it at once, the cast has an adviser
    Lane.LEGAL: {
        Status.DISPATCHED: (),
        Status.IN_PROGRESS: _ANSWERED[:1],
        Status.REPORTED_BACK: _ANSWERED,
        Status.CLOSED: (*_ANSWERED, (Role.CLOCK, Action.EXPIRE)),
        Status.WITHDRAWN: ((Role.RESIDENT, Action.WITHDRAW),),
    },
}
