"""A legal matter in the making: what is said before anything is asked, and what survives a restart and an upgrade."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.lifecycle import Role
from api.settings import Settings
from bot import legal_texts
from bot.briefing import MOST_LIMITS, MOST_QUESTIONS
from bot.case_events import CasesFound
from bot.dialogue import respond
from bot.events import Command, Draft, FileTicket, Heard, Option, Pressed, Said, Say
from bot.hearing import Hearing
from bot.legal import Fact, Interview, Warned
from bot.legal_answers import MOST_ANSWER
from bot.state import Dialogue, Step
from bot.store import DIALOGUE
from nlp.catalogue import Kind
from nlp.understand import Understander
from tests.bot.examples import LEASE, LEGAL, LOCATED_LEGAL, of_lease
from tests.world import running_world

ASKED = Said("房东不退押金", LEGAL)


def says(commands: list[Command]) -> list[Say]:
    return [command for command in commands if isinstance(command, Say)]


def test_danger_comes_before_who_reads_it_and_limits_before_the_first_question() -> None:
    _, commands = respond(Dialogue(), ASKED)
    ring, opening, limits, question = says(commands)
    assert ring.urgent and ring.text == "⚠️ 马上拨 110。"
    assert "这像是法律咨询（房屋租赁）" in opening.text and "3 个工作日内答复您（时限暂定）" in opening.text
    assert opening.confidential and not question.confidential
    assert "向法院讨回：三年" in limits.text and "仅供参考" in limits.text
    assert "您住在哪个社区" in question.text


def test_what_was_said_once_is_not_said_again() -> None:
    dialogue, _ = respond(Dialogue(), ASKED)
    dialogue, commands = respond(dialogue, Said("南环一村", replace(LOCATED_LEGAL, touched=LEGAL.touched)))
    (question,) = says(commands)
    assert (dialogue.step, question.text) == (Step.FACT, LEASE.facts[0].asks)


def test_no_more_than_three_questions_and_no_more_than_three_limits() -> None:
    facts = tuple(Fact(f"k{number}", f"第{number}件", f"第{number}件怎么样？") for number in "abc")
    limits = tuple(Warned(f"l{number}", f"第{number}个时限", ("tenancy",)) for number in range(5))
    heard = replace(LEGAL, options=(replace(LEASE, facts=facts),), touched=limits)
    for placed, asked in ((heard, MOST_QUESTIONS - 1), (replace(heard, place="南环一村"), MOST_QUESTIONS)):
        dialogue, commands = respond(Dialogue(), Said("房东不退押金", placed))
        assert len(dialogue.draft.interview.left) == asked
        assert sum("个时限" in line for say in says(commands) for line in say.text.splitlines()) == MOST_LIMITS


def test_another_topic_keeps_what_was_told_and_asks_few_things_in_all() -> None:
    lending = Option("legal:lending", "民间借贷", kind="legal", facts=(Fact("proof", "凭据", "手上有什么凭据？"),) * 3)
    heard = replace(LEGAL, options=(LEASE, lending), place="南环一村", touched=())
    dialogue, _ = respond(Dialogue(), Said("他欠我钱", heard))
    for words in ("口头说的", "两千"):
        dialogue, _ = respond(dialogue, Said(words, Heard()))
    assert dialogue.step is Step.CONFIRM
    dialogue, _ = respond(dialogue, Pressed("what:1"))
    dialogue, commands = respond(dialogue, Pressed("which:1:0"))
    dialogue, _ = respond(dialogue, CasesFound("1"))
    assert [told.answer for told in dialogue.draft.interview.told] == ["口头说的", "两千"]
    assert (dialogue.step, len(dialogue.draft.interview.left)) == (Step.FACT, 1)
    assert "民间借贷" in says(commands)[0].text


def test_a_long_answer_is_cut_as_a_fact_and_whole_in_the_words() -> None:
    dialogue, _ = respond(Dialogue(), Said("房东不退押金", replace(LEGAL, place="南环一村")))
    long = "他说墙上有个钉眼。" * 60
    dialogue, _ = respond(dialogue, Said(long, Heard()))
    (told,) = dialogue.draft.interview.told
    assert told.answer == long[:MOST_ANSWER] and long in dialogue.draft.text


@pytest.mark.parametrize(("button", "anonymous"), [("ok:1", True), ("named:1", False)])
def test_the_button_decides_who_the_adviser_sees(button: str, anonymous: bool) -> None:
    draft = Draft("1", "房东不退押金", (LEASE,), LEASE, True, nowhere=True, interview=Interview(LEASE.label))
    _, (command,) = respond(Dialogue(Step.CONFIRM, draft, count=1), Pressed(button))
    assert isinstance(command, FileTicket) and command.draft.interview.anonymous is anonymous


def test_a_plain_yes_stays_anonymous() -> None:
    draft = Draft("1", "房东不退押金", (LEASE,), LEASE, True, nowhere=True, interview=Interview(LEASE.label))
    _, (command,) = respond(Dialogue(Step.CONFIRM, draft, count=1), Said("好的", Heard()))
    assert isinstance(command, FileTicket) and command.draft.interview.anonymous


@pytest.mark.parametrize(
    "button", ["named:1", "chat:1", "case_or_not:1", "enough:1", "fact:1:contract.0", "skip:1:contract"]
)
def test_buttons_of_a_legal_matter_do_nothing_to_another(button: str) -> None:
    draft = Draft("1", "路灯不亮", settled=True, nowhere=True)
    dialogue, commands = respond(Dialogue(Step.CONFIRM, draft, count=1), Pressed(button))
    assert dialogue.draft == draft and "这个按钮用不了了" in says(commands)[0].text


def test_a_dialogue_from_before_there_were_questions_goes_on() -> None:
    kept = json.loads(DIALOGUE.dump_json(respond(Dialogue(), ASKED)[0]))
    for draft in (kept["draft"], *kept["queue"]):
        del draft["interview"], draft["touched"]
        for option in (*draft["options"], draft["chosen"]):
            del option["facts"], option["within"], option["assumed"]
    dialogue, _ = respond(DIALOGUE.validate_python(kept), Pressed("nowhere:1"))
    dialogue, commands = respond(dialogue, CasesFound("1"))
    assert dialogue.step is Step.CONFIRM
    assert "这是法律咨询（房屋租赁），对吗？" in says(commands)[-1].text


async def test_every_topic_is_asked_in_the_catalogues_words(hearing: Hearing) -> None:
    for entry in hearing.nlp.catalogue.of_kind(Kind.LEGAL):
        option = hearing._option(entry.label)
        assert option and [fact.name for fact in option.facts] == [fact.name for fact in entry.facts]
        assert (option.within, option.assumed) == ("3 个工作日", True)


async def test_a_question_about_a_contract_lies_in_no_town(hearing: Hearing) -> None:
    said = await hearing.hear(Said("合同里没写违约金，对方不付货款，能起诉吗", Heard()))
    assert isinstance(said, Said) and (said.heard.kind, said.heard.outside) == ("legal", "")


def test_telegram_says_that_it_keeps_a_copy_and_offers_the_web_chat() -> None:
    told = legal_texts.kept_by_telegram("https://chat.gs.example")
    assert "Telegram 会留一份" in told and told.endswith("https://chat.gs.example")
    assert "网页" not in legal_texts.kept_by_telegram("")
    with pytest.raises(ValueError):
        Settings(chat_url="chat.gs.example")


async def test_a_restart_in_the_middle_of_the_questions(ready: Path, understander: Understander) -> None:
    async with running_world(ready, "", understander, chat_url="https://chat.gs.example/") as first:
        await first.api.staff("王律师", Role.ADVISER)
        first.emulator.say(11, "房东不退押金怎么办，我住南环一村")
        await first.emulator.wait_for(11, "到我们的网页上说：https://chat.gs.example")
        await first.emulator.wait_for(11, "租房合同是怎么签的")
        first.emulator.press(11, "口头说的")
        await first.emulator.wait_for(11, "一个月房租多少")
        await asyncio.wait_for(first.settle(), 10)
    async with running_world(ready, "", understander) as second:
        for number, words in enumerate(("两千一", "不清楚", "好的"), 7000):
            message = {"message_id": number, "date": 1, "text": words, "chat": {"id": 11, "type": "private"}}
            person = {"id": 11, "is_bot": False, "first_name": "王"}
            second.emulator.raw({"update_id": number, "message": message | {"from": person}})
        await second.emulator.wait_for(11, "已经转给法律顾问王律师")
        headers = second.api.resident("telegram", "11")
        (ticket,) = (await second.api.client.get("/api/v1/tickets", headers=headers)).json()["tickets"]
    assert [told["answer"] for told in ticket["facts"]] == ["口头说的", "两千一", "不清楚"]
    assert ticket["pseudonym"]


def test_a_resident_may_say_that_no_case_is_to_be_made_of_it() -> None:
    card = Dialogue(Step.CONFIRM, of_lease(), count=1)
    dialogue, commands = respond(card, Pressed("case_or_not:1"))
    assert dialogue.draft.interview.no_case and "不会写成案例" in says(commands)[0].text
    assert "可以做成案例" in [button.text for row in says(commands)[-1].buttons for button in row]
    again, commands = respond(dialogue, Said("可以做成案例", Heard()))
    assert not again.draft.interview.no_case and "写成案例" in says(commands)[0].text
