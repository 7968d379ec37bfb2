"""The page of one ticket: its forms, what happens when two act at once, and the legal lane."""

import re

import pytest

from api.lifecycle import STAFF_ROLES, STEPS, Role
from api.pages import words
from api.people import DEMO_STREET
from tests.api.browsing import TENANCY, Page, browser, dispatched, picture, report
from tests.conftest import Api

# --- one ticket


async def test_a_ticket_walks_its_steps_by_forms(api: Api) -> None:
    contractor = await api.contractor(DEMO_STREET)
    triage, verifier = await browser(api, Role.TRIAGE), await browser(api, Role.VERIFIER)
    handler = await browser(api, Role.HANDLER, scope=contractor)
    number = await report(api)
    at = f"/tickets/{number}"
    page = await triage.open(at)
    assert page.of_actions() == ["file", "decline", "merge", "correct", "ask", "tell"]
    page = await triage.send(page, "file")
    assert "立案 · 待派遣" in page.words
    assert contractor in page.forms["dispatch"].choices["to"]
    page = await triage.send(page, "dispatch", to=contractor)
    assert "派遣 · 待接单" in page.words
    assert f"交给：{DEMO_STREET}快修队" in page.words
    assert page.of_actions() == ["decline", "merge", "invite", "ask", "tell"]
    assert "新消息 1" in (await handler.open("/queue")).words
    page = await handler.send(await handler.open(at), "accept")
    page = await handler.send(page, "report_back", note="灯管已换", files={"photo": ("a.jpg", picture(), "image/jpeg")})
    assert "灯管已换" in page.words and f"/api/v1{at}/photos/" in page.html
    photo = re.search(r'src="([^"]+photos/[^"]+)"', page.html)
    assert photo and (await handler.client.get(photo[1])).headers["content-type"] == "image/jpeg"
    page = await verifier.open(at)
    assert page.of_actions() == ["pass", "fail"]
    page = await verifier.send(page, "pass")
    assert "核查 · 待评价" in page.words and "这一步不等您办" in page.words
    assert all(step in page.words for step in STEPS)


async def test_the_forms_are_those_of_the_table_for_every_role(api: Api) -> None:
    number = await report(api)
    for role in STAFF_ROLES:
        reader = await browser(api, role)
        page = await reader.open(f"/tickets/{number}")
        allowed = (await api.client.get(f"/api/v1/tickets/{number}", headers=await api.staff(f"某{role}", role))).json()
        assert page.status == (404 if "actions" not in allowed else 200)
        assert sorted(page.of_actions()) == sorted(allowed.get("actions", []))


async def test_why_the_machine_thought_so_is_shown_and_words_are_escaped(api: Api) -> None:
    triage = await browser(api, Role.TRIAGE)
    number = await report(api, text="路灯不亮<script>alert(1)</script>", place="<b>南门路</b>")
    page = await triage.open(f"/tickets/{number}")
    assert "把握" in page.words and "居民的话" in page.words
    assert "<script>alert" not in page.html and "<b>南门路" not in page.html
    shown = (await api.client.get(f"/api/v1/tickets/{number}", headers=api.bot())).json()
    assert ("<mark>" in page.html) == any(word in shown["text"] for word in shown["because"])


async def test_filing_can_change_the_item_and_says_so(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    assert page.forms["file"].fields["label"] == "street_light"
    assert "noise_night" not in page.forms["file"].choices or "legal:tenancy" not in page.forms["file"].choices["label"]
    page = await triage.send(page, "file", label="sidewalk")
    names = api.office.catalogue.by_label
    assert f"事项：{names['street_light'].name} 改为 {names['sidewalk'].name}" in page.words
    assert "后来由工作人员更正" in page.words


async def test_correcting_nothing_asks_what_to_correct(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    refused = await triage.send(await triage.open(f"/tickets/{number}"), "correct", reason="地点不对")
    assert (refused.status, refused.forms["correct"].fields["reason"]) == (422, "地点不对")
    assert "请填写：事项、地点" in refused.words
    page = await triage.send(refused, "correct", place="平江路 12 号")
    assert "改为 平江路 12 号" in page.words


@pytest.mark.parametrize(
    ("action", "typed", "status", "said"),
    [
        ("decline", {"reason": "  "}, 422, "请填写：不予受理的原因"),
        ("decline", {"reason": "长" * 4001}, 422, "写得太长了"),
        ("merge", {"into": "GS20260101-0001"}, 422, "没有找到可以并入的工单"),
        ("file", {"label": "no_such_item"}, 422, "不能归到选中的事项"),
    ],
)
async def test_what_is_missing_is_told_on_the_page(
    api: Api, action: str, typed: dict[str, str], status: int, said: str
) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.send(await triage.open(f"/tickets/{number}"), action, **typed)
    assert page.status == status
    assert said in page.words
    assert "发现 · 待受理" in page.words


async def test_the_second_clerk_is_told_what_the_first_one_did(api: Api) -> None:
    first, second = await browser(api, Role.TRIAGE, "王芳"), await browser(api, Role.TRIAGE, "李明")
    number = await report(api)
    theirs, mine = await first.open(f"/tickets/{number}"), await second.open(f"/tickets/{number}")
    await first.send(theirs, "file")
    refused = await second.send(mine, "decline", reason="不在我区")
    assert refused.status == 409
    assert "受理员 王芳刚刚已经立案，这件工单现在是“待派遣”。您的操作没有执行" in refused.words
    assert refused.forms["decline"].fields["reason"] == "不在我区"
    again = await second.send(refused, "decline")
    assert "不予受理" in again.words and "已经立案，这件" not in again.words


async def test_words_of_an_action_that_is_gone_are_kept_as_a_note(api: Api) -> None:
    first, second = await browser(api, Role.TRIAGE, "王芳"), await browser(api, Role.TRIAGE, "李明")
    number = await report(api)
    mine = await second.open(f"/tickets/{number}")
    await first.send(await first.open(f"/tickets/{number}"), "decline", reason="不在我区")
    refused = await second.send(mine, "ask", note="请问在哪一幢？")
    assert (refused.status, refused.forms["notes"].fields["text"]) == (409, "请问在哪一幢？")


async def test_a_double_click_acts_once(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    once, twice = await triage.send(page, "ask", note="哪一幢？"), await triage.send(page, "ask", note="哪一幢？")
    assert (once.status, twice.status) == (200, 200)
    assert "正在等居民答复" in twice.words
    assert twice.words.count("询问居民 今天") == 1
    changed = await triage.send(page, "ask", note="哪一层？")
    assert (changed.status, "已经提交过一次" in changed.words) == (409, True)
    noted = await triage.open(f"/tickets/{number}")
    await triage.send(noted, "notes", text="已电话联系")
    assert (await triage.send(noted, "notes", text="已电话联系")).words.count("已电话联系") == 1


async def test_a_note_does_not_collide_and_an_empty_one_is_refused(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    assert "第一行\n第二行" in (await triage.send(page, "notes", text="第一行\r\n第二行")).words
    assert "立案 · 待派遣" in (await triage.send(page, "file", token="another")).words
    empty = await triage.send(await triage.open(f"/tickets/{number}"), "notes", text=" ")
    assert (empty.status, "请填写：备注" in empty.words) == (422, True)


async def test_who_gives_a_ticket_back_returns_to_the_queue(api: Api) -> None:
    handler = await browser(api, Role.HANDLER, "维修队")
    number = await dispatched(api, "维修队")
    page = await handler.open(f"/tickets/{number}")
    to = next(code for code in page.forms["return"].choices["to"] if code)
    page = await handler.send(page, "return", reason="不归我们管", to=to)
    assert f"{number} 已经交出，不在您名下了" in page.words
    gone = await handler.open(f"/tickets/{number}")
    assert (gone.status, "没有找到这一页" in gone.words) == (404, True)


async def test_a_file_that_is_no_picture_is_told_and_nothing_happens(api: Api) -> None:
    handler = await browser(api, Role.HANDLER, "维修队")
    number = await dispatched(api, "维修队")
    page = await handler.send(await handler.open(f"/tickets/{number}"), "accept")
    page = await handler.send(
        page, "report_back", note="已修好", files={"photo": ("a.txt", b"no picture", "text/plain")}
    )
    assert (page.status, "不是能打开的照片" in page.words) == (422, True)
    assert page.forms["report_back"].fields["note"] == "已修好"
    assert "处理 · 处理中" in page.words


async def test_opening_a_ticket_clears_the_bell(api: Api) -> None:
    handler = await browser(api, Role.HANDLER, "维修队")
    number = await dispatched(api, "维修队")
    assert number in (await handler.open("/notices")).words
    await handler.open(f"/tickets/{number}")
    assert "没有新消息" in (await handler.open("/notices")).words


@pytest.mark.parametrize("address", ["/tickets/GS20200101-0001", "/tickets/GS20200101-0001/actions/file"])
async def test_a_ticket_that_is_not_there_is_said_so(api: Api, address: str) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    csrf = (await triage.open(f"/tickets/{number}")).forms["file"].fields["csrf"]
    asked = triage.client.post(address, data={"csrf": csrf}) if "actions" in address else triage.client.get(address)
    page = Page(await asked)
    assert (page.status, "没有找到这一页" in page.words) == (404, True)


async def test_an_unknown_action_is_not_found(api: Api) -> None:
    triage, number = await browser(api, Role.TRIAGE), await report(api)
    page = await triage.open(f"/tickets/{number}")
    page.forms["file"].action = f"/tickets/{number}/actions/explode"
    assert (await triage.send(page, "file")).status == 404


# --- the legal lane


async def test_legal_words_are_read_by_their_adviser_alone(api: Api) -> None:
    adviser, other = await browser(api, Role.ADVISER, "顾律师"), None
    number = await report(api, **TENANCY)
    other = await browser(api, Role.ADVISER, "钱律师")
    triage, admin = await browser(api, Role.TRIAGE), await browser(api, Role.ADMIN)
    hidden = await triage.open(f"/tickets/{number}")
    assert words.HIDDEN in hidden.words and words.HIDDEN in (await triage.open("/queue?tab=open")).words
    for reader, status in ((triage, 200), (admin, 404), (other, 404)):
        page = await reader.open(f"/tickets/{number}")
        assert (page.status, "押金" in page.html) == (status, False)
        assert "押金" not in (await reader.open("/queue?tab=open")).html
        assert "押金" not in (await reader.open("/notices")).html
    assert TENANCY["text"] in (await adviser.open(f"/tickets/{number}")).words


async def test_an_adviser_answers_on_the_page(api: Api) -> None:
    adviser = await browser(api, Role.ADVISER, "顾律师")
    number = await report(api, **TENANCY)
    page = await adviser.open("/queue")
    assert "待我办理 1" in page.words and "待顾问接手" in page.words
    page = await adviser.send(await adviser.open(f"/tickets/{number}"), "accept")
    page = await adviser.send(page, "report_back", note="可以先与房东书面协商。")
    assert "可以先与房东书面协商。" in page.words and "已答复待评价" in page.words
    triage = await browser(api, Role.TRIAGE)
    assert "协商" not in (await triage.open(f"/tickets/{number}")).html
