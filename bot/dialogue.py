"""What to say and do next: respond(dialogue, event) -> (dialogue, commands). Pure: no I/O, no clock, no Telegram.

What holds everywhere is handled here; the rest by the step the conversation is at. A report under way in FILING is never
disturbed: whatever comes meanwhile is kept and answered once it is filed.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from bot import notice_texts, texts
from bot.drafting import change, drop, file_urgent, then
from bot.events import (
    Act,
    Acted,
    AttachPhoto,
    Button,
    Command,
    Delayed,
    Draft,
    Event,
    Filed,
    FilingFailed,
    Heard,
    Listed,
    ListMine,
    Noticed,
    Pressed,
    Refused,
    Said,
    Say,
    Show,
    Shown,
    Unreadable,
)
from bot.state import Answer, Dialogue, Step, Turn
from bot.steps import STEPS
from bot.telling import tell, to_clerk

NUMBER = re.compile(r"\b[A-Za-z]{2}\d{8}-?\d{4,}\b")
ONLY_A_NUMBER = 30  # characters: a longer message that names a number says something about it
WORDS: dict[str, str] = {  # what is said in these very words means a command at any step
    "/start": "start",
    "/help": "help",
    "帮助": "help",
    "怎么用": "help",
    "/mine": "mine",
    "我的上报": "mine",
    "/cancel": "cancel",
    "取消": "cancel",
    "/human": "human",
    "人工": "human",
}


def respond(dialogue: Dialogue, event: Event) -> Turn:
    """Always answers: with words, or with a command whose outcome comes back as an event that is answered."""
    dialogue, commands = _respond(dialogue, event)
    while dialogue.step is not Step.FILING and dialogue.waiting:
        first, *later = dialogue.waiting
        dialogue, more = _respond(replace(dialogue, waiting=tuple(later)), first)
        commands = [*commands, *more]
    return dialogue, commands


def _respond(dialogue: Dialogue, event: Event) -> Turn:
    match event:
        case Filed() | FilingFailed():
            return _filing_ended(dialogue, event)
        case Delayed():
            return dialogue, [Say(texts.DELAYED)]
        case _ if dialogue.step is Step.FILING:
            return STEPS[Step.FILING](dialogue, event)
        case Acted() | Refused() | Listed() | Shown() | Noticed():
            return _outcome(dialogue, event)
        case Unreadable(what=what):
            return _say(dialogue, texts.UNREADABLE.get(what, texts.UNREADABLE["other"]))
        case Pressed(button=button):
            return _press(dialogue, button)
        case Said(heard=Heard(urgent=True)) if not _adds_to_urgent(dialogue):
            return file_urgent(dialogue, event)
        case Said(text=text, heard=heard) if heard.urgent:
            turn, commands = tell(dialogue, text)
            return replace(turn, step=Step.TELLING, subject=dialogue.subject, purpose="add"), [
                Say(texts.urgent(heard.numbers), urgent=True),
                *commands,
            ]
        case Said(text=text) if text.strip().lower() in WORDS:
            return SAID[WORDS[text.strip().lower()]](dialogue, event)
        case Said(heard=Heard(kind="act", label="act:cancel", sureness="sure")):
            return _cancel(dialogue, event)
        case Said(heard=Heard(kind="act", label="act:status", sureness="sure"), text=text) if not NUMBER.search(text):
            return dialogue, [ListMine()]
        case Said(text=text) if (found := NUMBER.search(text)) and len(text) <= ONLY_A_NUMBER:
            return dialogue, [Show(found[0].upper())]
        case _:
            return STEPS[dialogue.step](dialogue, event)


def _adds_to_urgent(dialogue: Dialogue) -> bool:
    """More words about the danger that was just filed belong to that report: no second one."""
    return dialogue.step is Step.TELLING and dialogue.purpose == "add" and bool(dialogue.subject)


def _filing_ended(dialogue: Dialogue, event: Filed | FilingFailed) -> Turn:
    draft = dialogue.draft
    if dialogue.step is not Step.FILING or event.key != draft.key:
        return dialogue, []  # the answer to a repetition: it was told already
    if isinstance(event, FilingFailed):
        return change(replace(dialogue, step=Step.CONFIRM), Say(texts.REFUSALS.get(event.code, texts.REFUSED)))
    lost = [Say(texts.PHOTOS_LOST)] if event.facts.get("photos_lost") else []
    filed = replace(dialogue, draft=Draft(), last=event.number, step=Step.IDLE)
    if draft.urgent:
        return _urgent_filed(filed, draft, event.number, lost)
    return then(filed, [Say(texts.filed(event.number, event.facts)), *lost])


def _urgent_filed(dialogue: Dialogue, draft: Draft, number: str, lost: list[Say]) -> Turn:
    placed = bool(draft.place) or draft.lat is not None
    buttons = ((Button(f"withdraw:{number}", "弄错了，没有危险"),),)
    said: list[Command] = [Say(texts.urgent_filed(number, placed), buttons), *lost]
    if dialogue.queue and placed:
        return then(dialogue, said)
    return replace(dialogue, step=Step.TELLING, subject=number, purpose="add"), said


def _outcome(dialogue: Dialogue, event: Event) -> Turn:
    match event:
        case Acted(number=number, action="rate", facts=facts):
            said = [Say(texts.rated(int(facts.get("score") or 0)))]
            if dialogue.step is not Step.IDLE:
                return dialogue, [*said]
            return replace(dialogue, step=Step.TELLING, subject=number, purpose="comment"), [*said]
        case Acted(number=number, action=action, facts=facts):
            return dialogue, [Say(texts.acted(number, action, facts))]
        case Refused(action=action, code=code):
            return dialogue, [Say(texts.REFUSALS.get(code, texts.REFUSED))]
        case Listed(tickets=()):
            return dialogue, [Say(texts.NO_REPORTS)]
        case Listed(tickets=tickets):
            return dialogue, [Say(texts.listed(tickets), texts.list_buttons(tickets))]
        case Shown(ticket=ticket, timeline=timeline):
            return dialogue, [Say(texts.shown(ticket, timeline), texts.shown_buttons(ticket))]
        case Noticed(notice_id=notice_id, kind=kind, facts=facts):
            asked = facts["number"] if kind.endswith("ask") else dialogue.asked
            words = Say(
                notice_texts.notice(kind, facts),
                notice_texts.notice_buttons(kind, facts),
                notice_id,
                bool(facts.get("urgent")),
            )
            return replace(dialogue, asked=asked), [words]
        case _:
            raise AssertionError(event)


def _cancel(dialogue: Dialogue, event: Event) -> Turn:
    if dialogue.draft.key and dialogue.step is not Step.TELLING:
        return drop(dialogue, Say(texts.CANCELLED))
    if dialogue.step is Step.TELLING:
        return then(dialogue, [Say(texts.LEFT)])
    return dialogue, [Say(texts.NOTHING_TO_CANCEL)]


def _say(dialogue: Dialogue, words: str) -> Turn:
    """Says it, and comes back to the question that a draft waits for."""
    return then(dialogue, [Say(words)]) if dialogue.draft.key else (dialogue, [Say(words)])


def _human(dialogue: Dialogue, event: Event) -> Turn:
    if dialogue.draft.key:
        return change(dialogue, chosen=None, settled=True)
    return replace(dialogue, step=Step.TELLING, purpose="clerk", subject=""), [Say(texts.HUMAN)]


SAID: dict[str, Answer] = {
    "start": lambda dialogue, event: _say(dialogue, texts.HELLO),
    "help": lambda dialogue, event: _say(dialogue, texts.HELP),
    "mine": lambda dialogue, event: (dialogue, [ListMine()]),
    "cancel": _cancel,
    "human": _human,
}


def _press(dialogue: Dialogue, button: str) -> Turn:
    """Buttons on notices and lists hold at every step; those of a card belong to the step."""
    verb, _, rest = button.partition(":")
    if verb in ANYWHERE:
        return ANYWHERE[verb](dialogue, rest)
    if dialogue.draft.key:
        return (
            STEPS[dialogue.step](dialogue, Pressed(button))
            if dialogue.step is not Step.TELLING
            else then(dialogue, [Say(texts.STALE)])
        )
    return dialogue, [Say(texts.STALE_FILED if dialogue.last else texts.STALE)]


def _rate(dialogue: Dialogue, rest: str) -> Turn:
    number, _, score = rest.partition(":")
    if score not in {"1", "2", "3", "4", "5"}:
        return dialogue, [Say(texts.STALE)]
    return _act(dialogue, number, "rate", {"score": int(score)})


def _act(dialogue: Dialogue, number: str, action: str, fields: dict[str, object]) -> Turn:
    key = str(dialogue.count + 1)
    return replace(dialogue, count=dialogue.count + 1), [Act(number, action, key, fields)]


def _tell_for(purpose: str, question: str) -> Callable[[Dialogue, str], Turn]:
    def answer(dialogue: Dialogue, number: str) -> Turn:
        return replace(dialogue, step=Step.TELLING, subject=number, purpose=purpose), [Say(question)]

    return answer


def _withdraw(dialogue: Dialogue, number: str) -> Turn:
    return dialogue, [Say(texts.WITHDRAW_SURE.format(number=number), ((Button(f"withdrawn:{number}", "撤回"),),))]


def _attach(dialogue: Dialogue, number: str) -> Turn:
    return replace(dialogue, photos=()), [AttachPhoto(number, photo) for photo in dialogue.photos] or [Say(texts.STALE)]


def _clerk(dialogue: Dialogue, _: str) -> Turn:
    if dialogue.draft.key:
        return then(dialogue, [Say(texts.STALE)])
    return to_clerk(dialogue, dialogue.unfiled) if dialogue.unfiled else _human(dialogue, Pressed("clerk"))


ANYWHERE: dict[str, Callable[[Dialogue, str], Turn]] = {
    "rate": _rate,
    "dispute": _tell_for("dispute", texts.WHY_DISPUTE),
    "reopen": _tell_for("reopen", texts.WHY_REOPEN),
    "reply": _tell_for("reply", texts.ANSWER),
    "follow_up": _tell_for("follow_up", texts.ASK_FURTHER),
    "withdraw": _withdraw,
    "withdrawn": lambda dialogue, number: _act(dialogue, number, "withdraw", {}),
    "attach": _attach,
    "show": lambda dialogue, number: (dialogue, [Show(number)]),
    "mine": lambda dialogue, _: (dialogue, [ListMine()]),
    "help": lambda dialogue, _: _say(dialogue, texts.HELP),
    "clerk": _clerk,
}
