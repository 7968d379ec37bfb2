"""Standard texts are kept by admins: added, changed, dropped; what cannot stand is told and nothing is lost."""

import asyncio

import pytest
from sqlmodel import select

from api.lifecycle import STAFF_ROLES, Role
from api.models import StandardText
from api.standard_texts import PLACEHOLDERS, WRITTEN, check, filled
from api.standard_texts import Draft as Typed
from tests.api.browsing import Browser, Page, browser, report
from tests.conftest import Api

NEW = {
    "name": "等天晴",
    "action": "tell",
    "about": "street_light",
    "step": "1",
    "words": "雨停了就去{地点}，{编号} 照旧办。",
}


async def kept(api: Api) -> list[StandardText]:
    async with api.db.reading() as session:
        return list((await session.exec(select(StandardText).order_by(StandardText.id))).all())


async def add(admin: Browser, page: Page, **changes: str) -> Page:
    return await admin.send(page, "texts", **(NEW | changes))


async def test_the_shipped_ones_can_all_be_kept_as_they_are(sqlite_api: Api) -> None:
    texts = await kept(sqlite_api)
    assert {text.action for text in texts} == {action.value for action in WRITTEN}
    for text in texts:
        check(sqlite_api.office, Typed(text.name, text.action, text.about, str(text.step), text.words))
        said = filled(text.words, dict.fromkeys(PLACEHOLDERS, "某"))
        assert "{" not in said and text.changed_by == ""


async def test_what_an_admin_adds_is_offered_on_the_ticket(api: Api) -> None:
    admin, triage = await browser(api, Role.ADMIN), await browser(api, Role.TRIAGE)
    page = await add(admin, await admin.open("/texts"))
    assert page.status == 200 and "等天晴" in page.words and "管理员 某admin 今天 09:30 改的" in page.words
    number = await report(api)
    assert f"雨停了就去南门路菜场门口，{number} 照旧办。" in (await triage.open(f"/tickets/{number}")).html


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "起个名称"),
        ({"words": "\r\n"}, "请写要发给居民的话"),
        ({"words": "长" * 1001}, "话最多 1000 个字"),
        ({"name": "长" * 21}, "名称最多 20 个字"),
        ({"words": "去{街道}看"}, "{街道}系统不认识"),
        ({"words": "去{地点看"}, "花括号系统不认识"),
        ({"words": "去{{地点}}看"}, "花括号系统不认识"),
        ({"words": "{0.__class__}"}, "系统不认识"),
        ({"action": "file"}, "用在哪里"),
        ({"about": "legal:tenancy_x"}, "事项已经停用"),
        ({"step": "8"}, "到了哪一步"),
        ({"step": "²"}, "到了哪一步"),
    ],
)
async def test_what_cannot_stand_is_told_and_kept_in_its_field(
    sqlite_api: Api, changes: dict[str, str], said: str
) -> None:
    admin, before = await browser(sqlite_api, Role.ADMIN), len(await kept(sqlite_api))
    page = await add(admin, await admin.open("/texts"), **changes)
    assert (page.status, said in page.words) == (422, True)
    assert page.forms["texts"].fields["words"] == (NEW | changes)["words"].strip()
    assert len(await kept(sqlite_api)) == before


async def test_one_is_changed_and_dropped_and_who_comes_second_is_told(api: Api) -> None:
    one, two = await browser(api, Role.ADMIN, "甲"), await browser(api, Role.ADMIN, "乙")
    mine, theirs = await one.open("/texts"), await two.open("/texts")
    page = await one.send(mine, "1", words="新的话")
    assert page.status == 200 and "新的话" in page.html
    refused = await two.send(theirs, "1", words="别的话")
    assert (refused.status, refused.forms["1"].fields["words"], "有人先办了一步" in refused.words) == (
        409,
        "别的话",
        True,
    )
    theirs.forms["1"].action = "/texts/1/drop"
    assert (await two.send(theirs, "1")).status == 409
    page.forms["1"].action = "/texts/1/drop"
    assert (await one.send(page, "1")).status == 200
    assert 1 not in [text.id for text in await kept(api)]
    assert (await one.send(page, "1")).status == 404
    assert (await two.send(theirs, "1", words="别的话")).status == 404


async def test_one_form_sent_twice_adds_one_and_two_at_once_change_once(api: Api) -> None:
    admin = await browser(api, Role.ADMIN)
    page, before = await admin.open("/texts"), len(await kept(api))
    for _ in range(2):
        assert (await add(admin, page)).status == 200
    assert (await add(admin, page, words="别的话")).status == 409
    assert len(await kept(api)) == before + 1
    sent = [admin.send(page, "2", words=f"第{nth}句") for nth in range(2)]
    assert sorted(answer.status for answer in await asyncio.gather(*sent)) == [200, 409]


async def test_only_admins_keep_them(sqlite_api: Api) -> None:
    admin = await browser(sqlite_api, Role.ADMIN, "管")
    form = (await admin.open("/texts")).forms["1"]
    assert "常用语" in (await admin.open("/organisation")).words
    for role in set(STAFF_ROLES) - {Role.ADMIN}:
        reader = await browser(sqlite_api, role)
        assert (await reader.open("/texts")).status == 403
        csrf = (await reader.open("/me")).forms["sign-out"].fields["csrf"]
        for address in ("/texts", "/texts/1", "/texts/1/drop"):
            answer = await reader.client.post(address, data=form.fields | {"csrf": csrf})
            assert answer.status_code == 403, (role, address)
    forged = await admin.client.post("/texts/1", data=form.fields | {"csrf": "x"})
    assert forged.status_code == 403
    assert (await sqlite_api.client.get("/texts")).status_code == 303
    assert all(text.changed_by == "" for text in await kept(sqlite_api))


@pytest.mark.parametrize("text_id", ["0", "99999", "x", "-1", "9" * 20])
async def test_what_is_not_there_is_said_so(sqlite_api: Api, text_id: str) -> None:
    admin = await browser(sqlite_api, Role.ADMIN)
    page = await admin.open("/texts")
    page.forms["1"].action = f"/texts/{text_id}"
    assert (await admin.send(page, "1")).status in (404, 422)
