"""Subscribing in a conversation: what means it and what does not, and that nothing under way is lost by it."""

import pytest

from bot import case_texts, texts
from bot.case_events import Subscribe, Topics, TopicsTold, Unsubscribe
from bot.dialogue import respond
from bot.events import Command, FileTicket, Noticed, Pressed, Said, Say
from bot.state import Dialogue, Step
from bot.subscribing import topic_in
from tests.bot.examples import A_LAMP, DIALOGUES, LAMP, SENSELESS, TOPICS, WEEKLY, of_lamp

MEANT = {
    "订阅 房屋租赁": "房屋租赁",
    "订阅：婚姻家庭": "婚姻家庭",
    "订阅“劳动人事”。": "劳动人事",
    "订阅房屋租赁": "房屋租赁",
}
NOT_MEANT = (
    "订阅",
    "订阅的报纸没送来，能退钱吗",
    "订阅了一年的牛奶不送了",
    "我想订阅",
    "取消订阅",
    "订阅费多少钱可以退吗",
)


def says(commands: list[Command]) -> list[str]:
    return [command.text for command in commands if isinstance(command, Say)]


@pytest.mark.parametrize(("words", "topic"), MEANT.items())
def test_a_topic_is_named(words: str, topic: str) -> None:
    assert topic_in(words) == topic
    assert respond(Dialogue(), Said(words, SENSELESS)) == (Dialogue(), [Subscribe(topic)])


@pytest.mark.parametrize("words", NOT_MEANT)
def test_other_words_name_none(words: str) -> None:
    assert topic_in(words) == ""


@pytest.mark.parametrize(
    ("words", "command"), [("退订", Unsubscribe()), ("取消订阅", Unsubscribe()), ("订阅", Topics())]
)
@pytest.mark.parametrize("dialogue", [one for one in DIALOGUES if one.step is not Step.FILING and not one.bound])
def test_the_bare_words_hold_at_every_step(dialogue: Dialogue, words: str, command: Command) -> None:
    assert respond(dialogue, Said(words, SENSELESS)) == (dialogue, [command])


def test_a_question_under_way_is_asked_again() -> None:
    asking = Dialogue(Step.WHERE, of_lamp(), count=1)
    after, commands = respond(asking, TopicsTold(TOPICS, "off"))
    assert after == asking and says(commands)[1:] == [texts.WHERE_EXACT]


def test_a_case_of_the_week_disturbs_nothing() -> None:
    for dialogue in DIALOGUES:
        after, commands = respond(dialogue, Noticed(8, "cases.weekly", WEEKLY))
        if dialogue.step is Step.FILING:
            assert isinstance(commands[0], FileTicket) and len(after.waiting) == 1
            continue
        (said,) = commands
        assert after == dialogue and isinstance(said, Say) and said.notice_id == 8
        assert said.buttons == case_texts.STOP and "退订" in said.text and case_texts.GENERAL in said.text


def test_one_press_ends_it() -> None:
    assert respond(Dialogue(), Pressed("unsubscribe:")) == (Dialogue(), [Unsubscribe()])


def test_a_report_is_a_report_all_the_same() -> None:
    dialogue, _ = respond(Dialogue(), Said("南环新村12幢的路灯不亮", A_LAMP))
    assert dialogue.draft.chosen == LAMP
