"""Moments of conversations that once went wrong, or nearly: what is said, and what is asked of the API."""

from dataclasses import replace

import pytest

from bot import texts
from bot.dialogue import respond
from bot.events import (
    Act,
    Acted,
    AttachPhoto,
    Command,
    Draft,
    Event,
    FileTicket,
    FilingFailed,
    Located,
    Pictured,
    Pressed,
    Said,
    Say,
    Show,
    Unreadable,
)
from bot.numbers import number_in
from bot.state import Dialogue, Step
from tests.bot import examples
from tests.bot.examples import NUMBER, SENSELESS, act, of_lamp

CARD = Dialogue(Step.CONFIRM, of_lamp(place="南环新村12幢"), count=1)
WHERE = Dialogue(Step.WHERE, of_lamp(), count=1)
EITHER = Dialogue(Step.EITHER, of_lamp(place="新村", either=examples.TWO_PLACES.either), count=1)
OUTSIDE = Dialogue(Step.OUTSIDE, of_lamp(place="金鸡湖", outside="苏州工业园区"), count=1)
FILING = Dialogue(Step.FILING, of_lamp(place="南环新村12幢"), count=1)
WHY = Dialogue(Step.TELLING, subject=NUMBER, purpose="dispute", count=1)
DANGER = Dialogue(Step.TELLING, subject=NUMBER, purpose="add", count=1)


def heard(commands: list[Command]) -> list[str]:
    return [command.text for command in commands if isinstance(command, Say)]


def answered(dialogue: Dialogue, *events: Event) -> tuple[Dialogue, list[Command]]:
    commands: list[Command] = []
    for event in events:
        dialogue, more = respond(dialogue, event)
        commands += more
    return dialogue, commands


def test_a_rating_pressed_while_filing_is_kept_even_when_it_ends_like_the_draft() -> None:
    after, _ = respond(FILING, Pressed(f"rate:{NUMBER}:1"))
    assert after.waiting == (Pressed(f"rate:{NUMBER}:1"),)


def test_cancel_pressed_while_filing_is_answered_afterwards() -> None:
    after, _ = respond(FILING, Pressed("cancel:1"))
    assert after.waiting == (Pressed("cancel:1"),)


@pytest.mark.parametrize("event", [Unreadable("sticker"), Said("帮助", SENSELESS), Pressed("ok:99"), Pressed("clerk")])
def test_a_question_about_a_ticket_is_not_forgotten_over_a_sticker(event: Event) -> None:
    asked = replace(WHY, draft=CARD.draft)
    after, _ = respond(asked, event)
    assert (after.step, after.subject, after.purpose) == (Step.TELLING, NUMBER, "dispute")


def test_the_card_under_way_can_be_pressed_while_a_ticket_is_asked_about() -> None:
    after, commands = respond(replace(WHY, draft=CARD.draft), Pressed("ok:1"))
    assert after.step is Step.FILING and commands == [FileTicket(CARD.draft)]


def test_pictures_go_with_the_words_they_came_with() -> None:
    _, commands = respond(WHY, Said("还是不亮", SENSELESS, ("photo-1",)))
    assert commands == [Act(NUMBER, "dispute", "2", {"reason": "还是不亮"}), AttachPhoto(NUMBER, "photo-1")]
    after, _ = respond(Dialogue(), Said("看这里", SENSELESS, ("photo-1",)))
    assert after.photos == ("photo-1",)
    after, _ = answered(Dialogue(Step.TELLING, purpose="clerk"), Pictured("photo-1"), Said("坏了", SENSELESS))
    assert after.draft.photos == ("photo-1",)
    _, commands = respond(DANGER, Said("又烧起来了", examples.ON_FIRE, ("photo-1",)))
    assert AttachPhoto(NUMBER, "photo-1") in commands


def test_a_location_before_a_clerks_words_is_kept() -> None:
    after, _ = answered(Dialogue(Step.TELLING, purpose="clerk"), Located(31.3, 120.6), Said("坏了", SENSELESS))
    assert (after.draft.lat, after.step) == (31.3, Step.CONFIRM)


@pytest.mark.parametrize("verb", ["show", "rate", "withdrawn", "dispute", "attach"])
@pytest.mark.parametrize("rest", ["../notices/1/ack?", "", "GS20261123-0001/../x", f"{NUMBER}?x", "ＧＳ20261123-0001"])
def test_a_button_that_names_no_ticket_reaches_no_address(verb: str, rest: str) -> None:
    after, commands = respond(Dialogue(photos=("photo-1",)), Pressed(f"{verb}:{rest}:5"))
    assert heard(commands) == [texts.STALE] and after.step is Step.IDLE and len(commands) == 1


NUMBERS = {
    NUMBER: NUMBER,
    f"编号{NUMBER}办得怎么样": NUMBER,
    "gs20261123-0001": NUMBER,
    "GS202611230001": NUMBER,
    "ＧＳ２０２６１１２３－０００１": NUMBER,
    "GS2026112-0001": "",
    "XGS20261123-0001": "",
    "13812345678": "",
}


@pytest.mark.parametrize(("words", "number"), NUMBERS.items())
def test_a_number_is_found_as_people_write_it(words: str, number: str) -> None:
    assert number_in(words) == number
    assert number == "" or respond(Dialogue(), Said(words, SENSELESS))[1] == [Show(number)]


COMMANDS = {"/start": texts.HELLO, "/start 123": texts.HELLO, "/HELP@gusu_bot": texts.HELP, "/what": texts.HELP}


@pytest.mark.parametrize(("words", "answer"), COMMANDS.items())
def test_slash_commands(words: str, answer: str) -> None:
    assert heard(respond(Dialogue(), Said(words, SENSELESS))[1]) == [answer]


def test_a_second_danger_after_an_hour_is_another_report() -> None:
    said = Said("又着火了", examples.ON_FIRE)
    assert respond(DANGER, said)[0].step is Step.TELLING
    after, commands = respond(DANGER, replace(said, anew=True))
    assert after.step is Step.FILING and isinstance(commands[-1], FileTicket)


def test_a_key_used_by_a_forgotten_past_is_changed() -> None:
    after, commands = respond(FILING, FilingFailed("1", "key_reused"))
    assert commands == [FileTicket(after.draft)] and after.draft == replace(FILING.draft, key="2")
    assert after.step is Step.FILING


def test_a_label_the_api_does_not_take_goes_to_a_clerk() -> None:
    after, commands = respond(FILING, FilingFailed("1", "unknown_label"))
    assert after.draft.chosen is None and after.step is Step.CONFIRM
    assert heard(commands)[0] == texts.REFUSALS["unknown_label"] and texts.CLERK in heard(commands)[1]


def test_changing_the_item_of_a_draft_that_has_no_others_asks_in_open_words() -> None:
    for draft in (Draft("1", "说不清", settled=True, nowhere=True), replace(CARD.draft, options=(examples.LAMP,))):
        _, commands = respond(replace(CARD, draft=draft), Pressed("what:1"))
        assert heard(commands) == [texts.WHAT_IS_IT]


TYPED = [
    (CARD, "确认提交", Step.FILING),
    (CARD, "改地点", Step.WHERE),
    (CARD, "改事项", Step.WHICH),
    (CARD, "取消", Step.IDLE),
    (WHERE, "说不清地点", Step.CONFIRM),
    (OUTSIDE, "就在姑苏区", Step.CONFIRM),
    (OUTSIDE, "知道了，不报了", Step.IDLE),
    (EITHER, "平江街道 北园社区", Step.CONFIRM),
    (EITHER, "都不是", Step.CONFIRM),
    (EITHER, "2", Step.CONFIRM),
]


@pytest.mark.parametrize(("dialogue", "words", "step"), TYPED, ids=[words for _, words, _ in TYPED])
def test_a_button_can_be_typed(dialogue: Dialogue, words: str, step: Step) -> None:
    after, _ = respond(dialogue, Said(words, SENSELESS))
    assert after.step is step
    place = after.draft.place
    assert not place or place.startswith(dialogue.draft.place), "the typed words are no address"


@pytest.mark.parametrize(
    ("dialogue", "name"), [(EITHER, "affirm"), (EITHER, "deny"), (EITHER, "greet"), (OUTSIDE, "greet")]
)
def test_small_talk_does_not_answer_which_place(dialogue: Dialogue, name: str) -> None:
    after, commands = respond(dialogue, Said("嗯嗯", act(name)))
    assert after == dialogue and len(commands) == 1


def test_an_unsure_yes_does_not_file() -> None:
    assert respond(CARD, Said("行吧应该不是这个", act("affirm", "unsure")))[0].step is Step.CONFIRM


def test_an_edited_address_corrects_the_place_and_keeps_the_matter() -> None:
    after, commands = respond(CARD, Said("干将东路100号", examples.AN_ADDRESS, edited=True))
    assert (after.draft.place, after.draft.chosen) == ("干将东路100号", examples.LAMP)
    assert "路灯不亮" in after.draft.text and texts.EDITED in heard(commands)


def test_an_edited_report_keeps_what_came_besides_words() -> None:
    draft = of_lamp(place="南环新村12幢", lat=31.3, lon=120.6, photos=("photo-1",))
    queued = replace(examples.QUEUED, key="2")
    before = replace(CARD, draft=draft, queue=(queued,), count=2)
    after, _ = respond(before, Said("垃圾没人清", examples.NO_PLACE, edited=True))
    assert after.draft.chosen == examples.REFUSE and after.draft.key == "3"
    assert (after.draft.place, after.draft.lat, after.draft.photos) == ("南环新村12幢", 31.3, ("photo-1",))
    assert after.queue == (), "the same matter does not wait a second time"


def test_an_edit_of_words_that_were_not_understood_is_a_new_try() -> None:
    before, _ = respond(Dialogue(last=NUMBER), Said("嗯啊那个", SENSELESS))
    assert respond(before, Said("路灯不亮", examples.A_LAMP, edited=True))[0].step is Step.CONFIRM
    late = respond(Dialogue(last=NUMBER), Said("路灯不亮了", examples.A_LAMP, edited=True))[1]
    assert heard(late) == [texts.EDIT_TOO_LATE]


def test_an_edit_is_no_reason_for_a_dispute() -> None:
    after, commands = respond(WHY, Said("路灯不亮了", examples.A_LAMP, edited=True))
    assert after == WHY and heard(commands) == [texts.EDIT_TOO_LATE]


def test_a_rating_in_the_middle_of_a_report_asks_for_no_comment() -> None:
    after, commands = respond(WHERE, Acted(NUMBER, "rate", {"score": 5}))
    assert after == WHERE and heard(commands) == [texts.RATED]


def test_all_five_scores_are_offered_with_a_ticket() -> None:
    ids = [button.id for row in texts.shown_buttons(examples.TICKET) for button in row]
    assert [button for button in ids if button.startswith("rate:")] == [f"rate:{NUMBER}:{n}" for n in (5, 4, 3, 2, 1)]


def test_more_about_a_danger_does_not_begin_the_next_matter() -> None:
    before = replace(DANGER, queue=(examples.QUEUED,))
    after, commands = respond(before, Said("火更大了", examples.ON_FIRE))
    assert (after.step, after.queue) == (Step.TELLING, before.queue)
    assert [type(command) for command in commands] == [Say, Act]
