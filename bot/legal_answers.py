"""Answers to what a legal topic asks: told, not known, skipped; and the buttons of its card. Pure."""

from collections.abc import Callable
from dataclasses import replace

from bot import legal_texts, texts
from bot.drafting import add_words, file, then
from bot.events import Command, Heard, Say
from bot.legal import UNSURE, Interview, Told
from bot.state import Dialogue, Step, Turn

MOST_ANSWER = 200  # characters of one; a longer one also stands whole in the resident's own words
NOTHING_HEARD = Heard()


def told(dialogue: Dialogue, words: str, heard: Heard = NOTHING_HEARD) -> Turn:
    """The words are the answer, whatever they are; time limits that they touch are warned of at once."""
    draft, interview = dialogue.draft, dialogue.draft.interview
    words = words.strip()
    answer = Told(interview.left[0].name, words[:MOST_ANSWER])
    kept = replace(
        draft,
        text=add_words(draft, words) if len(words) > MOST_ANSWER else draft.text,
        touched=tuple(dict.fromkeys((*draft.touched, *heard.touched))),
    )
    return _next(replace(dialogue, draft=kept), told=(*interview.told, answer))


def put_right(dialogue: Dialogue, words: str) -> Turn:
    """The last answer, written anew."""
    *before, last = dialogue.draft.interview.told
    again = Told(last.asked, words.strip()[:MOST_ANSWER])
    return _with(dialogue, Say(legal_texts.PUT_RIGHT), told=(*before, again))


def puzzled(dialogue: Dialogue) -> Turn:
    return _with(dialogue, Say(legal_texts.PUZZLED), puzzled=True)


def _next(dialogue: Dialogue, **changes: object) -> Turn:
    return _with(dialogue, left=dialogue.draft.interview.left[1:], puzzled=False, **changes)


def _with(dialogue: Dialogue, *before: Command, **changes: object) -> Turn:
    interview: Interview = replace(dialogue.draft.interview, **changes)  # type: ignore[arg-type]
    return then(replace(dialogue, draft=replace(dialogue.draft, interview=interview)), list(before))


def _stale(dialogue: Dialogue) -> Turn:
    return then(dialogue, [Say(texts.STALE)])


def _chosen(dialogue: Dialogue, answer: str) -> Turn:
    key, _, index = answer.partition(".")
    left = dialogue.draft.interview.left
    if not _asks(dialogue, key) or not (index.isascii() and index.isdecimal()) or int(index) >= len(left[0].choices):
        return _stale(dialogue)
    return told(dialogue, left[0].choices[int(index)])


def _asks(dialogue: Dialogue, key: str) -> bool:
    """A button of an earlier question must not answer the present one."""
    left = dialogue.draft.interview.left
    return dialogue.step is Step.FACT and bool(left) and left[0].key == key


def _unsure(dialogue: Dialogue, key: str) -> Turn:
    return told(dialogue, UNSURE) if _asks(dialogue, key) else _stale(dialogue)


def _skipped(dialogue: Dialogue, key: str) -> Turn:
    if not _asks(dialogue, key):
        return _stale(dialogue)
    return _next(dialogue, skipped=dialogue.draft.interview.skipped + 1)


def _enough(dialogue: Dialogue, _: str) -> Turn:
    left = len(dialogue.draft.interview.left)
    return _with(dialogue, left=(), skipped=dialogue.draft.interview.skipped + left) if left else _stale(dialogue)


def _named(dialogue: Dialogue, _: str) -> Turn:
    if dialogue.step is not Step.CONFIRM or not dialogue.draft.interview.topic:
        return _stale(dialogue)
    named = replace(dialogue.draft, interview=replace(dialogue.draft.interview, anonymous=False))
    return file(replace(dialogue, draft=named))


def _in_chat(dialogue: Dialogue, _: str) -> Turn:
    if dialogue.step is not Step.CONFIRM or not dialogue.draft.interview.topic:
        return _stale(dialogue)
    wanted = not dialogue.draft.interview.in_chat
    return _with(dialogue, Say(legal_texts.IN_CHAT if wanted else legal_texts.NOT_IN_CHAT), in_chat=wanted)


def _no_case(dialogue: Dialogue, _: str) -> Turn:
    if dialogue.step is not Step.CONFIRM or not dialogue.draft.interview.topic:
        return _stale(dialogue)
    refuses = not dialogue.draft.interview.no_case
    return _with(dialogue, Say(legal_texts.NO_CASE if refuses else legal_texts.CASE_ALLOWED), no_case=refuses)


LEGAL_PRESSES: dict[str, Callable[[Dialogue, str], Turn]] = {
    "fact": _chosen,
    "unsure": _unsure,
    "skip": _skipped,
    "enough": _enough,
    "named": _named,
    "chat": _in_chat,
    "case_or_not": _no_case,
}
