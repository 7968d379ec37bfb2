"""A public ticket walks the seven steps over HTTP."""

from api.lifecycle import Role
from tests.conftest import Api

REPORT = {"channel": "web", "reporter": "r1", "text": "南门路菜场门口的路灯不亮了", "label": "street_light", "place": "南门路菜场门口"}


async def open_ticket(api: Api, **changes: object) -> dict:
    answer = await api.client.post("/api/v1/tickets", json=REPORT | changes, headers=api.bot())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def act(api: Api, number: str, action: str, headers: dict[str, str], **given: object) -> dict:
    answer = await api.client.post(f"/api/v1/tickets/{number}/actions/{action}", json=given, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_walks_all_seven_steps(api: Api) -> None:
    triage, handler = await api.staff("t", Role.TRIAGE), await api.staff("h", Role.HANDLER)
    verifier = await api.staff("v", Role.VERIFIER)
    ticket = await open_ticket(api)
    assert (ticket["status"], ticket["step"]) == ("reported", 1)
    number = ticket["number"]
    assert (await act(api, number, "file", triage))["step"] == 2
    assert (await act(api, number, "dispatch", triage, to="h"))["step"] == 3
    assert (await act(api, number, "accept", handler))["step"] == 4
    assert (await act(api, number, "report_back", handler, note="灯管已换"))["step"] == 5
    assert (await act(api, number, "pass", verifier))["step"] == 6
    closed = await act(api, number, "rate", api.resident(), score=5)
    assert (closed["status"], closed["step"], closed["score"]) == ("closed", 7, 5)
    timeline = (await api.client.get(f"/api/v1/tickets/{number}/timeline", headers=triage)).json()
    assert [step["name"] for step in timeline["steps"]] == ["发现", "立案", "派遣", "处理", "反馈", "核查", "评价"]
    assert all(step["reached_at"] for step in timeline["steps"])
    claimed = await api.client.post("/api/v1/notices/claim", json={"worker": "w", "channels": ["web"]}, headers=api.bot())
    assert [notice["kind"] for notice in claimed.json()] == ["file", "dispatch", "accept", "report_back", "pass"]
