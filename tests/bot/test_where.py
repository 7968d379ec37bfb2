"""Where it is: what could be no address is asked about once more, and a better one takes its place."""

import pytest

from bot import texts
from bot.dialogue import respond
from bot.events import Draft, Heard, Said, Say
from bot.state import Dialogue, Step
from tests.bot.examples import A_LAMP, LAMP, REFUSE

ASKED = Dialogue(Step.WHERE, Draft("1", "垃圾没人收", (REFUSE,), REFUSE, settled=True), count=1)
STREET = Heard(place="山塘街 480号", street="虎丘街道")


def said_to(dialogue: Dialogue, words: str, heard: Heard | None = None) -> tuple[Dialogue, str]:
    dialogue, commands = respond(dialogue, Said(words, heard or Heard()))
    return dialogue, "\n".join(command.text for command in commands if isinstance(command, Say))


@pytest.mark.parametrize("words", ["已经三天了", "怎么关总阀", "等一下 我问问我老公", "就在我家楼下", "老地方", "那边"])
def test_what_could_be_no_address_is_kept_as_words_and_asked_about_once_more(words: str) -> None:
    dialogue, answer = said_to(ASKED, words)
    assert (dialogue.step, dialogue.draft.place, answer) == (Step.WHERE, "", texts.WHERE_BESIDE)
    assert words in dialogue.draft.text
    dialogue, _ = said_to(dialogue, "阿二根家")
    assert (dialogue.step, dialogue.draft.place) == (Step.CONFIRM, "阿二根家")


@pytest.mark.parametrize("words", ["阳光水榭3幢", "老菜场后门", "桥堍下头", "我家楼下的车棚旁边", "402"])
def test_what_could_be_one_is_taken_though_no_map_knows_it(words: str) -> None:
    assert said_to(ASKED, words)[0].draft.place == words


@pytest.mark.parametrize("words", ["我不想说住哪", "不告诉你", "不方便讲", "能不能不说"])
def test_who_keeps_it_back_is_not_asked_again(words: str) -> None:
    dialogue, _ = said_to(ASKED, words)
    assert (dialogue.step, dialogue.draft.nowhere, dialogue.draft.place) == (Step.CONFIRM, True, "")


def test_words_that_say_more_than_a_refusal_are_kept() -> None:
    more = "垃圾桶都堆出来了，我不想说住哪一家"
    assert more in said_to(ASKED, more)[0].draft.text
    awkward, answer = said_to(ASKED, "我腿脚不方便")
    assert (awkward.draft.nowhere, answer) == (False, texts.WHERE_BESIDE)


def test_the_matter_may_be_put_right_while_the_place_is_asked_for() -> None:
    dialogue, _ = said_to(ASKED, "不是垃圾，是南环新村12幢的路灯", A_LAMP)
    assert (dialogue.draft.chosen, dialogue.draft.place, dialogue.queue) == (LAMP, "南环新村12幢", ())


def test_an_address_takes_the_place_of_what_is_none() -> None:
    guessed = Dialogue(
        Step.CONFIRM, Draft("1", "垃圾没人收", (REFUSE,), REFUSE, settled=True, place="阿二根家"), count=1
    )
    assert said_to(guessed, "山塘街 480号", STREET)[0].draft.place == "山塘街 480号"
    assert said_to(guessed, "干将东路858号", Heard(place="干将东路858号"))[0].draft.place == "干将东路858号"
    twice = said_to(said_to(ASKED, "就在我家楼下")[0], "就在我家楼下呀")[0]
    assert (twice.step, twice.draft.place) == (Step.CONFIRM, "就在我家楼下呀")
    assert said_to(twice, "干将东路858号", Heard(place="干将东路858号"))[0].draft.place == "干将东路858号"


@pytest.mark.parametrize("words", ["我要报修", "报修", "你好，我想反映一个问题", "我要投诉！"])
def test_who_only_opens_is_asked_what_and_where(words: str) -> None:
    assert said_to(Dialogue(), words, Heard(kind="act", label="act:cancel", sureness="sure"))[1] == texts.GO_ON


def test_nobody_is_told_of_withdrawing_who_did_not_surely_ask_for_it() -> None:
    dialogue, answer = said_to(Dialogue(), "再不来我就找你们领导", Heard("act", "act:cancel", "lost"))
    assert answer == texts.NOT_UNDERSTOOD and dialogue.unfiled == "再不来我就找你们领导"
