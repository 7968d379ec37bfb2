"""The pure dialogue: it answers everything at every step, loses nothing, and says the emergency numbers first."""

import inspect
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from bot import dialogue as talk
from bot import idle, texts
from bot.case_events import CasesFound
from bot.channels.telegram import LONGEST_MESSAGE, units
from bot.dialogue import respond
from bot.events import Act, Command, Event, Filed, FileTicket, FilingFailed, Known, Noticed, Pressed, Said, Say
from bot.presses import PRESSES
from bot.state import Dialogue, Step
from bot.store import COMMAND, DIALOGUE, EVENT
from bot.telling import WORDS_GO_TO
from bot.ticket_buttons import OF_A_TICKET
from tests.bot import examples
from tests.bot.examples import ACTS, DIALOGUES, SAYINGS

LONGEST_BUTTON = 64  # bytes of callback_data
PAIRS = [(dialogue, event) for dialogue in DIALOGUES for event in examples.events(dialogue.draft.key or "1")]


def says(commands: list[Command]) -> list[Say]:
    return [command for command in commands if isinstance(command, Say)]


def is_repetition(dialogue: Dialogue, event: Event) -> bool:
    """The answer to a FileTicket that was answered before, and cases that come too late: all that may be met with
    silence."""
    if isinstance(event, CasesFound):
        return dialogue.step is not Step.SEEKING or event.key != dialogue.draft.key
    if not isinstance(event, Filed | FilingFailed | Known):
        return False
    if isinstance(event, Known) and dialogue.draft.same is not None:
        return True
    return dialogue.step is not Step.FILING or event.key != dialogue.draft.key


def test_the_examples_are_complete() -> None:
    assert {dialogue.step for dialogue in DIALOGUES} == set(Step)
    assert {dialogue.purpose for dialogue in DIALOGUES} == {*WORDS_GO_TO, "clerk", "consent", ""}
    assert {type(event) for event in examples.events()} == set(get_args(Event))
    verbs = {button.partition(":")[0] for button in examples.buttons("1")}
    assert verbs >= {*OF_A_TICKET, *PRESSES, *talk.ANYWHERE}
    assert {f"act:{name}" for name in ACTS} == set(idle.ACTS)


def test_every_step_answers_every_event() -> None:
    for dialogue, event in PAIRS:
        after, commands = respond(dialogue, event)
        assert bool(commands) is not is_repetition(dialogue, event), (dialogue, event)
        assert after.step is Step.FILING or not after.waiting
        assert all(say.text.strip() for say in says(commands))


def test_every_message_fits() -> None:
    for dialogue, event in PAIRS:
        for say in says(respond(dialogue, event)[1]):
            assert units(say.text) <= LONGEST_MESSAGE, say
            for button in (button for row in say.buttons for button in row):
                assert 0 < len(button.id.encode()) <= LONGEST_BUTTON, button
                assert button.text.strip(), say


def test_everything_survives_the_database() -> None:
    for dialogue, event in PAIRS:
        after, commands = respond(dialogue, event)
        assert _through(EVENT, event) == event
        assert _through(DIALOGUE, after) == after
        assert [_through(COMMAND, command) for command in commands] == commands


def _through(adapter: TypeAdapter[Any], value: object) -> object:
    return adapter.validate_json(adapter.dump_json(value))


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: f"{dialogue.step}-{dialogue.purpose}")
@pytest.mark.parametrize("said", [said for said in SAYINGS if said.heard.urgent], ids=lambda said: said.text)
def test_danger_is_answered_by_the_numbers_first_and_is_filed(dialogue: Dialogue, said: Said) -> None:
    after, commands = respond(dialogue, said)
    first = says(commands)[0]
    assert first.urgent and first.text.startswith("⚠️")
    assert "119" in first.text and "我不能替您报警，请您自己拨打" in first.text
    to_more = [command for command in commands if not isinstance(command, Say)]
    assert to_more, "neither filed nor added to what was just filed"
    while after.step is Step.FILING:
        after, more = respond(after, Filed(after.draft.key, examples.NUMBER, examples.TICKET))
        to_more += more
    under_way = dialogue.purpose == "add" or dialogue.draft.urgent
    filed = [command for command in to_more if isinstance(command, FileTicket) and said.text in command.draft.text]
    added = [command for command in to_more if isinstance(command, Act) and said.text in command.fields.values()]
    assert (bool(filed), bool(added)) == ((False, True) if under_way and not said.anew else (True, False))
    assert all(command.draft.urgent for command in filed)


def test_a_restart_in_filing_warns_once() -> None:
    filing = next(dialogue for dialogue in DIALOGUES if dialogue.step is Step.FILING)
    waiting, first = respond(filing, Said("着火了", examples.ON_FIRE))
    after, later = respond(waiting, Filed("1", examples.NUMBER, examples.TICKET))
    assert [say.urgent for say in says([*first, *later])].count(True) == 1
    assert after.step is Step.FILING and after.draft.urgent


def test_words_in_filing_are_answered_afterwards_in_order() -> None:
    dialogue = next(dialogue for dialogue in DIALOGUES if dialogue.step is Step.FILING)
    dialogue = Dialogue(Step.FILING, dialogue.draft, count=1)
    greeted, help_asked = Said("你好", examples.act("greet")), Said("帮助", examples.SENSELESS)
    for event in (greeted, Noticed(7, "accept", examples.FACTS), help_asked):
        dialogue, commands = respond(dialogue, event)
        assert commands == [FileTicket(dialogue.draft)]
    after, commands = respond(dialogue, Filed("1", examples.NUMBER, examples.TICKET))
    filed, greeting, notice, help_ = (say.text for say in says(commands))
    assert examples.NUMBER in filed
    assert (greeting, help_) == (texts.GREETING, texts.HELP) and "开始处理" in notice
    assert after.step is Step.IDLE and not after.waiting


def test_a_double_press_while_filing_files_again_and_says_nothing() -> None:
    dialogue = next(dialogue for dialogue in DIALOGUES if dialogue.step is Step.FILING)
    after, commands = respond(dialogue, Pressed("ok:1"))
    assert (after, commands) == (dialogue, [FileTicket(dialogue.draft)])


def test_the_pure_modules_know_no_clock_and_no_network() -> None:
    allowed = {"bot", "re", "collections", "dataclasses", "difflib", "enum", "typing", "datetime", "unicodedata"}
    for name in ("dialogue", "drafting", "idle", "steps", "presses", "telling", "ticket_buttons", "texts", "cards",
                 "amending", "briefing", "legal", "legal_answers", "legal_steps", "legal_texts",
                 "notice_texts", "numbers", "events", "state", "duty", "duty_events", "duty_forms", "duty_notices",
                 "duty_texts", "duty_words", "duty_writing", "duty_mending"):  # fmt: skip
        module = __import__(f"bot.{name}", fromlist=["_"])
        lines = [line.split() for line in inspect.getsource(module).splitlines()]
        imported = {words[1].partition(".")[0] for words in lines if words and words[0] in ("from", "import")}
        assert imported <= allowed, (name, imported - allowed)
        assert ".now(" not in inspect.getsource(module)
