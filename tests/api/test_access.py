"""Every route and every caller: who is let in, who is told that there is no such thing."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, update

from api import auth, credentials, passwords, people
from api.lifecycle import Lane, Role, Status
from api.models import Staff, Ticket
from tests.api.cases import a_case
from tests.api.drawn import CODE, feature, geojson, imported
from tests.api.life import CALLERS, REPORT, Cast, Headers, call, ok, open_ticket
from tests.conftest import Api

STAFF = {Role.TRIAGE, Role.HANDLER, Role.VERIFIER, Role.ADVISER, Role.SUPERVISOR, Role.ADMIN}
ALL = STAFF | {Role.RESIDENT, Role.SYSTEM}
SEES = ALL - {Role.ADVISER}
LOOKS = {Role.TRIAGE, Role.HANDLER, Role.VERIFIER, Role.SUPERVISOR}
ACT: dict[str, Any] = {"note": "n", "reason": "r"}
# (method, path, body, who is answered, what the others are answered); the ticket lies dispatched with hans
ROUTES: list[tuple[str, str, dict[str, Any] | None, set[Role], int]] = [
    ("POST", "/api/v1/tickets", REPORT, {Role.SYSTEM, Role.RESIDENT, Role.TRIAGE, Role.SUPERVISOR}, 403),
    ("GET", "/api/v1/tickets", None, ALL, 0),
    ("GET", "/api/v1/tickets/{number}", None, SEES, 404),
    ("GET", "/api/v1/tickets/{number}/timeline", None, SEES, 404),
    ("POST", "/api/v1/tickets/{number}/notes", {"text": "附言"}, SEES, 404),
    ("POST", "/api/v1/tickets/{number}/photos", None, SEES, 404),
    ("GET", "/api/v1/tickets/{number}/photos/{photo}", None, SEES, 404),
    ("GET", "/api/v1/tickets/{number}/photos/{photo}/small", None, SEES, 404),
    ("POST", "/api/v1/tickets/{number}/identity", {"reason": "联系居民"}, LOOKS, 404),
    ("GET", "/api/v1/grids?place=彩香一村三区", None, STAFF | {Role.SYSTEM}, 403),
    ("GET", "/api/v1/grids/{code}", None, STAFF | {Role.SYSTEM}, 403),
    ("GET", "/api/v1/areas/{code}/units", None, STAFF | {Role.SYSTEM}, 403),
    ("GET", "/api/v1/tickets/{number}/route", None, {Role.TRIAGE, Role.SUPERVISOR}, 403),
    ("GET", "/api/v1/organisation/troubles", None, {Role.SUPERVISOR, Role.ADMIN}, 403),
    ("GET", "/api/v1/contractors", None, {Role.SUPERVISOR, Role.ADMIN}, 403),
    ("GET", "/api/v1/queue/stream?wait=0", None, STAFF, 403),
    ("PUT", "/api/v1/tickets/{number}/hold", {"over": True}, {Role.SUPERVISOR}, 404),
    ("DELETE", "/api/v1/tickets/{number}/hold", None, {Role.TRIAGE, Role.SUPERVISOR}, 404),
    ("PUT", "/api/v1/tickets/{number}/presence", {"doing": "looks"}, SEES - {Role.RESIDENT, Role.SYSTEM}, 404),
    ("PUT", "/api/v1/tickets/{number}/draft", {"note": "可以要回"}, set(), 404),  # of a legal matter: test_drafts
    ("POST", "/api/v1/understand", {"text": "路灯不亮"}, ALL, 0),
    ("POST", "/api/v1/notices/claim", {"worker": "w", "channels": ["telegram"]}, {Role.SYSTEM}, 403),
    ("POST", "/api/v1/staff/bind", {"channel": "telegram", "address": "7", "code": "{code}"}, {Role.SYSTEM}, 403),
    ("POST", "/api/v1/staff/unbind", {"channel": "telegram", "address": "7"}, {Role.SYSTEM}, 403),
    ("POST", "/api/v1/notices/1/ack", {"sent": True}, {Role.SYSTEM}, 403),
    ("GET", "/api/v1/subscriptions", None, {Role.RESIDENT}, 403),
    ("PUT", "/api/v1/subscriptions", {"topic": "房屋租赁"}, {Role.RESIDENT}, 403),
    ("DELETE", "/api/v1/subscriptions", None, {Role.RESIDENT}, 403),
    ("POST", "/api/v1/cases/similar", {"label": "legal:tenancy", "text": "押金不退"}, {Role.SYSTEM}, 403),
    ("POST", "/api/v1/cases/{case_id}/read", {"outcome": "shown"}, {Role.SYSTEM}, 403),
    # only programs of other offices, by keys of their own: test_intake
    ("POST", "/api/v1/intake/12345", {"orderNo": "1", "content": "路灯不亮"}, set(), 401),
    ("GET", "/open311/v2/discovery.{format}", None, ALL, 0),
    ("GET", "/open311/v2/services.{format}", None, ALL, 0),
    ("GET", "/open311/v2/services/{service_code}.{format}", None, ALL, 0),
    ("GET", "/open311/v2/requests.{format}", None, ALL, 0),
    ("GET", "/open311/v2/requests/{service_request_id}.{format}", None, ALL, 0),
    ("GET", "/open311/v2/tokens/{token}.{format}", None, ALL, 0),
    ("POST", "/open311/v2/requests.{format}", {}, set(), 403),  # by an api_key of its own: test_open311
    ("GET", "/healthz", None, ALL, 0),
    ("GET", "/readyz", None, ALL, 0),
    ("GET", "/metrics", None, ALL, 0),
]
NO_BEARER = ("/healthz", "/readyz", "/metrics", "/open311")


@pytest.mark.parametrize(("method", "path", "body", "allowed", "refused"), ROUTES)
async def test_every_route_and_every_role(
    cast: Cast,
    picture: bytes,
    tmp_path: Path,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    allowed: set[Role],
    refused: int,
) -> None:
    await imported(cast.api, geojson(tmp_path, feature(1)))
    number = await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    posted = {"files": {"file": picture}} if path.endswith("/photos") else {"json": body}
    sent = await cast.api.client.post(
        f"/api/v1/tickets/{number}/photos", files={"file": picture}, headers=cast.headers[Role.SYSTEM]
    )
    if body and "code" in body:
        async with cast.api.db.writing() as session:
            adam = await people.called(session, "adam")
            code = await credentials.binding_code(session, adam.id, cast.api.clock())
        posted = {"json": body | {"code": code}}
    numbers = dict.fromkeys(("number", "service_request_id", "token"), number)
    numbers["case_id"] = str(await a_case(cast.api))
    address = path.format(
        **numbers, photo=ok(sent)["photo"], code=f"{CODE}01", service_code="street_light", format="json"
    )
    for role in CALLERS:
        answer = await cast.api.client.request(method, address, headers=cast.headers[role], **posted)
        forbidden = {refused, 403} if refused == 404 else {refused}
        assert answer.is_success if role in allowed else answer.status_code in forbidden, (role, answer.text)
    if not path.startswith(NO_BEARER):
        for headers in WRONG:
            answer = await cast.api.client.request(method, address, headers=headers, **posted)
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), headers
            assert answer.headers["www-authenticate"] == "Bearer"


WRONG: list[dict[str, str]] = [
    {},
    {"Authorization": "Bearer wrong"},
    {"Authorization": "Bearer "},
    {"Authorization": "Basic dGluYTp4"},
    {"Authorization": "Bearer wrong", "X-Resident": "web:r1"},
    {"X-Resident": "web:r1"},
    {"Cookie": f"{auth.COOKIE}=wrong"},
]


def test_the_table_names_every_route(sqlite_api: Api) -> None:
    documented = {(method.upper(), path) for path, row in sqlite_api.app.openapi()["paths"].items() for method in row}
    tried = {
        (method, path.split("?")[0].replace("/1/ack", "/{notice_id}/ack").replace("/12345", "/{source}"))
        for method, path, *_ in ROUTES
    }
    assert documented - tried == {
        ("POST", "/api/v1/tickets/{number}/actions/{action}"),
        ("POST", "/api/v1/tickets/{number}/followers"),
    }, "the one is in test_lifecycle, the other in test_duplicates"


@pytest.mark.parametrize("headers", ["tina", "resident"])
@pytest.mark.parametrize("number", ["GS20261123-9999", "nothing", "' OR 1=1 --", "%00", "..%2F..", "0" * 500])
async def test_an_unknown_number_is_not_found(cast: Cast, headers: str, number: str) -> None:
    who = cast.headers[Role.TRIAGE if headers == "tina" else Role.RESIDENT]
    for method, path, body in (
        ("GET", "", None),
        ("GET", "/timeline", None),
        ("POST", "/notes", {"text": "附言"}),
        ("POST", "/actions/file", {}),
        ("GET", "/photos/x", None),
        ("GET", "/photos/x/small", None),
    ):
        answer = await cast.api.client.request(method, f"/api/v1/tickets/{number}{path}", json=body, headers=who)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), answer.text


async def test_a_number_that_is_not_theirs_is_not_found(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.VERIFIED)
    for other in (cast.api.resident(address="r2"), cast.api.resident("telegram", "r1")):
        assert (await cast.api.client.get(f"/api/v1/tickets/{number}", headers=other)).status_code == 404
        assert (await call(cast.api, other, number, "rate", score=1)).status_code == 404
        assert ok(await cast.api.client.get("/api/v1/tickets", headers=other))["tickets"] == []


async def test_a_resident_reports_for_nobody_else(api: Api) -> None:
    for changes in ({"reporter": "r2"}, {"channel": "telegram"}):
        answer = await api.client.post("/api/v1/tickets", json=REPORT | changes, headers=api.resident())
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "odd", ["", "web", ":r1", "web:", "web: ", "we b:r1", "网:r1", "web:r\x7f", "web:" + "r" * 300]
)
async def test_an_odd_resident_is_refused_and_never_the_bot(cast: Cast, odd: str) -> None:
    await cast.at(Lane.PUBLIC, Status.REPORTED)
    headers = [*cast.api.bot().items(), ("X-Resident", odd)]
    answer = await cast.api.client.get("/api/v1/tickets", headers=[(k.encode(), v.encode()) for k, v in headers])
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


async def test_addresses_may_hold_colons_and_spaces(api: Api) -> None:
    ticket = await open_ticket(api, channel="matrix", reporter="@r 1:server:8448")
    mine = await api.client.get("/api/v1/tickets", headers=api.resident("matrix", "@r 1:server:8448"))
    assert [row["number"] for row in ok(mine)["tickets"]] == [ticket["number"]]


async def test_a_streets_staff_see_their_street_and_what_has_none(api: Api) -> None:
    here = (await open_ticket(api, place="彩香一村三区"))["number"]
    nowhere = (await open_ticket(api, text="路灯不亮", place="老地方"))["number"]
    await open_ticket(api, text="观前街路灯不亮", place="观前街")
    for role in (Role.TRIAGE, Role.VERIFIER, Role.SUPERVISOR, Role.ADMIN):
        for scope in ("320508019", "320508019033"):
            theirs = await api.staff(f"{role.value}-{scope}", role, scope)
            listed = ok(await api.client.get("/api/v1/tickets", headers=theirs))["tickets"]
            assert {ticket["number"] for ticket in listed} == {here, nowhere}


async def test_a_units_people_see_their_units_tickets(api: Api) -> None:
    code = await api.contractor("金阊街道")
    number = (await open_ticket(api, text="彩香一村三区门口的路灯不亮了", place="彩香一村三区"))["number"]
    one, two = await api.staff("one", Role.HANDLER, code), await api.staff("two", Role.HANDLER)
    assert ok(await call(api, one, number, "accept"))["status"] == "in_progress"
    assert (await call(api, two, number, "report_back", note="修好了")).status_code == 404


async def test_a_communitys_staff_see_their_community_and_what_has_none(api: Api) -> None:
    here = (await open_ticket(api, place="彩香一村三区"))["number"]
    streets = (await open_ticket(api, place="金阊街道"))["number"]
    beside = (await open_ticket(api, place="三元四村"))["number"]
    theirs = await api.staff("clara", Role.TRIAGE, "320508019033")
    listed = {ticket["number"] for ticket in ok(await api.client.get("/api/v1/tickets", headers=theirs))["tickets"]}
    assert {here, streets} <= listed and beside not in listed
    assert (await api.client.get(f"/api/v1/tickets/{beside}", headers=theirs)).status_code == 404


async def test_who_has_left_gets_in_no_more(cast: Cast) -> None:
    async with cast.api.db.writing() as session:
        await session.exec(update(Staff).where(col(Staff.name) == "tina").values(active=False))
    assert (await cast.api.client.get("/api/v1/tickets", headers=cast.headers[Role.TRIAGE])).status_code == 401


async def test_a_new_token_ends_the_one_before(api: Api) -> None:
    old = await api.staff("tina", Role.TRIAGE)
    async with api.db.writing() as session:
        new = {"Authorization": f"Bearer {await people.token_for(session, api.clock, 'tina')}"}
    answers = [await api.client.get("/api/v1/tickets", headers=headers) for headers in (old, new)]
    assert [answer.status_code for answer in answers] == [401, 200]


async def test_a_cookie_writes_only_with_its_csrf(cast: Cast) -> None:
    await cast.api.staff("tess", Role.TRIAGE, password="geheim")
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    async with cast.api.db.writing() as session:
        cookie = await passwords.sign_in(session, "tess", "geheim", cast.api.clock())
        assert cookie and await passwords.sign_in(session, "tess", "falsch", cast.api.clock()) is None
    async with cast.api.db.reading() as session:
        found = await credentials.by_cookie(session, cookie, cast.api.clock())
        assert found is not None
    signed_in: Headers = {"Cookie": f"{auth.COOKIE}={cookie}"}
    assert (await cast.api.client.get(f"/api/v1/tickets/{number}", headers=signed_in)).status_code == 200
    assert (await call(cast.api, signed_in, number, "file")).json()["reason"] == "csrf"
    assert (await call(cast.api, {**signed_in, "X-CSRF": found[1].csrf}, number, "file")).status_code == 200
    cast.api.clock.forward(hours=13)
    assert (await cast.api.client.get(f"/api/v1/tickets/{number}", headers=signed_in)).status_code == 401


async def test_pages_end_and_hold_each_ticket_once(cast: Cast) -> None:
    async with cast.api.db.writing() as session:
        for i in range(101):
            session.add(_row(cast.api, i))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ok(
            await cast.api.client.get(f"/api/v1/tickets?status=open&cursor={cursor}", headers=cast.headers[Role.TRIAGE])
        )
        seen += [ticket["number"] for ticket in page["tickets"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 101
    assert seen[:33] == [f"N-{i}" for i in range(2, 101, 3)], "danger first, then the oldest"


def _row(api: Api, i: int) -> Ticket:
    now = api.clock()
    return Ticket(
        number=f"N-{i}", lane=Lane.PUBLIC, kind="item", label="street_light", status=Status.REPORTED, priority=i % 3,
        text="t", channel="web", reported_at=now, status_at=now,
    )  # fmt: skip
