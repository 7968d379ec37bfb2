"""The pure half of duty: every step of a form answers every event, and what is written goes where it belongs."""

from dataclasses import replace
from typing import get_args

import pytest

from api.lifecycle import RULES, Action, Lane, Role
from api.pages import words as of_pages
from api.schemas import Act
from bot import duty, duty_notices, duty_texts
from bot.channels.telegram import LONGEST_MESSAGE, units
from bot.dialogue import respond
from bot.duty_events import Bind, DutyEvent, DutyRefused, ListDuty, Unbind
from bot.duty_forms import DEEDS, DutyStep, Form, action_of, open_to, step_of
from bot.duty_words import code_in, command
from bot.duty_writing import STEPS
from bot.events import Command, Event, Filed, Heard, Pressed, Said, Say
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
    deed, of = DEEDS[action], Action(action_of(action))
    rules = {lane: rule for (lane, _, done), rule in RULES.items() if done == of and deed.lane in ("", lane)}
    asked = {name for name, _ in deed.asks}
    assert [asked - set(deed.skips)] * len(rules) == [{need.value for need in rule.needs} for rule in rules.values()]
    assert set(Act.model_fields) >= set(duty_texts.FIELDS) >= asked >= set(deed.skips)
    assert deed.name == of_pages.PHRASES[next(iter(rules)), of].button


@pytest.mark.parametrize("lane", Lane)
def test_no_action_is_offered_under_two_names(lane: Lane) -> None:
    allowed = {"lane": lane, "actions": [action_of(deed) for deed in DEEDS]}
    offered = [action_of(deed) for deed in open_to(allowed)]
    assert sorted(offered) == sorted(set(allowed["actions"]))


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
