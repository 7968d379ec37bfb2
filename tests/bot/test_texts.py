"""Every word a resident reads: there is one for each case, in Chinese, without anything of the machine in it."""

import inspect
import re
from collections.abc import Iterator

import pytest

from api import errors
from api.lifecycle import RULES, STEPS, Lane, Role, Status
from bot import cards, notice_texts, texts
from bot.channels import telegram
from bot.dialogue import respond
from bot.events import Say
from bot.outcomes import KEPT
from tests.bot import examples

CODES = {kind.code for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.AppError)} - {
    "error"
}
BY_FALLBACK = {"malformed", "wrong_method"}  # only a mistake of ours could meet these: "这一步没有办成"
TRIED_AGAIN = {"too_fast", "broken", "no_store"}
OF_STAFF = {
    "has_ended",
    "bad_case",
    "bad_citation",
    "draft_changed",
    "held",
    "not_signed_in",
    "not_bound",
    "unknown_assignee",
    "bad_mediation",
    "bad_target",
    "bad_text",
}  # a resident's request cannot meet these
TOLD = {
    f"legal.{action}" if lane is Lane.LEGAL else str(action)
    for (lane, _, action), rule in RULES.items()
    if Role.RESIDENT in rule.tell
}
MACHINE = re.compile(r"[A-Za-z_{}<>]|None|·None")
QUOTED = re.compile(r"GS\d{8}-\d{4}")
SHORT_FACTS = {"number": examples.NUMBER, "name": "路灯故障", "step": 3}


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in texts_in(inner))


def spoken() -> Iterator[str]:
    """Every fixed sentence, and everything the dialogue says in the examples."""
    for module in (texts, cards, notice_texts):
        yield from (text for name, value in vars(module).items() if name.isupper() for text in texts_in(value))
    for dialogue in examples.DIALOGUES:
        for event in examples.events(dialogue.draft.key):
            for say in (command for command in respond(dialogue, event)[1] if isinstance(command, Say)):
                yield from (say.text, *(button.text for row in say.buttons for button in row))


def test_every_code_a_resident_can_meet_has_a_sentence() -> None:
    assert set(texts.REFUSALS) >= CODES - OF_STAFF - BY_FALLBACK - TRIED_AGAIN


def test_every_notice_has_a_sentence_and_none_is_left_over() -> None:
    assert set(notice_texts.NOTICES) == TOLD
    assert set(notice_texts.BUTTONS) <= TOLD


def test_the_steps_and_ends_are_those_of_the_lifecycle() -> None:
    assert texts.SEVEN == STEPS
    assert set(texts.ENDS) <= set(Status) and {"declined", "merged", "withdrawn", "closed"} == set(texts.ENDS)


def test_what_cannot_be_read_has_an_answer() -> None:
    kinds = {"empty", "emoji", "photo_too_big", "too_long", "other", *telegram.UNREADABLE.values()}
    assert kinds == set(texts.UNREADABLE)


def test_nothing_of_the_machine_is_said() -> None:
    theirs = {said.text for said in examples.SAYINGS}
    for text in spoken():
        left = QUOTED.sub("", text.replace("{number}", ""))
        for own in theirs:
            left = left.replace(cards.quoted(own), "")
        assert not MACHINE.search(left), text


@pytest.mark.parametrize("kind", sorted(TOLD))
@pytest.mark.parametrize("facts", [examples.FACTS, SHORT_FACTS], ids=["all", "few"])
def test_a_notice_names_the_matter_and_the_step(kind: str, facts: dict[str, object]) -> None:
    head, *said, dots = notice_texts.notice(kind, facts).splitlines()
    assert head == f"【{examples.NUMBER}】路灯故障"
    assert dots == "●●●○○○○ 派遣"
    assert len("".join(said)) > 5 and not MACHINE.search(QUOTED.sub("", "".join(said)))


def test_a_kind_of_a_newer_api_is_told_all_the_same() -> None:
    assert "新进展" in notice_texts.notice("something_new", examples.FACTS)


PROMISES = {
    (1, "day", False): "24 小时内处理完成，最迟 11 月 23 日 18:00。",
    (2, "day", False): "2 天内处理完成，最迟 11 月 23 日 18:00。",
    (30, "minute", False): "30 分钟内处理完成，最迟 11 月 23 日 18:00。",
    (4, "working_hour", False): "4 个工作小时内处理完成，最迟 11 月 23 日 18:00。",
    (5, "working_day", True): "5 个工作日内处理完成，最迟 11 月 23 日 18:00（时限暂定）。",
}


@pytest.mark.parametrize(("promised", "words"), PROMISES.items())
def test_a_promise(promised: tuple[int, str, bool], words: str) -> None:
    value, unit, assumed = promised
    for at in ("2026-11-23T18:00:00+08:00", "2026-11-23T10:00:00Z"):
        assert texts.promise({"value": value, "unit": unit, "assumed": assumed, "at": at}) == words


@pytest.mark.parametrize("nothing", [None, {}, {"value": 1, "unit": "day", "at": None}])
def test_no_promise(nothing: dict[str, object] | None) -> None:
    assert texts.promise(nothing) == ""


def test_a_moment_is_the_districts() -> None:
    assert texts.moment("2026-12-31T16:05:00+00:00") == "1 月 1 日 00:05"
    assert texts.moment(None) == ""


def test_progress() -> None:
    assert [texts.progress(step) for step in (1, 4, 7)] == ["●○○○○○○ 发现", "●●●●○○○ 处理", "●●●●●●● 评价"]


def test_what_is_kept_of_a_ticket_is_what_is_told() -> None:
    assert set(KEPT) == set(examples.TICKET), "the examples hold another ticket than the bot does"


def test_who_is_in_despair_is_told_who_listens() -> None:
    despair, fire = texts.urgent(("110", "120", "12356")), texts.urgent(("119",))
    assert "110（公安）、120（急救）。" in despair and "12356（心理援助）" in despair and "能离开" not in despair
    assert "12356" not in fire and "能离开就先离开" in fire
