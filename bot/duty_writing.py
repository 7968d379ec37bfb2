"""A form of a person on duty: opened, put into words, sent or dropped. Pure. Its steps end in a case that answers."""

from collections.abc import Callable
from dataclasses import replace
from difflib import SequenceMatcher

from bot import duty_texts as words
from bot import texts
from bot.drafting import MOST_PHOTOS, MOST_WORDS, begin, file_urgent, is_matter, then
from bot.duty_events import DutyAct
from bot.duty_forms import DEEDS, DutyStep, Form, is_of_law, last_field, missing, step_of
from bot.duty_words import begins_a_report, cancels, goes_on, leaves_out_laws, names_laws, reports_for_themselves
from bot.events import Command, Draft, Event, Heard, Pictured, Rows, Said, Say
from bot.numbers import is_number
from bot.short_answers import COMMANDS, SLASH, YES
from bot.state import Answer, Dialogue, Step, Turn
from bot.telling import to_clerk

NOTE, LAWS = "note", "laws"


def takes(form: Form, event: Event) -> bool:
    """Does the form under way take this? One that asks for nothing takes no words but yes and no."""
    if step_of(form) not in (DutyStep.WORDS, DutyStep.CHECK):
        return False
    match event:
        case Said(text=text) if cancels(text):
            return True
        case Said(text=text) if text.strip() in COMMANDS or SLASH.fullmatch(text.strip()):
            return False
        case Said(text=text) if is_of_law(form):
            return not begins_a_report(text)
        case Said(anew=True, heard=Heard(urgent=True)):
            return False
        case Said(text=text) if DEEDS[form.action].asks:
            return not reports_for_themselves(text)
        case Said():
            return _agrees(event)
        case _:
            return bool(DEEDS[form.action].asks)


def ask(form: Form) -> list[Command]:
    """What is missing, or the card of what is about to be sent."""
    if wanted := missing(form):
        first = is_of_law(form) and wanted == NOTE
        return [Say(words.question(form), words.question_buttons(form), confidential=first)]
    own = form.said is not None and (form.said.heard.urgent or is_matter(form.said.heard))
    return [Say(words.check(form), words.check_buttons(form, own=own))]


def resumed(dialogue: Dialogue) -> list[Command]:
    """Said when a report of the person's own is done with and the form waits for its words again."""
    waits = step_of(dialogue.form) in (DutyStep.WORDS, DutyStep.CHECK)
    return [Say(words.BACK), *ask(dialogue.form)] if waits else []


def put_aside(dialogue: Dialogue) -> Dialogue:
    form = dialogue.form
    return replace(dialogue, form=replace(form, aside=True)) if form.key else dialogue


def aside_row(dialogue: Dialogue) -> Rows:
    return words.again_button(dialogue.form) if step_of(dialogue.form) is DutyStep.ASIDE else ()


def closed(dialogue: Dialogue, key: str, said: list[Command]) -> Turn:
    """The form is over, unless another one has been opened since; a resident's draft that waited for it goes on."""
    if dialogue.form.key == key:
        dialogue = replace(dialogue, form=Form())
    return then(dialogue, said) if dialogue.step is Step.IDLE else (dialogue, said)


def stale(dialogue: Dialogue) -> Turn:
    return dialogue, [Say(words.STALE, words.LIST)]


# --- by buttons


def open_form(dialogue: Dialogue, rest: str) -> Turn:
    number, _, action = rest.partition(":")
    if not is_number(number) or action not in DEEDS:
        return stale(dialogue)
    count = dialogue.count + 1
    return _write(replace(dialogue, count=count), Form(str(count), number, action))


def _write(dialogue: Dialogue, form: Form) -> Turn:
    return replace(_parked(dialogue), form=form), ask(form)


def _parked(dialogue: Dialogue) -> Dialogue:
    """A report that was being made waits in the queue: the next words are not its."""
    draft = dialogue.draft
    queue = (draft, *dialogue.queue) if draft.key else dialogue.queue
    return replace(dialogue, step=Step.IDLE, draft=Draft(), queue=queue, subject="", purpose="")


def of_form(answer: Callable[[Dialogue], Turn]) -> Callable[[Dialogue, str], Turn]:
    """A button of the form under way; one of another form is old."""

    def pressed(dialogue: Dialogue, key: str) -> Turn:
        form = dialogue.form
        if not form.key or key != form.key:
            return stale(dialogue)
        return (dialogue, [Say(words.ALREADY_SENT)]) if form.sent else answer(dialogue)

    return pressed


def confirm(dialogue: Dialogue) -> Turn:
    return _write(dialogue, replace(dialogue.form, aside=False)) if missing(dialogue.form) else send(dialogue)


def send(dialogue: Dialogue) -> Turn:
    form = replace(dialogue.form, sent=True, aside=False)
    besides: dict[str, str | bool] = {"lawyer": True} if form.lawyer else {}
    besides |= {"over_draft": form.over_draft} if form.over_draft else {}
    act = DutyAct(form.number, form.action, form.key, {**form.fields, **besides}, form.photos)
    return replace(dialogue, form=form), [act]


def drop(dialogue: Dialogue) -> Turn:
    form = dialogue.form
    return closed(dialogue, form.key, [Say(words.DROPPED.format(number=form.number), words.LIST)])


def redo(dialogue: Dialogue) -> Turn:
    return _write(dialogue, replace(dialogue.form, fields={}, said=None, aside=False, lawyer=False))


def skip(dialogue: Dialogue) -> Turn:
    """What may stay empty does; anything else is asked for again."""
    form = replace(dialogue.form, aside=False)
    wanted = missing(form)
    return _write(dialogue, replace(form, fields=form.fields | {wanted: ""}) if _may_skip(form, wanted) else form)


def _may_skip(form: Form, wanted: str) -> bool:
    return wanted in DEEDS[form.action].skips


def lawyer(dialogue: Dialogue) -> Turn:
    form = replace(dialogue.form, aside=False)
    return _write(dialogue, replace(form, lawyer=not form.lawyer and DEEDS[form.action].lawyer))


def again(dialogue: Dialogue) -> Turn:
    return _write(dialogue, replace(dialogue.form, aside=False))


def own(dialogue: Dialogue) -> Turn:
    """What was taken for the form's words is a report of the person's own. The form waits for other words."""
    form, said = dialogue.form, dialogue.form.said
    if said is None:
        return dialogue, ask(form)
    waits = replace(_parked(dialogue), form=replace(form, fields=_without(form, said.text), said=None))
    if said.heard.urgent:
        return file_urgent(waits, said)
    return begin(waits, said) if said.heard.options else to_clerk(waits, said.text, said.heard)


def _without(form: Form, words: str) -> dict[str, str]:
    """The form's fields but for these words, which were said last."""
    left = {name: text.removesuffix(words.strip()).strip() for name, text in form.fields.items()}
    return {name: text for name, text in left.items() if text or not form.fields[name]}


# --- by words and pictures


def in_words(dialogue: Dialogue, event: Event) -> Turn:
    form = dialogue.form
    wanted = missing(form)
    match event:
        case Said(text=text) if _may_skip(form, wanted) and leaves_out_laws(text):
            return skip(dialogue)
        case Said(text=text) if cancels(text):
            return drop(dialogue)
        case Said(text=text, edited=True) if last_field(form):
            return _filled(dialogue, event, _likest(form, text), text)
        case Said(text=text) if wanted == LAWS and goes_on(text):
            after, asked = _added(dialogue, event, NOTE)
            return after, [Say(words.ADDED), *asked]
        case Said(text=text):
            return _filled(dialogue, event, wanted, text)
        case Pictured(photo=photo):
            return _pictured(dialogue, photo)
        case _:
            return dialogue, [Say(words.ONLY_WORDS), *ask(form)]


def in_check(dialogue: Dialogue, event: Event) -> Turn:
    form, last = dialogue.form, last_field(dialogue.form)
    match event:
        case Said(text=text) if cancels(text):
            return drop(dialogue)
        case Said() if _agrees(event):
            return send(dialogue)
        case Said(heard=Heard(kind="act", label="act:deny", sureness="sure")):
            return redo(dialogue)
        case Said(text=text) if LAWS in form.fields and leaves_out_laws(text):
            return dialogue, ask(form)
        case Said(text=text, edited=True) if last:
            return _filled(dialogue, event, _likest(form, text), text)
        case Said(text=text) if last:
            of_answer = LAWS in form.fields and not names_laws(text)
            return _added(dialogue, event, NOTE if of_answer else last)
        case Pictured(photo=photo):
            return _pictured(dialogue, photo)
        case _:
            return dialogue, ask(form)


def _likest(form: Form, text: str) -> str:
    """The field that was written anew, of several: which message it was a channel does not say."""
    said = [name for name, _ in reversed(DEEDS[form.action].asks) if name in form.fields]
    return max(said, key=lambda name: SequenceMatcher(None, form.fields[name], text).quick_ratio())


def _added(dialogue: Dialogue, said: Said, name: str) -> Turn:
    return _filled(dialogue, said, name, f"{dialogue.form.fields[name]}\n{said.text}")


def _agrees(said: Said) -> bool:
    plain = said.text.strip().rstrip("。！!") in (*YES, "确认送出", "送出")
    return plain or (said.heard.kind, said.heard.label, said.heard.sureness) == ("act", "act:affirm", "sure")


def _filled(dialogue: Dialogue, said: Said, name: str, text: str) -> Turn:
    """Danger told in these words is answered by the numbers at once; filing it is one press away."""
    warn: list[Command] = [Say(texts.urgent(said.heard.numbers), urgent=True)] if said.heard.urgent else []
    fields = dialogue.form.fields | {name: text.strip()[:MOST_WORDS]}
    form = replace(dialogue.form, fields=fields, said=replace(said, photos=(), edited=False, warned=True))
    photos = dict.fromkeys((*form.photos, *said.photos)) if DEEDS[form.action].photos else ()
    form = replace(form, photos=tuple(photos)[:MOST_PHOTOS])
    return replace(dialogue, form=form), [*warn, *ask(form)]


def _pictured(dialogue: Dialogue, photo: str) -> Turn:
    form = dialogue.form
    if not DEEDS[form.action].photos:
        return dialogue, [Say(words.NO_PHOTOS_HERE), *ask(form)]
    if len(form.photos) >= MOST_PHOTOS:
        return dialogue, [Say(words.NO_MORE_PHOTOS), *ask(form)]
    form = replace(form, photos=tuple(dict.fromkeys((*form.photos, photo))))
    return replace(dialogue, form=form), [Say(words.PHOTO_KEPT), *ask(form)]


def nothing(dialogue: Dialogue, event: Event) -> Turn:
    said = words.ALREADY_SENT if dialogue.form.sent else words.NOTHING_UNDER_WAY
    return dialogue, [Say(said, aside_row(dialogue) or words.LIST)]


STEPS: dict[DutyStep, Answer] = {
    DutyStep.OFF: nothing,
    DutyStep.WORDS: in_words,
    DutyStep.CHECK: in_check,
    DutyStep.SENDING: nothing,
    DutyStep.ASIDE: nothing,
}
