"""What to say and do next: respond(dialogue, event) -> (dialogue, commands). Pure: no I/O, no clock, no Telegram.

What holds everywhere is handled here; the rest by the step the conversation is at. A report under way in FILING is
never disturbed: whatever comes meanwhile is kept and answered once it is filed.
"""

from collections.abc import Callable
from dataclasses import replace

from bot import cards, cases, duty, duty_texts, mediation, notice_texts, subscribing, texts
from bot.case_events import CasesFound, Topics, TopicsTold, Unsubscribe
from bot.drafting import ask, change, drop, file, file_urgent, settle, then, with_pictures
from bot.duty_events import ShowDuty
from bot.duty_writing import resumed
from bot.events import (
    Acted,
    Button,
    Command,
    Delayed,
    Draft,
    Event,
    Filed,
    FilingFailed,
    Heard,
    Known,
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
from bot.legal_texts import another_button
from bot.mixed import offered
from bot.numbers import number_in
from bot.short_answers import COMMANDS, SLASH, is_opening
from bot.state import Answer, Dialogue, Step, Turn
from bot.steps import STEPS
from bot.telling import carry, note, to_clerk
from bot.ticket_buttons import OF_A_TICKET, press_for_ticket, sure_to_withdraw

ONLY_A_NUMBER = 30  # characters: a longer message that names a number says something about it


def respond(dialogue: Dialogue, event: Event) -> Turn:
    """Always answers: with words, or with a command whose outcome comes back as an event that is answered."""
    before = dialogue
    dialogue, commands = _respond(dialogue, event)
    while dialogue.step is not Step.FILING and dialogue.waiting:
        first, *later = dialogue.waiting
        dialogue, more = _respond(replace(dialogue, waiting=tuple(later)), first)
        commands = [*commands, *more]
    goes_on = before.step is not Step.IDLE and dialogue.step is Step.IDLE and dialogue.form == before.form
    return dialogue, [*commands, *(resumed(dialogue) if goes_on and not duty.concerns(before, event) else [])]


def _respond(dialogue: Dialogue, event: Event) -> Turn:
    match event:
        case Filed() | FilingFailed() | Known():
            return _filing_ended(dialogue, event)
        case CasesFound():
            return cases.found(dialogue, event)
        case TopicsTold() if dialogue.step is not Step.FILING:
            return subscribing.told(dialogue, event)
        case Delayed(what=what) if dialogue.step is Step.SEEKING:
            return then(dialogue, [Say(texts.DELAYED[what])])
        case Delayed(what=what):
            return dialogue, [Say(texts.DELAYED[what])]
        case _ if dialogue.step is Step.FILING:
            return STEPS[Step.FILING](dialogue, event)
        case _ if duty.concerns(dialogue, event):
            return duty.respond(dialogue, event)
        case Acted() | Refused() | Listed() | Shown() | Noticed():
            return _outcome(dialogue, event)
        case Unreadable(what=what):
            return _say(dialogue, texts.UNREADABLE.get(what, texts.UNREADABLE["other"]))
        case Pressed(button=button):
            return _press(dialogue, button)
        case Said(heard=Heard(urgent=True)):
            return _add_to_urgent(dialogue, event) if _adds_to_urgent(dialogue, event) else file_urgent(dialogue, event)
        case Said() if _has_moved_on(dialogue, event):
            return _respond(replace(dialogue, step=Step.IDLE, subject="", purpose=""), event)
        case Said(photos=(_, *_)):
            return _respond(with_pictures(dialogue, event.photos), replace(event, photos=()))
        case Said(text=text) if topic := subscribing.topic_in(text):
            return subscribing.subscribe(dialogue, topic)
        case Said(text=text) if wanted := _command(text):
            return SAID[wanted](dialogue, event)
        case Said() if answer := mediation.answered(dialogue, event):
            return answer
        case Said(text=text, heard=Heard(kind="act", label="act:cancel", sureness="sure")) if not is_opening(text):
            return _cancel(dialogue, event)
        case Said(heard=Heard(kind="act", label="act:status", sureness="sure"), text=text) if not number_in(text):
            return dialogue, [ListMine()]
        case Said(text=text) if len(text) <= ONLY_A_NUMBER and (number := number_in(text)):
            return dialogue, [Show(number)]
        case _:
            return STEPS[dialogue.step](dialogue, event)


def _command(text: str) -> str:
    """The key of SAID that these words mean, "" for none. A slash command nobody knows asks for help."""
    words = text.strip()
    if slash := SLASH.fullmatch(words):
        return slash[1].lower() if slash[1].lower() in SAID else "help"
    return COMMANDS.get(words, "")


def _adds_to_urgent(dialogue: Dialogue, said: Said) -> bool:
    """More words about the danger that was just filed belong to that report; after a while they tell of another."""
    return dialogue.step is Step.TELLING and dialogue.purpose == "add" and bool(dialogue.subject) and not said.anew


def _has_moved_on(dialogue: Dialogue, said: Said) -> bool:
    """Small talk, or words after a while, are no addition to the danger that was filed."""
    waits = dialogue.draft.key or dialogue.queue
    small_talk = said.heard.kind == "act" and said.heard.label in ("act:thanks", "act:greet", "act:goodbye", "act:help")
    return dialogue.step is Step.TELLING and dialogue.purpose == "add" and not waits and (said.anew or small_talk)


def _add_to_urgent(dialogue: Dialogue, said: Said) -> Turn:
    told, commands = carry(with_pictures(dialogue, said.photos), said.text)
    warn = [] if said.warned else [Say(texts.urgent(said.heard.numbers), urgent=True)]
    return told, [*warn, *commands]


def _filing_ended(dialogue: Dialogue, event: Filed | FilingFailed | Known) -> Turn:
    draft = dialogue.draft
    if dialogue.step is not Step.FILING or event.key != draft.key:
        return dialogue, []  # the answer to a repetition: it was told already
    if isinstance(event, Known):
        return change(dialogue, known=event.facts) if draft.same is None else (dialogue, [])
    if isinstance(event, FilingFailed):
        return _filing_failed(dialogue, event.code)
    lost = [Say(texts.PHOTOS_LOST)] if event.facts.get("photos_lost") else []
    filed = replace(dialogue, draft=Draft(), last=event.number, step=Step.IDLE)
    if draft.urgent:
        return _urgent_filed(filed, draft, event.number, lost)
    return offered(filed, draft, event.number, [Say(texts.filed(event.number, event.facts)), *lost])


def _filing_failed(dialogue: Dialogue, code: str) -> Turn:
    """Back to the card. A key used before, by a chat whose state was lost and counts again, is changed for the next."""
    if code == "key_reused":
        count = dialogue.count + 1
        return file(replace(dialogue, draft=replace(dialogue.draft, key=str(count)), count=count))
    if dialogue.draft.same and code in texts.GONE_MEANWHILE:
        filing, commands = settle(dialogue, same=False)
        return filing, [Say(texts.APART), *commands]
    refused = Say(texts.REFUSALS.get(code, texts.REFUSED))
    if code == "unknown_label":
        return change(dialogue, refused, chosen=None, settled=True)
    return then(dialogue, [refused])


def _urgent_filed(dialogue: Dialogue, draft: Draft, number: str, lost: list[Say]) -> Turn:
    placed = bool(draft.place) or draft.lat is not None
    buttons = ((Button(f"withdraw:{number}", "弄错了，没有危险"),),)
    said: list[Command] = [Say(texts.urgent_filed(number, placed), buttons), *lost]
    if dialogue.queue and placed:
        return then(dialogue, said)
    return replace(dialogue, step=Step.TELLING, subject=number, purpose="add"), said


def _outcome(dialogue: Dialogue, event: Event) -> Turn:
    if isinstance(event, Acted) and event.number == dialogue.answered and event.action != "note":
        dialogue = replace(dialogue, answered="")
    match event:
        case Acted(number=number, action="rate", facts=facts):
            if dialogue.step is not Step.IDLE:
                return dialogue, [Say(texts.RATED)]
            asked_for = replace(dialogue, step=Step.TELLING, subject=number, purpose="comment")
            return asked_for, [Say(texts.rated(int(facts.get("score") or 0)))]
        case Acted(number=number, action="unsolved", facts=facts):
            return dialogue, [Say(texts.acted(number, "unsolved", facts), another_button(number))]
        case Acted(number=number, action=action, facts=facts):
            return dialogue, [Say(texts.acted(number, action, facts))]
        case Refused(action="reply", code="not_allowed", number=number, words=words) if words:
            return note(dialogue, number, words)  # the question was withdrawn or too old: the answer still counts
        case Refused(action="reopen" | "dispute" as action, code=code, words=words) if words:
            return replace(dialogue, unfiled=words), [Say(texts.refused(action, code), cards.clerk_buttons())]
        case Refused(action="show", code="not_found", number=number) if dialogue.bound:
            return dialogue, [ShowDuty(number)]  # none of their own: one that waits on them?
        case Refused(action="consent" | "decline_mediation" as action, code=code, number=number):
            return mediation.over(dialogue, number), [Say(texts.refused(action, code))]
        case Refused(action=action, code=code):
            return dialogue, [Say(texts.refused(action, code))]
        case Listed(tickets=()):
            return dialogue, [Say(texts.NO_REPORTS)]
        case Listed(tickets=tickets):
            return dialogue, [Say(texts.listed(tickets), texts.list_buttons(tickets))]
        case Shown(ticket=ticket, timeline=timeline):
            return dialogue, [Say(texts.shown(ticket, timeline), texts.shown_buttons(ticket))]
        case Noticed(kind=kind) if kind.startswith(subscribing.PREFIX):
            return subscribing.weekly(dialogue, event)
        case Noticed(notice_id=notice_id, kind=kind, facts=facts):
            asked = facts["number"] if kind.endswith("ask") else dialogue.asked
            said = Say(
                notice_texts.notice(kind, facts),
                notice_texts.notice_buttons(kind, facts),
                notice_id,
                bool(facts.get("urgent")),
            )
            answered = facts["number"] if kind in notice_texts.ANSWERS else dialogue.answered
            told = replace(dialogue, asked=asked, answered=answered)
            return mediation.noticed(told, kind, facts["number"]), [said]
        case _:
            raise AssertionError(event)


def _cancel(dialogue: Dialogue, event: Event) -> Turn:
    if dialogue.draft.key and dialogue.step is not Step.TELLING:
        return drop(dialogue, Say(texts.CANCELLED))
    if dialogue.step is not Step.TELLING:
        return dialogue, [Say(texts.NOTHING_TO_CANCEL)]
    if dialogue.purpose == "add" and dialogue.subject:
        return dialogue, [sure_to_withdraw(dialogue.subject)]
    return then(dialogue, [Say(texts.LEFT)])


def _say(dialogue: Dialogue, words: str) -> Turn:
    """Says it, and comes back to the question that a draft waits for."""
    waits = bool(dialogue.draft.key) and dialogue.step is not Step.TELLING
    return then(dialogue, [Say(words)]) if waits else (dialogue, [Say(words)])


def _human(dialogue: Dialogue, event: Event) -> Turn:
    if dialogue.draft.key:
        return change(dialogue, chosen=None, settled=True)
    return replace(dialogue, step=Step.TELLING, purpose="clerk", subject=""), [Say(texts.HUMAN)]


SAID: dict[str, Answer] = {
    "start": lambda dialogue, event: _say(dialogue, texts.HELLO),
    "help": lambda dialogue, event: _say(dialogue, texts.HELP + (duty_texts.HELP if dialogue.bound else "")),
    "mine": lambda dialogue, event: (dialogue, [ListMine()]),
    "cancel": _cancel,
    "human": _human,
    "topics": lambda dialogue, event: (dialogue, [Topics()]),
    "unsubscribe": lambda dialogue, event: (dialogue, [Unsubscribe()]),
}


def _press(dialogue: Dialogue, button: str) -> Turn:
    """Buttons on notices and lists hold at every step; those of a card belong to the step."""
    verb, _, rest = button.partition(":")
    if verb in OF_A_TICKET:
        return press_for_ticket(dialogue, verb, rest)
    if verb in subscribing.PRESSES:
        return subscribing.PRESSES[verb](dialogue, rest)
    if verb in ANYWHERE:
        return ANYWHERE[verb](dialogue)
    draft, telling = dialogue.draft, dialogue.step is Step.TELLING
    if not draft.key or (telling and rest.partition(":")[0] != draft.key):
        return dialogue, [Say(texts.STALE_FILED if dialogue.last else texts.STALE)]
    asking = ask(replace(dialogue, subject="", purpose=""))[0] if telling else dialogue
    return STEPS[asking.step](asking, Pressed(button))


def _clerk(dialogue: Dialogue) -> Turn:
    if dialogue.draft.key:
        return _say(dialogue, texts.STALE)
    return to_clerk(dialogue, dialogue.unfiled) if dialogue.unfiled else _human(dialogue, Pressed("clerk"))


ANYWHERE: dict[str, Callable[[Dialogue], Turn]] = {
    "mine": lambda dialogue: (dialogue, [ListMine()]),
    "help": lambda dialogue: _say(dialogue, texts.HELP),
    "clerk": _clerk,
}
