"""A sentence and a name are planted in whole legal matters: nobody but the adviser and the resident finds them again,
not in a file, not in a column, not in a log, not at any address."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from PIL import Image

from api import audit, clockwork, corrections
from api.figures.seen import Figure
from api.lifecycle import STAFF_ROLES, Role
from nlp.understand import Understander
from tests import answered_in_chat
from tests.api.browsing import browser
from tests.api.life import call, draft, ok
from tests.planted import addresses, columns_with, files_with, is_in, readings
from tests.world import NUMBER, Heard, Person, World, running_world

NAME = "闫翠凤"
ASKED = f"房东{NAME}的押金死活不退怎么办，她还扣了我的书"
PLACE = "南环一村7幢602室"
ANSWERED, ONCE_MORE, ASKED_BACK = f"先给{NAME}发律师函", f"{NAME}说合同丢了", f"{NAME}有没有写收条"
DRAFTED, DOUBTED, THOUGHT = f"先让{NAME}还半个月", f"{NAME}能不能分期", f"{NAME}的字据要看原件"
MEDIATED = {
    "kind": "community", "party": f"{NAME}（二房东）", "reach": "汤家豆腐店", "note": f"和{NAME}坐下来谈",
    "on": "2026-11-23", "how": "托人带的口信", "at": "2026-11-30T14:00", "where": "桂花树下茶馆",
}  # fmt: skip
AGREED, OWN_NAME = "腊月里搬走两清", "毛小囡"
REPORTED = f"楼上{NAME}家的水漏到我家，她说一分不赔"  # filed as a repair first
WORDS = (
    NAME,
    "闫翠",
    "翠凤",
    "押金死活不退",
    "扣了我的书",
    "7幢602",
    "发律师函",
    "合同丢了",
    "写收条",
    "两千三",
    "一分不赔",
    "还半个月",
    "能不能分期",
    "字据要看原件",
    "豆腐店",
    "坐下来谈",
    "带的口信",
    "桂花树下",
    "搬走两清",
    OWN_NAME,
    *answered_in_chat.WORDS,
)
SEEN_AT_THE_DESK, ADVISER, PEER = "一分不赔", "顾律师", "钱律师"


def picture(colour: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(stream, "JPEG", comment=NAME.encode())
    return stream.getvalue()


@dataclass
class Matters:
    world: World
    var_dir: Path
    asked: str  # their numbers
    relabelled: str
    in_chat: str
    photos: list[str]
    resident: Person

    @property
    def paths(self) -> list[str]:
        numbers = [self.asked, self.relabelled, self.in_chat]
        known = {
            "number": numbers, "service_request_id": numbers, "token": numbers, "photo": self.photos,
            "format": ["json", "xml"], "service_code": ["water_leak"], "draft_id": ["1"], "code": ["320508024045"],
        }  # fmt: skip
        lists = [f"/board.csv?figure={figure}" for figure in Figure]
        lists += ["/queue?tab=ended", "/queue?tab=open", f"/queue?q={self.asked}", f"/api/v1/tickets?q={self.asked}"]
        return [*addresses(self.world.api.app, known), *lists]

    @property
    def history_key(self) -> bytes:
        return self.world.api.office.history_key

    def speaks(self) -> dict[str, str]:
        return self.world.api.resident(self.resident.channel, self.resident.address)


@pytest.fixture
async def matters(tmp_path: Path, database_url: str, understander: Understander) -> AsyncIterator[Matters]:
    async with running_world(tmp_path, database_url, understander) as world, world.person("web") as resident:
        await world.api.staff(ADVISER, Role.ADVISER)
        await world.api.staff(PEER, Role.ADVISER, "320508018")
        asked = await whole_matter(world, resident)
        async with world.person("telegram") as other:
            relabelled = await turned_legal(world, other)
            await reviewed(world, relabelled)
        async with world.person("web") as asks, world.person("telegram") as phone, world.person("web") as page:
            in_chat = await answered_in_chat.answered_in_chat(world, asks, phone, page, ADVISER)
        await world.settle()
        await clockwork.sweep(world.api.db, world.api.office)
        ada = await world.api.staff(ADVISER, Role.ADVISER)
        photos = [
            photo
            for number in (asked, relabelled)
            for photo in ok(await world.api.client.get(f"/api/v1/tickets/{number}", headers=ada))["photos"]
        ]
        assert len(photos) == 2
        yield Matters(world, tmp_path, asked, relabelled, in_chat, photos, resident)


async def filed(world: World, person: Person, words: str) -> str:
    """Says what it is about with a picture, answers what its topic asks and where, and confirms; the number."""
    await person.photo(picture("red"), words)
    told = iter((f"和{NAME}签了合同", f"{NAME}每月收两千三"))
    while not (confirm := _confirming(heard := await person.next())):
        if "?" in heard.text or "？" in heard.text:
            await person.say(PLACE if "哪" in heard.text else next(told))
    await person.press(confirm)
    number = NUMBER.search((await person.next()).text)
    assert number is not None
    await world.settle()
    await person.quiet()
    return number[0]


def _confirming(heard: Heard) -> str:
    return next((id for text, id in heard.buttons.items() if text.startswith("确认提交")), "")


async def whole_matter(world: World, resident: Person) -> str:
    number, ada = await filed(world, resident, ASKED), await world.api.staff(ADVISER, Role.ADVISER)
    for action, words in (("accept", ""), ("ask", ASKED_BACK)):
        ok(await call(world.api, ada, number, action, note=words))
    speaks = world.api.resident(resident.channel, resident.address)
    ok(await call(world.api, speaks, number, "reply", note=ONCE_MORE))
    await reviewed(world, number)
    ok(
        await call(
            world.api, await world.api.staff(PEER, Role.ADVISER), number, "review", verdict="changes", aside=THOUGHT
        )
    )
    ok(await call(world.api, ada, number, "report_back", note=ANSWERED))
    ok(await call(world.api, speaks, number, "follow_up", note=ONCE_MORE))
    await mediated(world, resident, number)
    ok(await call(world.api, speaks, number, "follow_up", note=ONCE_MORE))
    ok(await call(world.api, ada, number, "report_back", note=ANSWERED))
    await world.settle()
    ok(await call(world.api, speaks, number, "rate", score=5))
    await world.settle()
    assert ANSWERED in str([heard.text for heard in await resident.quiet()])
    await a_case_is_begun(world, number)
    return number


async def reviewed(world: World, number: str) -> None:
    """Drafted, and shown to another adviser, who has not said yet what they think."""
    ada = await world.api.staff(ADVISER, Role.ADVISER)
    path = f"/api/v1/tickets/{number}"
    if ok(await world.api.client.get(path, headers=ada))["status"] == "dispatched":
        ok(await call(world.api, ada, number, "accept"))
    ok(await draft(world.api, ada, number, note=DRAFTED, laws=DRAFTED))
    ok(await call(world.api, ada, number, "ask_review", to=PEER, aside=DOUBTED))
    peer = await world.api.staff(PEER, Role.ADVISER)
    while ok(await world.api.client.get(path, headers=peer))["text"] is None:  # until the resident was told
        await world.settle()


async def a_case_is_begun(world: World, number: str) -> None:
    """As the adviser saved it at first, with everything still in it."""
    writer = await browser(world.api, Role.ADVISER, ADVISER)
    page = await writer.send(await writer.open(f"/tickets/{number}"), "case")
    saved = await writer.send(page, "save", question=ASKED, answer=ANSWERED)
    assert saved.status == 200 and ASKED in saved.forms["save"].fields["question"]


async def mediated(world: World, resident: Person, number: str) -> None:
    """Agreed to in the chat, and to the end."""
    ada = await world.api.staff(ADVISER, Role.ADVISER)
    ok(await call(world.api, ada, number, "propose_mediation", **MEDIATED))
    await world.settle()
    assert MEDIATED["note"] in str([heard.text for heard in await resident.quiet()])
    await resident.press(f"consent:{number}")
    assert "姓名" in (await resident.next()).text
    await resident.say(OWN_NAME)
    assert "同意调解了" in (await resident.next()).text
    for action in ("party_consents", "mediation_date"):
        ok(await call(world.api, ada, number, action, **MEDIATED))
    path = f"/api/v1/tickets/{number}"
    page = await (await browser(world.api, Role.ADVISER, ADVISER)).open(f"/tickets/{number}")
    assert OWN_NAME in page.words and MEDIATED["reach"] in page.words
    ended = {"outcome": "agreed", "on": MEDIATED["on"], "note": AGREED}
    ok(await call(world.api, ada, number, "mediation_outcome", **ended))
    assert AGREED in (await world.api.client.get(f"{path}/timeline", headers=ada)).text


async def turned_legal(world: World, resident: Person) -> str:
    """Reported as a repair, read at the desk, and a legal question after all."""
    triage = await world.api.staff("tina", Role.TRIAGE)
    body = {"channel": resident.channel, "reporter": resident.address, "text": REPORTED, "place": PLACE}
    opened = await world.api.client.post(
        "/api/v1/tickets", json=body | {"label": "water_leak"}, headers=world.api.bot()
    )
    number = str(opened.json()["number"])
    speaks = world.api.resident(resident.channel, resident.address)
    path = f"/api/v1/tickets/{number}"
    ok(await world.api.client.post(f"{path}/photos", files={"file": picture("blue")}, headers=speaks))
    assert SEEN_AT_THE_DESK in (await world.api.client.get(path, headers=triage)).text, "the desk reads it so far"
    listed = await world.api.client.get("/api/v1/tickets", params={"q": NAME}, headers=triage)
    assert [row["number"] for row in listed.json()["tickets"]] == [number], "and finds it by its words"
    turned = ok(await call(world.api, triage, number, "correct", label="legal:neighbours", reason="其实是问法律"))
    assert (turned["lane"], turned["status"], turned["assignee"], turned["text"]) == (
        "legal",
        "dispatched",
        ADVISER,
        None,
    )
    return number


async def test_nothing_that_lies_on_a_disk_tells_a_word(
    matters: Matters, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert files_with(matters.var_dir, WORDS) == []
    for db in (matters.world.api.db, matters.world.running.store.db):
        assert await columns_with(db, WORDS) == []
    async with matters.world.api.db.reading() as session:
        labels = matters.world.api.office.catalogue.by_label
        assert await corrections.export(session, tmp_path / "lessons.jsonl", labels, lambda _: None) == 0
        assert [flaw async for flaw in audit.verify(session, matters.history_key, {}, lambda _: None)] == []
    assert not is_in("".join(capfd.readouterr()).encode(), WORDS), "the logs"


async def test_no_address_tells_anybody_else_a_word(matters: Matters) -> None:
    api = matters.world.api
    for role in STAFF_ROLES:
        told = [
            path
            async for path, answer in readings(api, role, f"另一位{role}", matters.paths)
            if is_in(answer.content, WORDS)
        ]
        assert told == [], role
    async with AsyncClient(transport=ASGITransport(api.app), base_url="http://api") as outside:
        for headers in ({}, api.bot(), api.resident("web", "another")):
            answers = [await outside.get(path, headers=headers) for path in matters.paths]
            assert not [answer.url for answer in answers if is_in(answer.content, WORDS)]


async def test_those_two_are_given_all_of_it(matters: Matters) -> None:
    """Else the others would find nothing because nothing is there."""
    ada = {path: answer async for path, answer in readings(matters.world.api, Role.ADVISER, ADVISER, matters.paths)}
    for number in (matters.asked, matters.relabelled, matters.in_chat):
        for path in (f"/api/v1/tickets/{number}", f"/api/v1/tickets/{number}/timeline", f"/tickets/{number}"):
            assert is_in(ada[path].content, [NAME]), path
    assert [ada[f"/api/v1/tickets/{matters.asked}/photos/{photo}"].status_code for photo in matters.photos] == [
        200,
        404,
    ]
    story = ada[f"/api/v1/tickets/{matters.in_chat}/timeline"].content
    assert all(is_in(story, [words]) for words in answered_in_chat.SENT)
    mine = await matters.world.api.client.get(f"/api/v1/tickets/{matters.asked}/timeline", headers=matters.speaks())
    assert all(is_in(mine.content, [words]) for words in (ASKED, ANSWERED, ONCE_MORE, ASKED_BACK))


async def test_who_reviews_reads_one_matter_until_they_said_what_they_think(matters: Matters) -> None:
    api = matters.world.api
    found = {path: answer async for path, answer in readings(api, Role.ADVISER, PEER, matters.paths)}
    told = {path for path, answer in found.items() if is_in(answer.content, WORDS)}
    assert told and not [path for path in told if matters.asked in found[path].text]
    for words in (DRAFTED, DOUBTED, REPORTED):
        assert is_in(found[f"/tickets/{matters.relabelled}"].content, [words])
    mine = {path: answer async for path, answer in readings(api, Role.ADVISER, ADVISER, matters.paths)}
    for number, words in ((matters.asked, THOUGHT), (matters.relabelled, DRAFTED)):
        assert is_in(mine[f"/tickets/{number}"].content, [words]), "so that others would find it"
    assert not is_in(mine[f"/tickets/{matters.asked}"].content, [DRAFTED]), "what was sent is no draft any more"
    own = await api.client.get(f"/api/v1/tickets/{matters.asked}/timeline", headers=matters.speaks())
    assert not is_in(own.content, [DRAFTED, DOUBTED, THOUGHT])


async def test_search_finds_no_legal_matter_by_its_words(matters: Matters) -> None:
    for role, name in ((Role.TRIAGE, "tina"), (Role.SUPERVISOR, "sam"), (Role.ADVISER, ADVISER)):
        for words in (NAME, PLACE, "一分不赔"):
            paths = [f"/api/v1/tickets?q={words}", f"/queue?q={words}&tab=open", f"/queue?q={words}&tab=ended"]
            async for path, answer in readings(matters.world.api, role, name, paths):
                assert answer.status_code == 200, path
                assert matters.asked not in answer.text and matters.relabelled not in answer.text, path
