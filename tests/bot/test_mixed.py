"""A repair and a question of the law in one breath: the second is offered, and the first learns nothing of it."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.cards import confirm
from bot.client import ApiClient, Resident
from bot.dialogue import respond
from bot.events import Draft, Filed, FileTicket, Heard, Pressed, Said, Say
from bot.legal import Interview
from bot.mixed_words import topics
from bot.state import Dialogue, Step
from tests.bot.examples import A_LAMP, ASIDE, LEASE, LEGAL, NUMBER, QUEUED, of_lamp

WORDS = "路灯坏了我摔了一跤，谁赔"
AT = "南环新村12幢"
REPORTED = Dialogue(Step.FILING, of_lamp(place=AT, law=(LEASE,), photos=("photo-1",)), count=1)
FILED = Filed("1", NUMBER, {"promise": None, "step": 1, "lane": "public"})
OFFERED = respond(REPORTED, FILED)[0]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("楼上漏水把我家天花板泡了 物业不管 能不能告他们赔", "legal:neighbours"),
        ("路灯坏了我摔了一跤 谁赔", "legal:injury"),
        ("路灯不亮了，我妈摔了一跤，医药费谁出", "legal:injury"),
        ("楼道灯坏了，物业收了钱不修合法吗", "legal:housing"),
        ("下水道堵了，家里东西泡坏了啥人赔", "legal:injury"),
        ("窨井盖没了电瓶车坏了，能不能要赔偿", "legal:injury"),
        ("门口井盖没了，我摔骨折了", "legal:injury"),
        ("下水道堵了污水反水泡了地板，责任在谁", "legal:injury"),
        ("栏杆松了没人修，儿子摔下河，责任怎么认定", "legal:injury"),
    ],
)
def test_asks_of_the_law(said: str, first: str) -> None:
    assert topics(said)[0] == first


@pytest.mark.parametrize(
    "said",
    [
        "路灯坏了谁负责修",
        "能不能告诉我什么时候修",
        "好告诉物业的",
        "要告知居民停水",
        "广告牌掉下来了",
        "告示牌倒了",
        "隔壁违法搭建",
        "想报告一下路灯坏了",
        "我在路灯下摔了一跤",
    ],
)
def test_only_reports(said: str) -> None:
    assert topics(said) == ()


def test_the_words_are_kept_with_the_draft() -> None:
    heard = replace(A_LAMP, law=(LEASE,))
    assert respond(Dialogue(), Said(WORDS, heard))[0].draft.law == (LEASE,)


def test_offered_once_the_repair_is_filed() -> None:
    dialogue, commands = respond(REPORTED, FILED)
    told, offer = [command for command in commands if isinstance(command, Say)]
    assert NUMBER in told.text and "要不要也转给法律顾问" in offer.text
    assert [button.id for row in offer.buttons for button in row] == [f"law:{NUMBER}", f"nolaw:{NUMBER}"]
    assert (dialogue.step, dialogue.aside.photos, dialogue.aside.key) == (Step.IDLE, (), "")


@pytest.mark.parametrize("draft", [of_lamp(place=AT), Draft("1", WORDS, (LEASE,), LEASE, True, law=(LEASE,))])
def test_not_offered_where_nothing_is_asked_or_all_of_it_is_asked(draft: Draft) -> None:
    dialogue, commands = respond(Dialogue(Step.FILING, draft, count=1), FILED)
    assert len(commands) == 1 and dialogue.aside == Draft()


def test_one_press_makes_it_a_legal_question_and_a_second_none() -> None:
    dialogue, _ = respond(OFFERED, Pressed(f"law:{NUMBER}"))
    assert (dialogue.draft.chosen, dialogue.draft.key, dialogue.draft.place) == (LEASE, "2", AT)
    assert dialogue.draft.interview.beside == NUMBER and f"有关的报修：{NUMBER} 路灯故障" in confirm(dialogue.draft)
    again, commands = respond(replace(dialogue, step=Step.IDLE, draft=Draft()), Pressed(f"law:{NUMBER}"))
    assert again.draft == Draft() and len(commands) == 1


@pytest.mark.parametrize("number", ["GS20261123-0099", "", "x"])
def test_a_button_of_another_report_is_stale(number: str) -> None:
    after, commands = respond(OFFERED, Pressed(f"law:{number}"))
    assert after == OFFERED and len(commands) == 1


@pytest.mark.parametrize("said", ["要", "好的", "转给法律顾问"])
def test_in_words(said: str) -> None:
    after, _ = respond(OFFERED, Said(said, Heard(kind="act", label="act:affirm", sureness="sure")))
    assert after.draft.chosen == LEASE


@pytest.mark.parametrize("said", ["不用了", "不要", "算了"])
def test_declined_in_words(said: str) -> None:
    after, commands = respond(OFFERED, Said(said, Heard(kind="act", label="act:deny", sureness="sure")))
    assert (after.draft, after.aside, len(commands)) == (Draft(), Draft(), 1)


def test_another_report_ends_the_offer() -> None:
    assert respond(OFFERED, Said("路灯不亮", A_LAMP))[0].aside == Draft()


def test_what_is_under_way_comes_first() -> None:
    under_way = Dialogue(Step.WHERE, QUEUED, aside=ASIDE, last=NUMBER, count=2)
    dialogue, _ = respond(under_way, Pressed(f"law:{NUMBER}"))
    assert (dialogue.draft.key, [draft.key for draft in dialogue.queue]) == (QUEUED.key, ["3"])


@pytest.mark.parametrize("anonymous", [True, False])
async def test_the_link_is_a_fact_of_the_legal_matter_alone(anonymous: bool) -> None:
    sent: list[Any] = []

    def post(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(201, json={})

    client = ApiClient(httpx.AsyncClient(transport=httpx.MockTransport(post), base_url="http://api"), "key")
    interview = replace(ASIDE.interview, anonymous=anonymous)
    await client.open_ticket(Resident("web", "1"), replace(ASIDE, key="2", interview=interview))
    await client.open_ticket(Resident("web", "1"), REPORTED.draft)
    assert sent[0]["facts"] == [{"asked": "有关的报修", "answer": "路灯故障", "number": NUMBER}]
    assert "facts" not in sent[1]


@pytest.mark.parametrize(("told_with", "beside"), [("1", NUMBER), ("7", ""), ("", "")])
def test_a_legal_matter_of_the_same_message_leads_to_the_repair(told_with: str, beside: str) -> None:
    law = replace(ASIDE, key="2", told_with=told_with, interview=Interview())
    filing = Dialogue(Step.FILING, of_lamp(place=AT, told_with="1"), queue=(law,), count=2)
    dialogue, _ = respond(filing, FILED)
    assert (dialogue.draft.key, dialogue.draft.interview.beside) == ("2", beside)


def test_several_matters_know_of_each_other() -> None:
    both = Said("路灯不亮，押金不退", replace(A_LAMP, text="路灯不亮", matters=(replace(LEGAL, text="押金不退"),)))
    dialogue, _ = respond(Dialogue(count=4), both)
    assert [draft.told_with for draft in (dialogue.draft, *dialogue.queue)] == ["5", "5"]


def test_the_repair_is_filed_without_it() -> None:
    card = replace(REPORTED, step=Step.CONFIRM)
    _, commands = respond(card, Pressed("ok:1"))
    (filing,) = commands
    assert isinstance(filing, FileTicket) and not filing.draft.interview.beside
