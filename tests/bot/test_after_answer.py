"""What counts as 明白了 and as 没解决, and what does not."""

import pytest

from bot.after_answer import CLEAR, NOT_WORDS, OPEN, heard_of_answer
from bot.dialogue import respond
from bot.events import Act, Acted, Heard, Noticed, Pressed, Said, Say
from bot.notice_texts import ANSWERS
from bot.state import Dialogue, Step
from tests.bot.examples import A_LAMP, FACTS, NUMBER

ANSWERED = Dialogue(answered=NUMBER, last=NUMBER, count=1)


@pytest.mark.parametrize(
    "said",
    [
        "明白了",
        "明白了，谢谢",
        "好的，我明白了！",
        "晓得哉",
        "懂了",
        "我都清楚了，谢谢您",
        "伲晓得哉 谢谢侬",
        "现在清爽了",
        "知道了，谢谢律师",
    ],
)
def test_it_is_clear(said: str) -> None:
    dialogue, commands = respond(ANSWERED, Said(said, Heard()))
    assert CLEAR.fullmatch(NOT_WORDS.sub("", said))
    (told,) = commands
    assert isinstance(told, Say) and "那就好" in told.text
    assert next(button.id for row in told.buttons for button in row) == f"rate:{NUMBER}:5"
    assert dialogue.answered == NUMBER, "until it is rated, asked further or something else is reported"


@pytest.mark.parametrize(
    "said", ["没解决", "还是不明白", "看勿懂", "听不懂", "没有用", "不管用啊", "等于没说", "勿晓得"]
)
def test_it_did_not_help(said: str) -> None:
    dialogue, commands = respond(ANSWERED, Said(said, Heard()))
    assert OPEN.search(said)
    assert (dialogue.step, dialogue.subject, dialogue.purpose) == (Step.TELLING, NUMBER, "unsolved")
    assert [type(command) for command in commands] == [Say]
    _, sent = respond(dialogue, Said("押金条丢了", Heard()))
    assert sent == [Act(NUMBER, "unsolved", "2", {"note": "押金条丢了"})]


def test_who_says_what_is_open_is_not_asked_again() -> None:
    words = "还是不明白，押金条丢了怎么办"
    dialogue, commands = respond(ANSWERED, Said(words, Heard()))
    assert commands == [Act(NUMBER, "unsolved", "2", {"note": words})]
    assert (dialogue.step, dialogue.answered) == (Step.IDLE, "")


@pytest.mark.parametrize("said", ["明天去办", "谢谢", "我不懂法律但路灯坏了", "明白是明白了就是心里不舒服"])
def test_other_words_are_answered_as_ever(said: str) -> None:
    words = Heard(kind="act", label="act:thanks", sureness="sure") if said == "谢谢" else A_LAMP
    assert heard_of_answer(ANSWERED, said, words) is None


def test_without_an_answer_nothing_is_meant_by_it() -> None:
    assert heard_of_answer(Dialogue(), "明白了", Heard()) is None


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_is_remembered_until_it_was_taken_up(kind: str) -> None:
    dialogue, _ = respond(Dialogue(count=1), Noticed(7, kind, FACTS))
    assert dialogue.answered == FACTS["number"]
    for action in ("rate", "follow_up", "unsolved"):
        after, _ = respond(dialogue, Acted(FACTS["number"], action, {"score": 5}))
        assert after.answered == "", action
    after, _ = respond(dialogue, Acted("GS20261122-0009", "rate", {"score": 5}))
    assert after.answered == FACTS["number"], "another ticket's"


def test_both_buttons() -> None:
    _, (glad,) = respond(ANSWERED, Pressed(f"understood:{NUMBER}"))
    assert isinstance(glad, Say) and "那就好" in glad.text
    asking, (asks,) = respond(ANSWERED, Pressed(f"unsolved:{NUMBER}"))
    assert isinstance(asks, Say) and "还差什么" in asks.text and asking.purpose == "unsolved"


@pytest.mark.parametrize("watched", [True, False])
def test_that_a_supervisor_knows_is_told_when_it_is_so(watched: bool) -> None:
    _, (told,) = respond(ANSWERED, Acted(NUMBER, "unsolved", {"watched": watched}))
    assert isinstance(told, Say)
    assert ("督办员" in told.text) is watched and "12348" in told.text


@pytest.mark.parametrize(
    "said", ["想换一位律师", "能不能换个顾问", "这个律师不行，另外找个律师吧", "换个人回答", "再找一个别的律师"]
)
def test_another_adviser_in_words(said: str) -> None:
    dialogue, (sure,) = respond(ANSWERED, Said(said, Heard()))
    assert isinstance(sure, Say) and "换一位顾问回答" in sure.text
    _, commands = respond(dialogue, Pressed(f"swap:{NUMBER}"))
    assert commands == [Act(NUMBER, "another", "2", {})]


@pytest.mark.parametrize("said", ["换锁的钱谁出", "对方请了律师怎么办", "换了房东押金找谁"])
def test_more_of_the_matter_is_no_wish_for_another(said: str) -> None:
    _, commands = respond(ANSWERED, Said(said, Heard()))
    assert not any(isinstance(one, Say) and "换一位顾问回答" in one.text for one in commands)


def test_what_did_not_help_leads_to_another_adviser() -> None:
    _, (told,) = respond(ANSWERED, Acted(NUMBER, "unsolved", {"watched": False}))
    assert isinstance(told, Say) and told.buttons[0][0].id == f"another:{NUMBER}"


def test_kept_as_it_is() -> None:
    _, (asked,) = respond(ANSWERED, Pressed(f"another:{NUMBER}"))
    assert isinstance(asked, Say) and [button.id for button in asked.buttons[0]] == [f"swap:{NUMBER}", f"keep:{NUMBER}"]
    _, (kept,) = respond(ANSWERED, Pressed(f"keep:{NUMBER}"))
    assert isinstance(kept, Say)
