"""What nobody should send: refused as malformed, or made harmless, and never a 500."""

import json
import math
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from httpx import Response

from api.lifecycle import Lane, Role, Status
from tests.api.life import REPORT, Cast, call, ok, open_ticket
from tests.conftest import Api

NUL, LONE = "前\x00后", "前\ud800后"
HUGE = 10**400

REPORTS: dict[str, dict[str, Any]] = {
    "no text": {"text": ""},
    "only spaces": {"text": " \n\t　"},
    "only what is invisible": {"text": "\x00\x01"},
    "10,000 characters": {"text": "灯" * 10_000},
    "text that is a number": {"text": 7},
    "text that is a list": {"text": ["路灯"]},
    "no channel": {"channel": ""},
    "the channel of staff": {"channel": "desk"},
    "a channel with a colon": {"channel": "web:r1"},
    "a channel with a line end": {"channel": "web\n"},
    "no reporter": {"reporter": None},
    "a reporter with NUL": {"reporter": "r\x00"},
    "a reporter with a lone surrogate": {"reporter": LONE},
    "a reporter too long": {"reporter": "r" * 101},
    "a place too long": {"place": "幢" * 301},
    "a latitude off the globe": {"lat": 91},
    "a latitude that is text": {"lat": "31.3"},
    "a latitude that is huge": {"lat": HUGE},
    "urgent as text": {"urgent": "yes"},
    "an unknown field": {"status": "closed"},
    "an unknown field with a lone surrogate": {"\ud800": 1},
    "an unknown label": {"label": "nonsense"},
    "an act for a label": {"label": "act:greet"},
    "a label with NUL": {"label": "street\x00light"},
}


@pytest.mark.parametrize("changes", REPORTS.values(), ids=REPORTS.keys())
async def test_refuses_a_report(sqlite_api: Api, changes: dict[str, Any]) -> None:
    await refused(sqlite_api, json.dumps(REPORT | changes))


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "null": b"null",
    "not UTF-8": b'{"text": "\xff\xfe"}',
    "a text for an object": b'"text"',
    "infinity": json.dumps(REPORT | {"lat": math.inf}).encode(),
    "not a number": json.dumps(REPORT | {"lat": math.nan}).encode(),
    "5,000 digits": b'{"lat": ' + b"9" * 5000 + b"}",
    "deeper than the stack": b"[" * 100_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_refuses_a_body(sqlite_api: Api, body: bytes) -> None:
    await refused(sqlite_api, body)


async def refused(api: Api, body: str | bytes) -> None:
    headers = api.bot() | {"Content-Type": "application/json"}
    answer = await api.client.post("/api/v1/tickets", content=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in ("malformed", "unknown_label")
    assert answer.json()["status"] == 422


async def test_a_complaint_repeats_nothing_of_what_was_sent(api: Api) -> None:
    secret = {"text": ["我家的秘密"], "reporter": {"电话": "13900000000"}}
    answer = await api.client.post("/api/v1/tickets", json=REPORT | secret, headers=api.bot())
    assert answer.status_code == 422
    assert "秘密" not in answer.text and "139" not in answer.text
    assert {row["at"] for row in answer.json()["errors"]} == {"body.text", "body.reporter"}


async def posted(cast: Cast, role: Role, path: str, body: dict[str, Any]) -> Response:
    """The body as ASCII: httpx would not send a lone surrogate."""
    headers = {**cast.headers[role], "Content-Type": "application/json"}
    return await cast.api.client.post(f"/api/v1{path}", content=json.dumps(body), headers=headers)


@pytest.mark.parametrize("words", [NUL, LONE, "前\x1b后", "前\x7f后"])
async def test_cleans_what_nobody_can_type(cast: Cast, words: str) -> None:
    ticket = ok(await posted(cast, Role.SYSTEM, "/tickets", REPORT | {"text": words, "place": words}))
    assert (ticket["text"], ticket["place"]) == ("前 后", "前 后")
    path = f"/tickets/{ticket['number']}"
    for role, action, given in (
        (Role.TRIAGE, "ask", {"note": words}),
        (Role.RESIDENT, "reply", {"note": words}),
        (Role.TRIAGE, "correct", {"place": words, "reason": words}),
        (Role.TRIAGE, "decline", {"reason": words}),
    ):
        ok(await posted(cast, role, f"{path}/actions/{action}", given))
    ok(await posted(cast, Role.TRIAGE, f"{path}/notes", {"text": words}))
    ok(await posted(cast, Role.TRIAGE, "/understand", {"text": words}))
    events = (await cast.timeline(ticket["number"]))["events"]
    assert {event["note"] or event["reason"] for event in events} == {"前 后"}


ACTS: dict[str, tuple[str, dict[str, Any], tuple[int, ...]]] = {
    "an unknown action": ("explode", {}, (422,)),
    "a score of nought": ("rate", {"score": 0}, (422,)),
    "a score of six": ("rate", {"score": 6}, (422,)),
    "a score and a half": ("rate", {"score": 1.5}, (422,)),
    "a score of True": ("rate", {"score": True}, (422,)),
    "a score as text": ("rate", {"score": "5"}, (422,)),
    "a huge score": ("rate", {"score": HUGE}, (422,)),
    "words too long": ("dispute", {"reason": "字" * 4001}, (422,)),
    "an unknown field": ("dispute", {"reason": "没修好", "status": "closed"}, (422,)),
    "no reason": ("dispute", {}, (422,)),
    "a blank reason": ("dispute", {"reason": " \x00 "}, (422,)),
}


@pytest.mark.parametrize(("action", "given", "codes"), ACTS.values(), ids=ACTS.keys())
async def test_refuses_an_action(cast: Cast, action: str, given: dict[str, Any], codes: tuple[int, ...]) -> None:
    number = await cast.at(Lane.PUBLIC, Status.VERIFIED)
    answer = await cast.do(Role.RESIDENT, number, action, **given)
    assert answer.status_code in codes, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await cast.read(number))["status"] == "verified"


TARGETS = ["' OR 1=1 --", NUL, "x" * 4000, "%", "station-", "<b>hans</b>"]


@pytest.mark.parametrize("target", TARGETS)
async def test_refuses_a_target(cast: Cast, target: str) -> None:
    number = await cast.at(Lane.PUBLIC, Status.FILED)
    for action in ("dispatch", "merge"):
        assert (await cast.do(Role.TRIAGE, number, action, to=target, into=target)).status_code == 422
    corrected = await cast.do(Role.TRIAGE, number, "correct", label=target, reason="看错了")
    assert (corrected.status_code, corrected.json()["code"]) == (422, "unknown_label")


HOSTILE = ["' OR 1=1 --", "%' ; DROP TABLE ticket; --", "%", "_", "\\", "\x00", "<script>", "路" * 200, "'\"`$(ls)"]


@pytest.mark.parametrize("field", ["q", "status", "label", "grid", "assignee"])
async def test_searches_for_hostile_words_find_nothing(cast: Cast, field: str) -> None:
    await cast.at(Lane.PUBLIC, Status.REPORTED)
    for words in HOSTILE[:5] + HOSTILE[6:]:
        answer = await cast.api.client.get("/api/v1/tickets", params={field: words}, headers=cast.headers[Role.TRIAGE])
        assert ok(answer)["tickets"] == [], words
    for words in ("\x00", "路" * 201):
        answer = await cast.api.client.get("/api/v1/tickets", params={field: words}, headers=cast.headers[Role.TRIAGE])
        assert answer.status_code in (200, 422)


async def test_sql_in_a_text_is_a_text(cast: Cast) -> None:
    for words in ("'); DROP TABLE ticket; --", "100%_\\", "<b>灯</b>"):
        number = (await open_ticket(cast.api, text=words))["number"]
        found = await cast.api.client.get("/api/v1/tickets", params={"q": words}, headers=cast.headers[Role.TRIAGE])
        assert [(row["number"], row["text"]) for row in ok(found)["tickets"]] == [(number, words)]
        assert found.headers["content-type"] == "application/json"


def cursor(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


CURSORS = [
    "x", "网", "AAAA", "=" * 200, "x" * 201, cursor("1|2|3"), cursor(f"1|2026-11-23T09:30:00+08:00|{2**70}"),
    cursor("9|2026-11-23T09:30:00+08:00|1"), cursor("0|2026-11-23T09:30:00+08:00|-1"),
    cursor("0|0001-01-01T00:00:00+14:00|1"), cursor("0|9999-12-31T23:59:59-14:00|1"), cursor(f"{'9' * 5000}|2|3")[:200],
]  # fmt: skip


@pytest.mark.parametrize("bad", CURSORS)
async def test_refuses_a_cursor_it_never_gave(api: Api, bad: str) -> None:
    answer = await api.client.get("/api/v1/tickets", params={"cursor": bad}, headers=api.bot())
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", str(2**31), str(10**30), "٣"])
async def test_refuses_the_number_of_a_notice(api: Api, number: str) -> None:
    answer = await api.client.post(f"/api/v1/notices/{number}/ack", json={"sent": True}, headers=api.bot())
    assert answer.status_code in (404, 422)


CLAIMS: list[dict[str, Any]] = [
    {"worker": ""}, {"worker": NUL}, {"channels": []}, {"channels": ["web"] * 11}, {"channels": [""]}, {"limit": 0},
    {"limit": 101}, {"limit": "20"}, {"wait": -1}, {"wait": 31}, {"wait": math.nan}, {"wait": HUGE}, {"what": 1},
]  # fmt: skip


@pytest.mark.parametrize("changes", CLAIMS)
async def test_refuses_a_claim(sqlite_api: Api, changes: dict[str, Any]) -> None:
    wanted = json.dumps({"worker": "w", "channels": ["web"]} | changes)
    headers = sqlite_api.bot() | {"Content-Type": "application/json"}
    answer = await sqlite_api.client.post("/api/v1/notices/claim", content=wanted, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


@pytest.mark.parametrize("key", ["k" * 201, "网", "a\x7fb"])
async def test_refuses_an_idempotency_key(sqlite_api: Api, key: str) -> None:
    headers = [*sqlite_api.bot().items(), ("Idempotency-Key", key)]
    sent = [(name.encode(), value.encode()) for name, value in headers]
    assert (await sqlite_api.client.post("/api/v1/tickets", json=REPORT, headers=sent)).status_code == 422


async def test_refuses_what_is_too_large_while_it_arrives(api: Api) -> None:
    answer = await api.client.post("/api/v1/tickets", json=REPORT | {"text": "灯" * 400_000}, headers=api.bot())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(("method", "path", "code"), [("DELETE", "/tickets", 405), ("GET", "/nothing", 404)])
async def test_a_wrong_address_is_a_problem_too(api: Api, method: str, path: str, code: int) -> None:
    answer = await api.client.request(method, f"/api/v1{path}", headers=api.bot())
    assert (answer.status_code, answer.headers["content-type"]) == (code, "application/problem+json")
    assert answer.json()["status"] == code


async def test_a_body_of_another_type_is_malformed(api: Api) -> None:
    answer = await api.client.post("/api/v1/tickets", data={"text": "路灯"}, headers=api.bot())
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    missing = await call(api, api.bot(), "GS20261123-0001", "file", label=None)
    assert missing.status_code == 422
