"""People on duty: respond(dialogue, event) -> (dialogue, commands), STEPS; what concerns them and not a resident. Pure.

A form is one action being put into words. It takes the words that follow until it is sent or dropped; what the person
reports of their own goes its usual way, and the form waits aside. Who the person is and what they may do the API knows.
"""

from collections.abc import Callable
from dataclasses import replace

from bot import duty_notices
from bot import duty_texts as words
from bot.duty_events import (
    Bind,
    Bound,
    DutyDone,
    DutyListed,
    DutyPictures,
    DutyRefused,
    DutyShown,
    FetchPictures,
    ListDuty,
    ShowDuty,
    Unbind,
    Unbound,
)
from bot.duty_forms import DEEDS, Form, step_of, written
from bot.duty_mending import MENDS, mended
from bot.duty_words import code_in, command
from bot.duty_writing import (
    STEPS,
    again,
    aside_row,
    closed,
    confirm,
    drop,
    lawyer,
    of_form,
    open_form,
    own,
    put_aside,
    redo,
    send,
    skip,
    stale,
    takes,
)
from bot.events import Command, Event, Located, Noticed, Pictured, Pressed, Said, Say
from bot.numbers import is_number
from bot.state import Answer, Dialogue, Step, Turn

CODE_DIGITS = 8
LOOKS_AGAIN = ("not_allowed", "stale", "forbidden", "too_many")  # the ticket is another one than the person thinks


def concerns(dialogue: Dialogue, event: Event) -> bool:
    match event:
        case Bound() | Unbound() | DutyListed() | DutyShown() | DutyPictures() | DutyDone() | DutyRefused():
            return True
        case Noticed(kind=kind):
            return kind.startswith(duty_notices.PREFIX)
        case Pressed(button=button):
            return button.partition(":")[0] in BUTTONS
        case Said(text=text) if command(text):
            return True
        case Said() | Pictured() | Located() if dialogue.step is Step.IDLE:
            return takes(dialogue.form, event)
        case _:
            return False


def respond(dialogue: Dialogue, event: Event) -> Turn:
    match event:
        case Bound(name=name, role=role):
            form = dialogue.form if dialogue.bound in (name, "") else Form()  # another person's words are not theirs
            return replace(dialogue, bound=name, form=form), [Say(words.bound(name, role), words.LIST)]
        case Unbound():
            return _unbound(dialogue, words.UNBOUND)
        case DutyListed(tickets=()):
            return dialogue, [Say(words.NOTHING_WAITS, aside_row(dialogue))]
        case DutyListed(tickets=tickets, now=now):
            buttons = (*words.list_buttons(tickets), *aside_row(dialogue))
            return dialogue, [Say(words.listed(tickets, now), buttons)]
        case DutyShown(ticket=ticket, now=now):
            return dialogue, [Say(words.shown(ticket, now), (*words.shown_buttons(ticket), *aside_row(dialogue)))]
        case DutyPictures():
            return dialogue, _pictures(event)
        case DutyDone():
            return _done(dialogue, event)
        case DutyRefused():
            return _refused(dialogue, event)
        case Noticed(notice_id=notice_id, kind=kind, facts=facts):
            said = duty_notices.notice(kind, facts), duty_notices.notice_buttons(kind, facts)
            return dialogue, [Say(*said, notice_id, bool(facts.get("urgent")))]
        case Pressed(button=button):
            return _press(dialogue, button)
        case Said(text=text) if wanted := command(text):
            return COMMANDS[wanted](dialogue, event)
        case _:
            return STEPS[step_of(dialogue.form)](dialogue, event)


def _unbound(dialogue: Dialogue, said: str) -> Turn:
    ended = replace(dialogue, bound="")
    return closed(ended, dialogue.form.key, [Say(said, words.MINE)])


def _bind(dialogue: Dialogue, event: Event) -> Turn:
    code = (code_in(event.text) if isinstance(event, Said) else None) or ""
    if len(code) != CODE_DIGITS:
        return dialogue, [Say(words.HOW_TO_BIND)]
    return dialogue, [Bind(code)]


COMMANDS: dict[str, Answer] = {
    "bind": _bind,
    "unbind": lambda dialogue, event: (dialogue, [Unbind()]),
    "list": lambda dialogue, event: (put_aside(dialogue), [ListDuty()]),
}


# --- what came of it


def _done(dialogue: Dialogue, done: DutyDone) -> Turn:
    said: list[Command] = [Say(DEEDS[done.action].done.format(number=done.number))]
    said += [Say(words.PHOTOS_LOST)] if done.lost else []
    if done.action == "accept":
        said.append(ShowDuty(done.number))
    return closed(dialogue, done.key, said)


def _pictures(event: DutyPictures) -> list[Command]:
    shown = len(event.pictures)
    said = [
        Say(words.pictured(event.number, at, shown, event.all_told), picture=picture)
        for at, picture in enumerate(event.pictures, 1)
    ]
    return [*said] or [Say(words.NO_PICTURES)]


def _refused(dialogue: Dialogue, refused: DutyRefused) -> Turn:
    form, code = dialogue.form, refused.code
    theirs = bool(refused.key) and form.key == refused.key
    if refused.action == "bind":
        return dialogue, [Say(words.BAD_CODE if code == "not_found" else words.refused(code, ""))]
    if code == "not_bound":
        return _unbound(dialogue, words.refused(code, refused.words or written(form.action, form.fields)))
    if code == "key_reused" and theirs:  # a chat whose state was lost counts again
        count = dialogue.count + 1
        return send(replace(dialogue, count=count, form=replace(form, key=str(count))))
    if code in MENDS and theirs and form.sent:
        return mended(dialogue, refused)
    said: list[Command] = [Say(words.refused(code, refused.words, refused.about))]
    if code in LOOKS_AGAIN and refused.action in DEEDS:
        said.append(ShowDuty(refused.number))
    return closed(dialogue, refused.key, said) if theirs else (dialogue, said)


def _press(dialogue: Dialogue, button: str) -> Turn:
    verb, _, rest = button.partition(":")
    return BUTTONS[verb](dialogue, rest)


def _show(dialogue: Dialogue, number: str) -> Turn:
    """`number` came from outside: only a ticket's number may go on into the address of a request."""
    return (put_aside(dialogue), [ShowDuty(number)]) if is_number(number) else stale(dialogue)


def _photos(dialogue: Dialogue, number: str) -> Turn:
    return (dialogue, [FetchPictures(number)]) if is_number(number) else stale(dialogue)


BUTTONS: dict[str, Callable[[Dialogue, str], Turn]] = {
    "duty": lambda dialogue, _: (put_aside(dialogue), [ListDuty()]),
    "duty-show": _show,
    "duty-photos": _photos,
    "duty-do": open_form,
    "duty-ok": of_form(confirm),
    "duty-drop": of_form(drop),
    "duty-redo": of_form(redo),
    "duty-skip": of_form(skip),
    "duty-lawyer": of_form(lawyer),
    "duty-again": of_form(again),
    "duty-own": of_form(own),
}
