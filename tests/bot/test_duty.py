"""The pure half of duty: every step of a form answers every event, and what is written goes where it belongs."""

from dataclasses import replace
from typing import get_args

import pytest

from api.lifecycle import RULES, Action, Lane, Need, Role
from api.pages import words as of_pages
from bot import duty, duty_notices, duty_texts, texts
from bot.channels.telegram import LONGEST_MESSAGE, units
from bot.dialogue import respond
from bot.duty_events import Bind, DutyAct, DutyDone, DutyEvent, DutyRefused, DutyShown, ListDuty, ShowDuty, Unbind
from bot.duty_forms import DEEDS, DutyStep, Form, step_of
from bot.duty_words import code_in, command
from bot.duty_writing import STEPS
from bot.events import Command, Event, Filed, FileTicket, Heard, Located, Pictured, Pressed, Said, Say, Show
from bot.events import Refused as ActRefused
from bot.state import Dialogue, Step
from bot.store import COMMAND, DIALOGUE, EVENT
from tests.bot import duty_examples as duty_of
from tests.bot import examples
from tests.bot.duty_examples import DIALOGUES, NUMBER, ON_DUTY, filled
from tests.bot.test_dialogue import LONGEST_BUTTON, is_repetition, says
from tests.bot.test_texts import MACHINE, QUOTED

WORDS = Heard()
TOLD = {
    f"legal.{action}" if lane is Lane.LEGAL else str(action)
    for (lane, _, action), rule in RULES.items()
    if rule.tell - {Role.RESIDENT}
}


def events() -> list[Event]:
    return [*examples.events("1"), *duty_of.SAID, *map(Pressed, duty_of.buttons("1")), *duty_of.NOTICED]


PAIRS = [(dialogue, event) for dialogue in DIALOGUES for event in events()]


def on(form: Form) -> Dialogue:
    return replace(ON_DUTY, form=form)


def talked(dialogue: Dialogue, *events: Event) -> tuple[Dialogue, list[Command]]:
    commands: list[Command] = []
    for event in events:
        dialogue, commands = respond(dialogue, event)
    return dialogue, commands


def heard(commands: list[Command]) -> str:
    return "\n".join(say.text for say in says(commands))


# --- completeness


def test_the_examples_are_complete() -> None:
    assert {step_of(dialogue.form) for dialogue in DIALOGUES} == set(DutyStep) == set(STEPS)
    assert {type(event) for event in duty_of.EVENTS} == set(get_args(DutyEvent))
    assert {button.partition(":")[0] for button in duty_of.buttons("1")} == set(duty.BUTTONS)
    assert {form.action for form in duty_of.FORMS} == set(DEEDS)
    assert {command(said.text) for said in duty_of.SAID} == {*duty.COMMANDS, ""}


def test_every_step_answers_every_event() -> None:
    for dialogue, event in PAIRS:
        after, commands = respond(dialogue, event)
        assert bool(commands) is not is_repetition(dialogue, event), (dialogue, event)
        assert after.step is Step.FILING or not after.waiting


@pytest.mark.parametrize("step", DutyStep)
def test_a_step_by_itself_answers_whatever_comes(step: DutyStep) -> None:
    for dialogue in DIALOGUES:
        if step_of(dialogue.form) is step:
            for event in events():
                assert STEPS[step](dialogue, event)[1], (dialogue, event)


def test_every_message_fits_and_has_nothing_of_the_machine() -> None:
    theirs = sorted({said.text for said in [*examples.SAYINGS, *duty_of.SAID]}, key=len, reverse=True)
    for dialogue, event in PAIRS:
        for say in says(respond(dialogue, event)[1]):
            assert say.text.strip() and units(say.text) <= LONGEST_MESSAGE
            for button in (button for row in say.buttons for button in row):
                assert 0 < len(button.id.encode()) <= LONGEST_BUTTON, button
                assert not MACHINE.search(QUOTED.sub("", button.text)), button
            if isinstance(event, Said | Filed):
                continue  # their own words are quoted
            left = QUOTED.sub("", say.text)
            for own in theirs:
                left = left.replace(own, "")
            assert not MACHINE.search(left), say.text


def test_everything_survives_the_database() -> None:
    for dialogue, event in PAIRS:
        after, commands = respond(dialogue, event)
        assert EVENT.validate_json(EVENT.dump_json(event)) == event
        assert DIALOGUE.validate_json(DIALOGUE.dump_json(after)) == after
        assert [COMMAND.validate_json(COMMAND.dump_json(each)) for each in commands] == commands


def test_a_dialogue_kept_before_there_were_forms_is_still_read() -> None:
    assert DIALOGUE.validate_json('{"step": "idle", "count": 3}') == Dialogue(count=3)


@pytest.mark.parametrize("action", DEEDS)
def test_a_deed_asks_exactly_for_what_its_rule_needs_and_is_called_as_on_the_page(action: str) -> None:
    rules = {lane: rule for (lane, _, of), rule in RULES.items() if of == action}
    lane, rule = next(iter(rules.items()))
    assert {name for name, _ in DEEDS[action].asks} == {need.value for need in rule.needs}
    assert {need.value for need in Need} >= set(duty_texts.FIELDS) >= {name for name, _ in DEEDS[action].asks}
    assert DEEDS[action].name == of_pages.PHRASES[lane, Action(action)].button


def test_roles_are_called_as_on_the_page() -> None:
    assert {
        str(role): of_pages.ROLES[role] for role in of_pages.ROLES if str(role) in duty_texts.ROLES
    } == duty_texts.ROLES
    assert set(duty_texts.ROLES) == {"triage", "handler", "verifier", "adviser", "supervisor", "admin"}


def test_every_notice_has_a_sentence_and_none_is_left_over() -> None:
    assert set(duty_notices.NOTICES) == TOLD
    for kind in TOLD:
        for facts in (duty_of.FACTS, {"number": NUMBER, "name": "路灯故障"}):
            said = duty_notices.notice(f"duty.{kind}", facts)
            assert said.startswith(f"值班 【{NUMBER}】路灯故障\n") and len(said.splitlines()[-1]) > 4
            assert not MACHINE.search(QUOTED.sub("", said)), said
    assert "新进展" in duty_notices.notice("duty.something_new", duty_of.FACTS)


def test_a_notice_of_a_legal_matter_says_where_its_words_are() -> None:
    said = duty_notices.notice("duty.legal.dispatch", {"number": NUMBER, "name": "房屋租赁", "due_at": duty_of.NOW})
    assert said.splitlines()[1:] == ["有一件法律咨询等您回答。", "最迟 11 月 23 日 10:00。", duty_notices.ON_THE_PAGE]
    linked = {"number": NUMBER, "name": "房屋租赁", "page": f"https://gs.example/tickets/{NUMBER}"}
    assert duty_notices.notice("duty.legal.dispatch", linked).endswith(f"\nhttps://gs.example/tickets/{NUMBER}")


# --- binding

CODES = {
    "绑定 12345678": "12345678",
    "绑定12345678": "12345678",
    "绑定：１２３４ ５６７８": "12345678",
    "绑定码是一二三四，五六七八。": "12345678",
    "绑定 幺二三四五六七零": "12345670",
    "/bind 12345678": "12345678",
    "/BIND@gusu_bot 1234-5678": "12345678",
    "绑定": "",
    "绑定 1234": "1234",
    "/bind abc": "",
    "绑定银行卡要收费": None,
    "12345678": None,
    "我想绑定 12345678": None,
}


@pytest.mark.parametrize(("said", "code"), CODES.items())
def test_a_code_is_heard_as_people_write_and_dictate_it(said: str, code: str | None) -> None:
    assert code_in(said) == code
    _, commands = respond(Dialogue(count=4), Said(said, WORDS))
    if code is not None:
        assert commands == ([Bind(code)] if len(code) == 8 else [Say(duty_texts.HOW_TO_BIND)])
    else:
        assert not any(isinstance(each, Bind) for each in commands)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        *((said, Unbind()) for said in ("解绑", "解除绑定。", "/unbind")),
        *((said, ListDuty()) for said in ("我的工单", " 我 的 工单！", "/duty", "/DUTY@gusu_bot")),
    ],
)
@pytest.mark.parametrize("dialogue", [Dialogue(), Dialogue(Step.CONFIRM, examples.of_lamp(place="南环新村"), count=1)])
def test_what_is_said_in_these_very_words_holds_at_every_step(dialogue: Dialogue, said: str, asked: Command) -> None:
    after, commands = respond(dialogue, Said(said, WORDS))
    assert commands == [asked] and (after.step, after.draft) == (dialogue.step, dialogue.draft)


@pytest.mark.parametrize("form", [filled("fail"), filled("fail", sent=True), Form()])
def test_an_ended_grant_ends_what_was_being_written_and_gives_the_words_back(form: Form) -> None:
    refused = DutyRefused("fail", "not_bound", NUMBER, form.key, duty_of.WRITTEN["reason"] if form.sent else "")
    after, commands = respond(on(form), refused)
    assert (after.bound, after.form) == ("", Form()) and "没有绑定" in heard(commands)
    assert (duty_of.WRITTEN["reason"] in heard(commands)) is bool(form.key)


def test_whom_a_chat_is_bound_to_is_said() -> None:
    after, commands = respond(Dialogue(), duty_of.EVENTS[0])
    assert "绑定为承办员维修队" in heard(commands) and after.bound == "维修队"
    for name, kept in (("维修队", filled("fail")), ("别人", Form())):
        writing = replace(on(filled("fail")), bound=name)
        assert respond(writing, duty_of.EVENTS[0])[0].form == kept


# --- a form


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


def test_only_what_the_api_allows_is_offered_and_no_words_of_a_legal_matter() -> None:
    row, photos = duty_texts.shown_buttons(duty_of.TICKET | {"actions": ["accept", "decline"]})
    assert [button.id for button in row] == [f"duty-do:{NUMBER}:accept"]
    assert [button.id for button in photos] == [f"duty-photos:{NUMBER}"]
    legal = {button.id.rpartition(":")[2] for row in duty_texts.shown_buttons(duty_of.LEGAL) for button in row}
    assert legal == {action for action, deed in DEEDS.items() if not deed.asks}
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
