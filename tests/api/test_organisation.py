"""Who handles what, from the file to the ticket: over HTTP, on both databases."""

from pathlib import Path
from typing import Any

import pytest

from api import organisation, people
from api.lifecycle import Lane, Role, Status
from api.organisation_file import BadOrganisation
from tests.api.browsing import browser
from tests.api.drawn import CODE, feature, geojson, imported
from tests.api.life import COMMUNITY, LOCATED, OTHER, STREET, STREET_NAME, Cast, claim, failure, ok, open_ticket
from tests.conftest import Api

EXAMPLE = Path(__file__).parents[2] / "docs" / "organisation.example.yaml"
UNITS = f"""
units:
  - {{code: con, name: 金阊快修队, kind: contractor, street: {STREET_NAME}}}
  - {{code: sta, name: 彩香联动工作站, kind: station, street: {STREET_NAME}, serves: [{COMMUNITY}],
     members: [{{post: 站长, name: 张演示}}]}}
  - {{code: pat, name: 金阊巡查队, kind: patrol, street: {STREET}, roster: [{{staff: hank, hours: "08:00-20:00"}}]}}
"""
RULES = """
rules:
  - {name: 灯归没有的队, items: [street_light], to: {kind: circle}}
  - {name: 灯归站, items: [infrastructure], areas: [金阊街道], to: {kind: station}, joint: [{kind: contractor}]}
"""


async def taken(api: Api, tmp_path: Path, text: str = UNITS + RULES) -> dict[str, int]:
    file = tmp_path / "organisation.yaml"
    file.write_text(text, encoding="utf-8")
    async with api.db.writing() as session:
        return await organisation.take(session, api.office.catalogue, file)


async def get(cast: Cast, path: str, role: Role = Role.SUPERVISOR) -> Any:
    answer = await cast.api.client.get(f"/api/v1/{path}", headers=cast.headers[role])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def events(cast: Cast, number: str, action: str) -> list[dict[str, Any]]:
    return [event["facts"] for event in (await cast.timeline(number))["events"] if event["action"] == action]


async def test_the_system_dispatches_by_the_rules_and_tells_which_found_nobody(cast: Cast, tmp_path: Path) -> None:
    assert await taken(cast.api, tmp_path) == {"units": 3, "rules": 2}
    ticket = await open_ticket(cast.api, **LOCATED)
    assert (ticket["status"], ticket["assignee"], ticket["assignee_name"]) == ("dispatched", "sta", "彩香联动工作站")
    assert ticket["parts"] == [{"unit": "con", "name": "金阊快修队", "done": False}]
    unusable = [["灯归没有的队", "no_unit_here"]]
    assert await events(cast, ticket["number"], "dispatch") == [
        {"to": "sta", "rule": "灯归站", "unusable": unusable, "joint": ["con"]}
    ]
    told = [(row["kind"], row["address"]) for row in await claim(cast.api, "desk")]
    assert set(told) == {("dispatch", "sta"), ("dispatch", "con")} and len(told) == 2
    again = await open_ticket(cast.api, **LOCATED | {"reporter": "r2"}, unless_known=False)
    [trouble] = await get(cast, "organisation/troubles")
    assert (trouble["rule"], trouble["why"], trouble["area"]) == ("灯归没有的队", "no_unit_here", COMMUNITY)
    assert trouble["number"] in (ticket["number"], again["number"]) and trouble["times"] >= 1


async def test_triage_is_shown_whom_the_rules_name_and_may_decide_otherwise(cast: Cast, tmp_path: Path) -> None:
    await taken(cast.api, tmp_path)
    number = (await open_ticket(cast.api, **LOCATED | {"urgent": True}))["number"]
    await cast.done(Role.TRIAGE, number, "file")
    route = await get(cast, f"tickets/{number}/route", Role.TRIAGE)
    assert (route["to"], route["rule"], route["joint"]) == ("sta", "灯归站", ["con"])
    after = await cast.done(Role.TRIAGE, number, "dispatch", to="hans", joint=[])
    assert (after["assignee"], after["parts"]) == ("hans", [])
    assert "rule" not in (await events(cast, number, "dispatch"))[0]


async def test_who_leads_waits_for_who_works_with_them(cast: Cast, picture: bytes) -> None:
    number = await cast.at(Lane.PUBLIC, Status.IN_PROGRESS)
    await cast.done(Role.TRIAGE, number, "invite", to=OTHER, reason="借一台升降车")
    [lead, joined] = [await _read(cast, number, headers) for headers in (cast.headers[Role.HANDLER], cast.other)]
    assert "report_back" not in lead["actions"] and "contribute" not in lead["actions"]
    assert joined["actions"] == ["contribute"], "and nothing that is the lead's"
    refused = await cast.do(Role.HANDLER, number, "report_back", note="好了")
    assert failure(refused) == (409, "not_allowed") and refused.json()["reason"] == "parts_undone"
    for action, given in (("accept", {}), ("report_back", {"note": "n"}), ("return", {"reason": "r", "to": "x"})):
        answer = await _act(cast, cast.other, number, action, **given)
        assert answer.status_code in (403, 409), action
    ok(await _photo(cast, cast.other, number, picture))
    done = ok(await _act(cast, cast.other, number, "contribute", note="车到了"))
    assert done["parts"] == [{"unit": OTHER, "name": OTHER, "done": True}]
    assert failure(await _act(cast, cast.other, number, "contribute", note="又到了")) == (409, "not_allowed")
    assert (await _list(cast, cast.other)) == []
    assert (await cast.done(Role.HANDLER, number, "report_back", note="换好了"))["status"] == "reported_back"


async def test_a_part_may_be_released_and_begun_anew(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    await cast.done(Role.HANDLER, number, "invite", to=OTHER, reason="一起看")
    assert [row["number"] for row in await _list(cast, cast.other)] == [number]
    twice = await cast.do(Role.TRIAGE, number, "invite", to=OTHER, reason="再请")
    assert twice.json()["reason"] == "already_there"
    assert (await cast.do(Role.TRIAGE, number, "invite", to="hans", reason="主办")).json()["reason"] == "already_there"
    assert (await cast.do(Role.TRIAGE, number, "invite", to="nobody", reason="r")).json()["code"] == "unknown_assignee"
    await cast.done(Role.TRIAGE, number, "release", to=OTHER, reason="不用了")
    assert (await cast.api.client.get(f"/api/v1/tickets/{number}", headers=cast.other)).status_code == 404
    assert (await cast.do(Role.TRIAGE, number, "release", to=OTHER, reason="r")).json()["reason"] == "no_part"
    after = await cast.done(Role.TRIAGE, number, "invite", to=OTHER, reason="还是要")
    assert after["parts"][0]["done"] is False


async def test_who_had_a_part_leads_after_a_new_dispatch(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    await cast.done(Role.TRIAGE, number, "invite", to=OTHER, reason="一起")
    await cast.done(Role.HANDLER, number, "return", reason="该他办", to=OTHER)
    after = await cast.done(Role.TRIAGE, number, "dispatch", to=OTHER)
    assert (after["assignee"], after["parts"]) == (OTHER, [])


async def test_not_more_than_five_work_with_the_lead(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    for name in "abcde":
        await cast.api.staff(name, Role.HANDLER)
        await cast.done(Role.TRIAGE, number, "invite", to=name, reason="一起")
    assert failure(await cast.do(Role.TRIAGE, number, "invite", to=OTHER, reason="一起")) == (409, "too_many")
    assert "invite" not in (await cast.read(number))["actions"]


async def test_a_station_stands_between_street_and_community(cast: Cast, tmp_path: Path) -> None:
    await taken(cast.api, tmp_path)
    inside = await open_ticket(cast.api, **LOCATED)
    outside = await open_ticket(cast.api, text="观前街的路灯不亮了", place="观前街", reporter="r3")
    keeper = await cast.api.staff("stan", Role.VERIFIER, "sta")
    seen = [row["number"] for row in await _list(cast, keeper, "open")]
    assert inside["number"] in seen
    assert outside["street"] not in ("", STREET_NAME) and outside["number"] not in seen


async def test_who_serves_a_place_the_nearest_first(cast: Cast, tmp_path: Path) -> None:
    await taken(cast.api, tmp_path)
    await imported(cast.api, geojson(tmp_path, feature(1)))
    units = await get(cast, f"areas/{CODE}01/units", Role.HANDLER)
    codes = [unit["code"] for unit in units]
    assert codes[0] == "sta" and {"con", "pat"} <= set(codes[1:])
    assert units[0]["members"] == [{"post": "站长", "name": "张演示"}]
    patrol = next(unit for unit in units if unit["code"] == "pat")
    assert (patrol["on_duty"], patrol["has_roster"]) == (["hank"], True)
    cast.api.clock.forward(hours=12)
    patrol = next(unit for unit in await get(cast, f"areas/{STREET}/units") if unit["code"] == "pat")
    assert (patrol["on_duty"], patrol["has_roster"]) == ([], True)
    answer = await cast.api.client.get("/api/v1/areas/999/units", headers=cast.headers[Role.TRIAGE])
    assert failure(answer) == (404, "not_found")


async def test_a_retired_unit_gets_nothing_any_more(cast: Cast, tmp_path: Path) -> None:
    await taken(cast.api, tmp_path, UNITS + "rules:\n  - {name: 灯归队, to: {unit: con}}\n")
    number = (await open_ticket(cast.api, **LOCATED))["number"]
    with pytest.raises(people.BadUnit):
        async with cast.api.db.writing() as session:
            await people.remove_unit(session, cast.api.clock, "con")
    await cast.done(Role.TRIAGE, number, "decline", reason="重复")
    async with cast.api.db.writing() as session:
        await people.remove_unit(session, cast.api.clock, "con")
    ticket = await open_ticket(cast.api, **LOCATED | {"reporter": "r9"})
    assert ticket["assignee"] is None and ticket["status"] == "reported"
    [trouble] = await get(cast, "organisation/troubles")
    assert (trouble["rule"], trouble["why"], trouble["number"]) == ("灯归队", "no_such_unit", ticket["number"])


async def test_what_is_written_can_be_taken_again(api: Api, tmp_path: Path) -> None:
    await api.staff("hank", Role.HANDLER)
    await taken(api, tmp_path)
    async with api.db.reading() as session:
        first = await organisation.written(session)
    assert {unit["code"] for unit in first["units"]} >= {"con", "sta", "pat"} and len(first["rules"]) == 2
    await taken(api, tmp_path, str(first))  # YAML takes what Python prints of such a dict
    async with api.db.reading() as session:
        assert await organisation.written(session) == first


async def test_the_example_of_the_docs_can_be_taken(api: Api) -> None:
    async with api.db.writing() as session:
        counts = await organisation.take(session, api.office.catalogue, EXAMPLE)
    assert counts == {"units": 5, "rules": 3}


GROUP = "units:\n  - {code: g, name: 一组, kind: group, serves: [%s], members: [%s]}\n"
BAD = {
    "units: 3\n": "line 1: units: Input should be a valid tuple",
    "unit: []\n": "line 1: unit: Extra inputs are not permitted",
    "units:\n  - {code: a, name: b, kind: garage}\n": "line 2: units.0.kind:",
    "units:\n  - {code: a, name: b, kind: patrol}\n  - {code: a, name: c, kind: patrol}\n": "'a' is there twice",
    "units:\n  - {code: a, name: b, kind: patrol, street: 观前}\n": "line 2: units.0.street: '观前' is no street",
    "units:\n  - {code: a, name: b, kind: patrol, serves: [没有社区]}\n": "'没有社区' is no area",
    "units:\n  - {code: a, name: b, kind: patrol, roster: [{staff: x}]}\n": "'x' is no handler who works here",
    "units:\n  - {code: a, name: b, kind: patrol, roster: [{staff: x, hours: 9-5}]}\n": "is not like 17:30-08:30",
    GROUP % ("a, b", "{post: 律师, name: 甲}"): "a group serves 4 or 5 base grids, not 2",
    GROUP % ("a, b, c, d", "{post: 律师, name: 甲}"): "missing",
    "rules:\n  - {name: r, to: {}}\n": "exactly one of unit, staff, kind, on_duty",
    "rules:\n  - {name: r, to: {unit: a, kind: patrol}}\n": "exactly one of",
    "rules:\n  - {name: r, to: {unit: nowhere}}\n": "line 2: rules.0.to.unit: 'nowhere' is not there",
    "rules:\n  - {name: r, to: {staff: nobody}}\n": "'nobody' is not there",
    "rules:\n  - {name: r, items: [unicorn], to: {kind: patrol}}\n": "'unicorn' is no item",
    "rules:\n  - {name: r, items: ['legal:tenancy'], to: {kind: patrol}}\n": "is no item",
    "rules:\n  - {name: r, to: {kind: patrol}}\n  - {name: r, to: {kind: patrol}}\n": "line 3: rules.1.name: 'r'",
    "rules: [\n": "line 2:",
    "- a\n": "line 1: a mapping is expected",
}


@pytest.mark.parametrize("text", BAD)
async def test_a_bad_file_is_refused_whole_with_its_line(sqlite_api: Api, tmp_path: Path, text: str) -> None:
    await taken(sqlite_api, tmp_path, "rules:\n  - {name: kept, to: {kind: contractor}}\n")
    with pytest.raises(BadOrganisation) as caught:
        await taken(sqlite_api, tmp_path, text)
    assert BAD[text] in str(caught.value)
    async with sqlite_api.db.reading() as session:
        assert [rule["name"] for rule in (await organisation.written(session))["rules"]] == ["kept"]


async def test_the_page_says_it_in_words(cast: Cast, tmp_path: Path) -> None:
    await taken(cast.api, tmp_path)
    await open_ticket(cast.api, **LOCATED)
    sue = await browser(cast.api, Role.SUPERVISOR, "sue")
    page = await sue.open("/organisation")
    for words in (
        "灯归没有的队",
        "这一片没有这类单位",
        "当地的联动工作站",
        "当地的承包单位协办",
        "站长 张演示",
        "路灯故障，全区",
    ):
        assert words in page.words, words
    assert "谁管什么" in (await sue.open("/queue")).words


async def test_the_page_is_for_those_who_keep_the_rules(sqlite_api: Api) -> None:
    tom = await browser(sqlite_api, Role.TRIAGE, "tom")
    assert "谁管什么" not in (await tom.open("/queue")).words
    assert (await tom.open("/organisation")).status == 403


async def test_the_form_says_whom_the_rules_name(cast: Cast, tmp_path: Path) -> None:
    await taken(cast.api, tmp_path)
    number = (await open_ticket(cast.api, **LOCATED | {"urgent": True}))["number"]
    await cast.done(Role.TRIAGE, number, "file")
    tom = await browser(cast.api, Role.TRIAGE, "tom")
    page = await tom.open(f"/tickets/{number}")
    said = "规则“灯归没有的队”没能用上：这一片没有这类单位。按规则“灯归站”选好了。会同时请金阊快修队协办。"
    assert said in page.words
    page = await tom.send(page, "dispatch", to="sta")
    for words in ("协办", "还在做", "按规则“灯归站”", "交给：彩香联动工作站"):
        assert words in page.words, words
    page = await tom.send(page, "release", to="con", reason="站里有人")
    assert "协办单位：金阊快修队" in page.words and "还在做" not in page.words


async def _act(cast: Cast, headers: Any, number: str, action: str, **given: Any) -> Any:
    return await cast.api.client.post(f"/api/v1/tickets/{number}/actions/{action}", json=given, headers=headers)


async def _read(cast: Cast, number: str, headers: Any) -> dict[str, Any]:
    return ok(await cast.api.client.get(f"/api/v1/tickets/{number}", headers=headers))


async def _photo(cast: Cast, headers: Any, number: str, picture: bytes) -> Any:
    return await cast.api.client.post(f"/api/v1/tickets/{number}/photos", files={"file": picture}, headers=headers)


async def _list(cast: Cast, headers: Any, status: str = "mine") -> list[dict[str, Any]]:
    answer = await cast.api.client.get("/api/v1/tickets", params={"status": status}, headers=headers)
    rows: list[dict[str, Any]] = ok(answer)["tickets"]
    return rows
