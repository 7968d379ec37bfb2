"""Cases on the pages: written beside the matter without its persons, approved by another, withdrawn, read again."""

import pytest
from sqlmodel import select

from api import cases, clockwork
from api.cases import Standing
from api.lifecycle import Role
from api.models import CaseDraft, CaseVersion, LegalCase
from tests.api.browsing import Browser, Form, Page, browser
from tests.api.life import Cast, call, ok, open_ticket
from tests.conftest import Api

NAME, HOUSE = "闫翠凤", "南环一村7幢602室"
ASKED = f"房东{NAME}的押金死活不退怎么办，她电话13812345678"
ANSWERED = f"先看合同怎么写。{NAME}说不退，可以先发函，再起诉，押金2350元都能要回来。"
QUESTION = "租期到了，房东不退押金，可以怎么办？"
ANSWER = "先看合同怎么约定。房子没有损坏、房租付清了，房东应当退还押金；不退可以先发函催要，再向法院起诉。"
LAWS = "《民法典》第七百三十三条"


async def answered(api: Api, adviser: str = "ada", **changes: str) -> str:
    """The number of a matter that this adviser answered."""
    given = {"text": ASKED, "label": "legal:tenancy", "place": HOUSE} | changes
    headers = await api.staff(adviser, Role.ADVISER)
    number = str((await open_ticket(api, **given))["number"])
    ok(await call(api, headers, number, "accept"))
    ok(await call(api, headers, number, "report_back", note=ANSWERED, laws=LAWS))
    return number


async def press(reader: Browser, page: Page, form: str, deed: str, **typed: str) -> Page:
    """Another button of the same form."""
    shown = page.forms[form]
    page.forms[deed] = Form(shown.action.rsplit("/", 1)[0] + f"/{deed}", shown.fields)
    return await reader.send(page, deed, **typed)


async def written(api: Api, ada: Browser, number: str, **typed: str) -> Page:
    """A case of it, submitted; the page afterwards."""
    page = await ada.send(await ada.open(f"/tickets/{number}"), "case")
    given = {"question": QUESTION, "answer": ANSWER} | typed
    return await press(ada, page, "save", "submit", **given)


async def approved(api: Api) -> int:
    """The id of a case by ada that bea approved."""
    number = await answered(api)
    ada, bea = await browser(api, Role.ADVISER, "ada"), await browser(api, Role.ADVISER, "bea")
    page = await written(api, ada, number)
    assert page.status == 200, page.words
    await bea.send(await bea.open(await first_draft(api)), "approve")
    return (await all_of(api))[-1].id


async def first_draft(api: Api) -> str:
    async with api.db.reading() as session:
        draft = (await session.exec(select(CaseDraft))).one()
    return f"/cases/drafts/{draft.id}"


async def all_of(api: Api) -> list[LegalCase]:
    async with api.db.reading() as session:
        return list((await session.exec(select(LegalCase).order_by(LegalCase.id))).all())


async def test_it_begins_without_who_and_where_and_beside_what_was_said(api: Api) -> None:
    number = await answered(api)
    ada = await browser(api, Role.ADVISER, "ada")
    page = await ada.send(await ada.open(f"/tickets/{number}"), "case")
    form = page.forms["save"].fields
    assert form["question"].strip() == "房东某某的押金死活不退怎么办，她电话（略）"
    assert form["answer"].strip() == "先看合同怎么写。某某说不退，可以先发函，再起诉，押金一笔钱都能要回来。"
    assert form["laws"].strip() == LAWS and form["label"] == "legal:tenancy"
    assert NAME in page.words, "the matter's own words stand beside it"
    again = await ada.send(await ada.open(f"/tickets/{number}"), "case")
    assert again.forms["save"].action == page.forms["save"].action, "twice is one draft"


async def test_approved_by_another_it_is_public_and_nothing_leads_back(api: Api) -> None:
    await approved(api)
    (case,) = await all_of(api)
    assert (case.question, case.answer, case.laws) == (QUESTION, ANSWER, [["民法典", "第七百三十三条"]])
    assert (case.author, case.approved_by, case.version) == ("ada", "bea", 1)
    assert not [name for name in LegalCase.model_fields if "ticket" in name or "resident" in name]
    async with api.db.reading() as session:
        assert (await session.exec(select(CaseDraft))).first() is None
        (version,) = (await session.exec(select(CaseVersion))).all()
    assert (version.case_id, version.version, version.answer) == (case.id, 1, ANSWER)
    for role in (Role.SUPERVISOR, Role.ADMIN, Role.ADVISER):
        page = await (await browser(api, role)).open(f"/cases/{case.id}")
        assert page.status == 200 and ANSWER in page.words, role
    for role in (Role.TRIAGE, Role.HANDLER, Role.VERIFIER):
        for address in ("/cases", f"/cases/{case.id}"):
            assert (await (await browser(api, role)).open(address)).status == 403, role


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"answer": ANSWER + "打13812345678问"}, "还有号码“13812345678”"),
        ({"answer": ANSWER + "320502199001011234"}, "还有号码"),
        ({"answer": ANSWER + "住在12幢的人"}, "还有门牌“12幢”"),
        ({"answer": ANSWER + f"{NAME}应当退"}, f"还有原话里的名字“{NAME}”"),
        ({"question": "南环一村的房东不退押金怎么办？"}, "还有原话里的地点“南环一村”"),
        ({"question": "押金？"}, "问题写得太短"),
        ({"answer": "能退。"}, "解答写得太短，至少 20 个字"),
        ({"question": "押" * 301}, "问题太长了，最多 300 个字"),
        ({"answer": "退" * 1501}, "解答太长了，最多 1500 个字"),
        ({"laws": "凭良心"}, "没看懂：“凭良心”"),
        ({"label": "street_light"}, "请选是哪一类法律问题"),
    ],
)
async def test_what_cannot_stand_is_told_and_nothing_is_lost(sqlite_api: Api, typed: dict[str, str], said: str) -> None:
    number = await answered(sqlite_api)
    ada = await browser(sqlite_api, Role.ADVISER, "ada")
    page = await written(sqlite_api, ada, number, **typed)
    assert page.status == 422 and said in page.words
    kept = page.forms["save"].fields
    assert all(kept[name].strip() == words for name, words in typed.items() if name != "label")
    async with sqlite_api.db.reading() as session:
        assert (await session.exec(select(CaseDraft))).one().state == "writing"


async def test_the_author_never_approves_and_sends_back_nothing(api: Api) -> None:
    number = await answered(api)
    ada = await browser(api, Role.ADVISER, "ada")
    page = await written(api, ada, number)
    assert "approve" not in page.forms and "send-back" not in page.forms
    for deed in ("approve", "send-back"):
        assert (await press(ada, page, "take-back", deed, reason="x")).status == 403
    assert await all_of(api) == []


async def test_nobody_else_reads_a_draft_and_others_only_what_was_submitted(api: Api) -> None:
    number = await answered(api)
    ada, bea = await browser(api, Role.ADVISER, "ada"), await browser(api, Role.ADVISER, "bea")
    page = await ada.send(await ada.open(f"/tickets/{number}"), "case")
    draft = page.forms["save"].action.removesuffix("/save")
    assert (await bea.open(draft)).status == 404, "it is being written"
    page = await press(ada, page, "save", "submit", question=QUESTION, answer=ANSWER)
    shown = await bea.open(draft)
    assert shown.status == 200 and ANSWER in shown.words and NAME not in shown.html
    for role, status in ((Role.SUPERVISOR, 404), (Role.ADMIN, 404), (Role.TRIAGE, 404)):
        assert (await (await browser(api, role)).open(draft)).status == status
    assert (await press(bea, shown, "approve", "save", question="改了别人的问题怎么办？")).status == 403
    assert (await press(bea, shown, "approve", "drop")).status == 403
    assert "等您审核" in (await bea.open("/cases")).words and "案例 1" in (await bea.open("/cases")).words
    for role in (Role.SUPERVISOR, Role.ADMIN):
        assert QUESTION not in (await (await browser(api, role)).open("/cases")).html


async def test_who_acts_for_a_party_does_not_see_it(api: Api) -> None:
    number = await answered(api)
    ada, cleo = await browser(api, Role.ADVISER, "ada"), await browser(api, Role.ADVISER, "cleo")
    await cleo.send(await cleo.open("/me/practice"), "clients", name=NAME)
    await written(api, ada, number)
    assert (await cleo.open(await first_draft(api))).status == 404
    assert QUESTION not in (await cleo.open("/cases")).html


async def test_sent_back_with_a_reason_and_put_right(api: Api) -> None:
    number = await answered(api)
    ada, bea = await browser(api, Role.ADVISER, "ada"), await browser(api, Role.ADVISER, "bea")
    await written(api, ada, number)
    address = await first_draft(api)
    assert (await bea.send(await bea.open(address), "send-back", reason=" ")).status == 422
    await bea.send(await bea.open(address), "send-back", reason="少了转租的情形")
    page = await ada.open(address)
    assert "少了转租的情形" in page.words and "退回来了" in page.words
    assert (await bea.open(address)).status == 404
    page = await press(ada, page, "save", "submit", question=QUESTION, answer=ANSWER + "转租的，找二房东要。")
    assert "少了转租的情形" not in page.words and "等另一位顾问审核" in page.words
    await bea.send(await bea.open(address), "approve")
    assert [case.answer for case in await all_of(api)] == [ANSWER + "转租的，找二房东要。"]


async def test_what_changed_meanwhile_is_not_approved(api: Api) -> None:
    number = await answered(api)
    ada, bea = await browser(api, Role.ADVISER, "ada"), await browser(api, Role.ADVISER, "bea")
    await written(api, ada, number)
    address = await first_draft(api)
    seen_by_bea = await bea.open(address)
    api.clock.forward(minutes=1)
    page = await ada.send(await ada.open(address), "take-back")
    assert (await bea.send(seen_by_bea, "approve")).status == 404, "it is the author's again"
    await press(ada, page, "save", "submit", question=QUESTION, answer=ANSWER + "另外写了一句。")
    refused = await bea.send(seen_by_bea, "approve")
    assert refused.status == 409 and await all_of(api) == []


async def test_pressed_twice_it_is_done_once(api: Api) -> None:
    number = await answered(api)
    ada, bea = await browser(api, Role.ADVISER, "ada"), await browser(api, Role.ADVISER, "bea")
    await written(api, ada, number)
    page = await bea.open(await first_draft(api))
    assert [(await bea.send(page, "approve")).status for _ in range(2)] == [200, 200]
    assert len(await all_of(api)) == 1


async def test_a_new_version_goes_the_same_way_and_the_old_one_stands_until_then(api: Api) -> None:
    id = await approved(api)
    bea, ada = await browser(api, Role.ADVISER, "bea"), await browser(api, Role.ADVISER, "ada")
    page = await bea.send(await bea.open(f"/cases/{id}"), "revise")
    assert page.forms["save"].fields["question"].strip() == QUESTION
    assert (await ada.send(await ada.open(f"/cases/{id}"), "revise")).status == 409, "a colleague is at it"
    await press(bea, page, "save", "submit", question=QUESTION, answer=ANSWER + "利息也能要。")
    assert [case.answer for case in await all_of(api)] == [ANSWER]
    await ada.send(await ada.open(await first_draft(api)), "approve")
    (case,) = await all_of(api)
    assert (case.version, case.answer, case.author, case.approved_by) == (2, ANSWER + "利息也能要。", "bea", "ada")
    assert "第 1 版" in (await ada.open(f"/cases/{id}")).words


async def test_withdrawn_with_a_reason_by_advisers_and_supervisors_alone(api: Api) -> None:
    id = await approved(api)
    sam, adam = await browser(api, Role.SUPERVISOR, "sam"), await browser(api, Role.ADMIN, "adam")
    shown = await sam.open(f"/cases/{id}")
    assert "withdraw" not in (await adam.open(f"/cases/{id}")).forms
    csrf = (await adam.open("/me")).forms["revoke"].fields["csrf"]
    answer = await adam.client.post(f"/cases/{id}/withdraw", data={"csrf": csrf, "reason": "不要了"})
    assert answer.status_code == 403
    assert (await sam.send(shown, "withdraw", reason=" ")).status == 422
    page = await sam.send(shown, "withdraw", reason="法律改了")
    assert page.status == 200 and "已撤下" in page.words and "法律改了" in page.words
    assert (await sam.send(shown, "withdraw", reason="再撤一次")).status == 409
    assert not (await sam.open(f"/cases/{id}")).forms.keys() & {"renew", "revise"}, "an adviser's to do"


async def test_after_a_year_the_author_is_asked_and_unread_it_is_offered_no_more(api: Api) -> None:
    id = await approved(api)
    ada = await browser(api, Role.ADVISER, "ada")

    async def stands() -> Standing:
        await clockwork.sweep(api.db, api.office)
        return cases.standing((await all_of(api))[0], api.clock().date())

    api.clock.forward(days=364)
    assert await stands() is Standing.OFFERED
    api.clock.forward(days=1)
    assert await stands() is Standing.DUE
    ada = await browser(api, Role.ADVISER, "ada")  # a session lasts twelve hours
    assert "已经一年没有人看过" in (await ada.open("/cases")).words
    api.clock.forward(days=30)
    assert await stands() is Standing.STALE
    ada = await browser(api, Role.ADVISER, "ada")
    page = await ada.send(await ada.open(f"/cases/{id}"), "renew")
    assert "给居民看" in page.words and await stands() is Standing.OFFERED
    assert "已经一年没有人看过" not in (await ada.open("/cases")).words


async def test_the_list_is_narrowed(api: Api) -> None:
    await approved(api)
    sam = await browser(api, Role.SUPERVISOR, "sam")
    for query, there in (
        ("", True), ("?topic=legal:tenancy", True), ("?topic=legal:family", False), ("?state=withdrawn", False),
        ("?state=offered&q=押金 起诉", True), ("?q=押金 离婚", False), ("?q=%25", False), ("?topic=x&state=y", True),
    ):  # fmt: skip
        assert (QUESTION in (await sam.open(f"/cases{query}")).words) is there, query


async def test_only_who_answered_it_makes_a_case_of_it(cast: Cast) -> None:
    number = str((await open_ticket(cast.api, label="legal:tenancy", text=ASKED))["number"])
    ada = await browser(cast.api, Role.ADVISER, "ada")
    page = await ada.open(f"/tickets/{number}")
    assert "case" not in page.forms
    csrf = page.forms["sign-out"].fields["csrf"]
    answer = await ada.client.post(f"/tickets/{number}/case", data={"csrf": csrf})
    assert answer.status_code == 403, "it was not answered yet"
    await cast.done(Role.ADVISER, number, "accept")
    await cast.done(Role.ADVISER, number, "report_back", note=ANSWERED)
    assert "case" in (await ada.open(f"/tickets/{number}")).forms
    bea = await browser(cast.api, Role.ADVISER, "bea")
    csrf = (await bea.open("/me")).forms["revoke"].fields["csrf"]
    assert (await bea.client.post(f"/tickets/{number}/case", data={"csrf": csrf})).status_code == 404
    assert (await bea.client.post(f"/tickets/{number}/case", data={"csrf": "x"})).status_code == 403


async def test_once_the_matter_lies_with_another_nobody_reads_the_draft(cast: Cast) -> None:
    number = await answered(cast.api)
    ada = await browser(cast.api, Role.ADVISER, "ada")
    page = await written(cast.api, ada, number)
    draft = page.forms["take-back"].action.removesuffix("/take-back")
    await cast.api.staff("bea", Role.ADVISER)
    await cast.done(Role.RESIDENT, number, "follow_up", note="那利息呢")
    await cast.done(Role.ADVISER, number, "pass_on")
    bea = await browser(cast.api, Role.ADVISER, "bea")
    assert (await ada.open(draft)).status == 404 and (await bea.open(draft)).status == 404
    headers = await cast.api.staff("bea", Role.ADVISER)
    ok(await call(cast.api, headers, number, "accept"))
    ok(await call(cast.api, headers, number, "report_back", note=ANSWERED))
    page = await bea.send(await bea.open(f"/tickets/{number}"), "case")
    assert page.status == 200 and page.forms["save"].fields["question"].startswith("房东某某")


async def test_a_number_that_is_none_is_not_found(api: Api) -> None:
    ada = await browser(api, Role.ADVISER, "ada")
    for address in ("/cases/99", "/cases/drafts/99"):
        assert (await ada.open(address)).status == 404
