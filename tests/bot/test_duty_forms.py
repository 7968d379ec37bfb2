"""What people on duty write in their chat: forms, and what is said in the midst of one."""

from dataclasses import replace

import pytest

from bot import duty, duty_texts, texts
from bot.dialogue import respond
from bot.duty_events import DutyAct, DutyDone, DutyRefused, DutyShown, ShowDuty
from bot.duty_forms import DEEDS, Form
from bot.events import Event, Filed, FileTicket, Located, Pictured, Pressed, Said, Show
from bot.events import Refused as ActRefused
from bot.state import Dialogue, Step
from tests.bot import duty_examples as duty_of
from tests.bot import examples
from tests.bot.duty_examples import NUMBER, ON_DUTY, filled
from tests.bot.test_dialogue import says
from tests.bot.test_duty import WORDS, heard, on, talked


def test_reporting_back_asks_takes_pictures_and_sends_once() -> None:
    dialogue, commands = respond(ON_DUTY, Pressed(f"duty-do:{NUMBER}:report_back"))
    assert "处理了什么" in heard(commands) and dialogue.form.key == "2"
    dialogue, _ = talked(dialogue, Pictured("p1"), Said("换了灯管", WORDS, ("p2",)), Pictured("p1"))
    dialogue, sent = respond(dialogue, Pressed("duty-ok:2"))
    assert sent == [DutyAct(NUMBER, "report_back", "2", {"note": "换了灯管"}, ("p1", "p2"))]
    dialogue, again = respond(dialogue, Pressed("duty-ok:2"))
    assert heard(again) == duty_texts.ALREADY_SENT and len(again) == 1
    dialogue, done = respond(dialogue, DutyDone(NUMBER, "report_back", "2"))
    assert "另一个人核查" in heard(done) and dialogue.form == Form()
    assert heard(respond(dialogue, Pressed("duty-ok:2"))[1]) == duty_texts.STALE


def test_returning_asks_why_and_then_whose() -> None:
    dialogue, _ = respond(ON_DUTY, Pressed(f"duty-do:{NUMBER}:return"))
    dialogue, commands = respond(dialogue, Said("不归我们管", WORDS))
    assert "该由谁来办" in heard(commands)
    dialogue, commands = respond(dialogue, Said("供电公司", WORDS))
    assert "原因：不归我们管" in heard(commands) and "建议由谁办：供电公司" in heard(commands)
    assert respond(dialogue, Said("好", WORDS))[1] == [
        DutyAct(NUMBER, "return", "2", {"reason": "不归我们管", "to": "供电公司"})
    ]


@pytest.mark.parametrize("action", [action for action, deed in DEEDS.items() if not deed.asks])
def test_what_needs_nothing_is_confirmed_and_sent(action: str) -> None:
    dialogue, commands = respond(ON_DUTY, Pressed(f"duty-do:{NUMBER}:{action}"))
    assert DEEDS[action].name in heard(commands)
    assert respond(dialogue, Pressed("duty-ok:2"))[1] == [DutyAct(NUMBER, action, "2")]


def test_words_at_the_card_are_added_edited_or_written_anew() -> None:
    card = on(filled("fail"))
    assert respond(card, Said("灯罩也破了", WORDS))[0].form.fields == {"reason": "要等配件\n灯罩也破了"}
    assert respond(card, Said("还是不亮", WORDS, edited=True))[0].form.fields == {"reason": "还是不亮"}
    after, commands = respond(card, Pressed("duty-redo:1"))
    assert after.form.fields == {} and "哪里没有办好" in heard(commands)


@pytest.mark.parametrize(
    "way", [Pressed("duty-drop:1"), Said("取消", WORDS), Said("先不办。", WORDS), Said("/cancel@b", WORDS)]
)
@pytest.mark.parametrize("form", [Form("1", NUMBER, "fail"), filled("fail"), filled("accept")])
def test_a_form_can_be_left(form: Form, way: Event) -> None:
    after, commands = respond(on(form), way)
    assert after.form == Form() and NUMBER in heard(commands)
    assert not any(isinstance(each, DutyAct) for each in commands)


@pytest.mark.parametrize("button", [f"duty-{verb}:7" for verb in ("ok", "drop", "redo", "again", "own")])
def test_a_button_of_an_old_form_does_nothing(button: str) -> None:
    after, commands = respond(on(filled("fail")), Pressed(button))
    assert after.form == filled("fail") and heard(commands) == duty_texts.STALE


@pytest.mark.parametrize("rest", ["../notices/1/ack:accept", ":accept", f"{NUMBER}?x:accept", f"{NUMBER}:", NUMBER])
def test_a_button_that_names_no_ticket_or_no_deed_opens_nothing(rest: str) -> None:
    after, commands = respond(ON_DUTY, Pressed(f"duty-do:{rest}"))
    assert after.form == Form() and heard(commands) == duty_texts.STALE


@pytest.mark.parametrize("code", ["not_allowed", "stale", "forbidden"])
def test_who_comes_second_is_told_gets_the_words_back_and_sees_how_it_stands(code: str) -> None:
    after, commands = respond(on(filled("fail", sent=True)), DutyRefused("fail", code, NUMBER, "1", "要等配件"))
    assert after.form == Form() and "要等配件" in heard(commands) and commands[-1] == ShowDuty(NUMBER)


def test_an_answer_to_a_form_before_leaves_the_present_one_and_loses_no_words() -> None:
    for event in (DutyDone(NUMBER, "accept", "7"), DutyRefused("ask", "too_many", NUMBER, "7", "哪一盏？")):
        after, commands = respond(on(filled("fail")), event)
        assert after.form == filled("fail") and ("哪一盏？" in heard(commands)) is isinstance(event, DutyRefused)


def test_the_end_of_a_grant_lets_a_report_that_waited_go_on() -> None:
    waiting = replace(on(filled("fail")), queue=(examples.of_lamp(place="南环新村12幢"),))
    after, commands = respond(waiting, duty_of.EVENTS[2])
    assert after.step is Step.CONFIRM and duty_texts.UNBOUND in heard(commands) and texts.NEXT_MATTER in heard(commands)


def test_a_key_used_by_a_forgotten_past_is_changed() -> None:
    after, commands = respond(on(filled("fail", sent=True)), DutyRefused("fail", "key_reused", NUMBER, "1"))
    assert commands == [DutyAct(NUMBER, "fail", "2", {"reason": "要等配件"})] and after.form.sent


def test_looking_at_another_ticket_keeps_what_was_being_written() -> None:
    dialogue, _ = respond(on(filled("fail")), Pressed(f"duty-show:{NUMBER}"))
    assert not duty.concerns(dialogue, Said("垃圾没人清", examples.NO_PLACE))
    dialogue, commands = respond(dialogue, DutyShown(duty_of.TICKET, duty_of.NOW))
    again = next(button for row in says(commands)[0].buttons for button in row if button.id == "duty-again:1")
    after, commands = respond(dialogue, Pressed(again.id))
    assert after.form == filled("fail") and "要等配件" in heard(commands)


def test_only_what_the_api_allows_is_offered() -> None:
    row, photos = duty_texts.shown_buttons(duty_of.TICKET | {"actions": ["accept", "decline"]})
    assert [button.id for button in row] == [f"duty-do:{NUMBER}:accept"]
    assert [button.id for button in photos] == [f"duty-photos:{NUMBER}"]
    legal = {button.id.rpartition(":")[2] for row in duty_texts.shown_buttons(duty_of.LEGAL) for button in row}
    assert legal == {"accept", "pass_on"}
    assert duty_texts.LEGAL_HERE in duty_texts.shown(duty_of.LEGAL, duty_of.NOW)


LEFT = {
    "2026-11-23T10:00:30+08:00": "还剩 1 分钟",
    "2026-11-23T11:30:00+08:00": "还剩 90 分钟",
    "2026-11-23T13:00:00+08:00": "还剩 3 小时",
    "2026-11-26T11:00:00+08:00": "还剩 3 天",
    "2026-11-23T01:00:00Z": "已经超时 60 分钟",
    "2026-11-20T10:00:00+08:00": "已经超时 3 天",
    None: "没有时限",
}


@pytest.mark.parametrize(("due", "said"), LEFT.items())
def test_time_left(due: str | None, said: str) -> None:
    assert duty_texts.left(due, duty_of.NOW) == said
    assert "停着" in duty_texts.left(due, duty_of.NOW, paused=True)


# --- the same person is a resident


def test_who_says_that_they_report_reports_and_the_form_comes_back() -> None:
    form = Form("1", NUMBER, "fail")
    dialogue, commands = respond(on(form), Said("我要报修，南环新村12幢的路灯不亮", examples.A_LAMP))
    assert dialogue.step is Step.CONFIRM and "确认提交" in heard(commands) and dialogue.form == form
    dialogue, commands = respond(dialogue, Pressed(f"ok:{dialogue.draft.key}"))
    assert isinstance(commands[0], FileTicket)
    dialogue, commands = respond(dialogue, Filed(dialogue.draft.key, NUMBER, examples.TICKET))
    assert "收到了" in heard(commands) and "哪里没有办好" in says(commands)[-1].text
    assert respond(dialogue, Said("还是暗的", WORDS))[0].form.fields == {"reason": "还是暗的"}


@pytest.mark.parametrize("said", ["帮助", "我的上报", "人工", "/help", "/start"])
@pytest.mark.parametrize("form", [Form("1", NUMBER, "fail"), filled("fail")])
def test_what_residents_command_holds_in_a_form_as_well(form: Form, said: str) -> None:
    after, commands = respond(on(form), Said(said, WORDS))
    assert after.form == form and commands and "确认送出" not in heard(commands)


def test_words_taken_for_the_forms_are_one_press_from_a_report() -> None:
    dialogue, commands = respond(on(Form("1", NUMBER, "fail")), Said("南环新村12幢的路灯不亮", examples.A_LAMP))
    assert "duty-own:1" in {button.id for row in says(commands)[0].buttons for button in row}
    dialogue, commands = respond(dialogue, Pressed("duty-own:1"))
    assert dialogue.step is Step.CONFIRM and "路灯不亮" in dialogue.draft.text and dialogue.form.fields == {}


def test_a_matter_said_while_a_plain_yes_is_waited_for_is_a_report() -> None:
    dialogue, commands = respond(on(filled("accept")), Said("垃圾没人清", examples.NO_PLACE))
    assert dialogue.step is Step.WHERE and dialogue.form == filled("accept") and heard(commands)


@pytest.mark.parametrize("form", [Form("1", NUMBER, "fail"), filled("report_back")])
def test_danger_in_a_form_is_answered_by_the_numbers_and_filed_by_one_press(form: Form) -> None:
    danger = Said("又着火了", examples.ON_FIRE)
    dialogue, commands = respond(on(form), danger)
    assert says(commands)[0].urgent and "119" in says(commands)[0].text
    dialogue, commands = respond(dialogue, Pressed("duty-own:1"))
    (filing,) = commands
    assert isinstance(filing, FileTicket) and filing.draft.urgent and "又着火了" in filing.draft.text
    assert dialogue.step is Step.FILING


@pytest.mark.parametrize(
    "said",
    [Said("又着火了", examples.ON_FIRE, anew=True), Said("我要上报，又着火了", examples.ON_FIRE)],
)
def test_danger_that_is_surely_their_own_is_filed_at_once(said: Said) -> None:
    _, commands = respond(on(Form("1", NUMBER, "fail")), said)
    assert says(commands)[0].urgent and isinstance(commands[1], FileTicket)


def test_danger_beside_no_form_is_filed_at_once() -> None:
    for form in (Form(), filled("accept"), filled("fail", sent=True), filled("fail", aside=True)):
        _, commands = respond(on(form), Said("着火了", examples.ON_FIRE))
        assert says(commands)[0].urgent and isinstance(commands[1], FileTicket), form


def test_a_report_under_way_waits_for_the_form_and_goes_on() -> None:
    asking = Dialogue(Step.WHERE, examples.of_lamp(), count=1, bound="维修队")
    dialogue, commands = respond(asking, Pressed(f"duty-do:{NUMBER}:fail"))
    assert len(commands) == 1 and dialogue.queue == (asking.draft,)
    dialogue, _ = talked(dialogue, Said("南环新村12幢还是不亮", examples.A_LAMP), Pressed("duty-ok:2"))
    dialogue, commands = respond(dialogue, DutyDone(NUMBER, "fail", "2"))
    assert dialogue.step is Step.WHERE and texts.NEXT_MATTER in heard(commands) and texts.WHERE_EXACT in heard(commands)


def test_a_number_that_is_none_of_their_reports_is_looked_for_among_what_waits() -> None:
    assert respond(ON_DUTY, Said(NUMBER, WORDS))[1] == [Show(NUMBER)]
    assert respond(ON_DUTY, ActRefused(NUMBER, "show", "not_found"))[1] == [ShowDuty(NUMBER)]
    assert heard(respond(Dialogue(), ActRefused(NUMBER, "show", "not_found"))[1]) == texts.REFUSALS["not_found"]


def test_a_place_and_a_picture_where_neither_helps_ask_again() -> None:
    for event in (Located(31.3, 120.6), Pictured("p1")):
        after, commands = respond(on(Form("1", NUMBER, "fail")), event)
        assert after.form == Form("1", NUMBER, "fail") and "哪里没有办好" in heard(commands)
        assert (after.photos, after.spot) == ((), None)
