"""What an event means at each step of a conversation. Pure. Each function ends in a case that answers everything."""

import re
from dataclasses import replace

from bot import cards, texts
from bot.amending import at, place_named, with_draft
from bot.case_steps import offered
from bot.drafting import (
    add_words,
    ask,
    change,
    file,
    is_matter,
    queue_up,
    settle,
    then,
)
from bot.events import (
    Command,
    Draft,
    Event,
    FileTicket,
    Heard,
    Pressed,
    Said,
    Say,
)
from bot.idle import idle
from bot.legal_steps import fact
from bot.mixed_steps import both
from bot.presses import press
from bot.short_answers import (
    ADDS,
    APART,
    CORRECTS,
    COULD_BE_A_PLACE,
    DIGITS,
    JOIN,
    KEPT_BACK,
    NEITHER,
    NO_PLACE_YET,
    RATHER,
    SMALL_TALK,
    YES,
)
from bot.state import Answer, Dialogue, Step, Turn
from bot.telling import telling

MORE_THAN_A_PLACE = 8  # characters beside the place: then it is not only an address
MORE_THAN_AN_ADDRESS = 3  # the same where none was asked for
AN_ADDRESS_IS_SHORTER = 60
A_REFUSAL_IS_SHORTER = 12  # what is longer says more than that the place is kept back
WORD = re.compile(r"\w")


def which(dialogue: Dialogue, event: Event) -> Turn:
    if common := with_draft(dialogue, event, which):
        return common
    draft = dialogue.draft
    match event:
        case Said(text=text) if text.strip() in NEITHER:
            return change(dialogue, chosen=None, settled=True)
        case Said(text=text) if (choice := _choice(text, dialogue)) is not None:
            return change(dialogue, chosen=draft.options[choice], settled=True)
        case Said(text=text, heard=heard) if is_matter(heard):
            return change(
                dialogue,
                chosen=heard.options[0],
                settled=True,
                options=heard.options,
                text=add_words(draft, text),
                **place_named(dialogue, heard),
            )
        case Said(text=text, heard=heard):
            given_up = draft.asked > 0
            return change(
                dialogue,
                Say(texts.TO_CLERK if given_up else texts.STILL_UNCLEAR),
                text=add_words(draft, text),
                asked=draft.asked + 1,
                settled=given_up,
                **place_named(dialogue, heard),
            )
        case Pressed(button=button):
            return press(dialogue, button)
        case _:
            return then(dialogue, [])


def _choice(text: str, dialogue: Dialogue) -> int | None:
    words = text.strip().rstrip("。.,，")
    if words in DIGITS and DIGITS[words] < len(dialogue.draft.options):
        return DIGITS[words]
    names = [option.name for option in dialogue.draft.options]
    return names.index(words) if words in names else None


def where(dialogue: Dialogue, event: Event) -> Turn:
    """Nearly everything said here is an address; a clear new matter that names no place is not."""
    if common := with_draft(dialogue, event, where):
        return common
    asked = dialogue.step is Step.WHERE and not dialogue.draft.sought
    match event:
        case Said() if _is_rather(dialogue, event):
            return _renamed(dialogue, event)
        case Said(heard=heard) if _is_another(dialogue, event) and heard.label != _label(dialogue):
            return then(queue_up(dialogue, event), [Say(texts.KEPT_FOR_LATER)])
        case Said(heard=Heard(kind="act", label="act:greet" | "act:thanks" | "act:affirm", place="", street="")):
            return dialogue, [Say(texts.WHERE_AGAIN, cards.where_buttons(dialogue.draft))]
        case Said(heard=Heard(kind="act", label="act:deny", place="", street="")):
            return change(dialogue, nowhere=True)
        case Said(text=text, heard=heard) if heard.place and CORRECTS.search(text):
            return change(dialogue, text=add_words(dialogue.draft, text), **at(heard, heard.place))
        case Said(text=text, heard=heard) if asked and KEPT_BACK.search(text) and not _is_somewhere(heard):
            told = add_words(dialogue.draft, text) if len(text) > A_REFUSAL_IS_SHORTER else dialogue.draft.text
            return change(dialogue, text=told, nowhere=True)
        case Said(text=text, heard=heard) if asked and not _could_be_a_place(text, heard):
            draft = replace(dialogue.draft, text=add_words(dialogue.draft, text), sought=True)
            return replace(dialogue, draft=draft), [Say(texts.WHERE_BESIDE, cards.where_buttons(draft))]
        case Said(text=text, heard=heard):
            place = (
                text.strip()
                if len(text) <= AN_ADDRESS_IS_SHORTER and not is_matter(heard)
                else heard.place or text.strip()[:AN_ADDRESS_IS_SHORTER]
            )
            return change(
                dialogue,
                text=add_words(dialogue.draft, text) if len(text) > len(place) else dialogue.draft.text,
                sought=dialogue.draft.sought and not _could_be_a_place(text, heard),
                **at(heard, place),
            )
        case Pressed(button=button):
            return press(dialogue, button)
        case _:
            return then(dialogue, [])


def _is_rather(dialogue: Dialogue, said: Said) -> bool:
    """不是路灯，是楼道灯"""
    return is_matter(said.heard) and said.heard.label != _label(dialogue) and bool(RATHER.search(said.text))


def _is_somewhere(heard: Heard) -> bool:
    return bool(heard.place or heard.street or heard.community or heard.outside or heard.either)


def _could_be_a_place(words: str, heard: Heard) -> bool:
    nowhere = NO_PLACE_YET.fullmatch(words.strip().rstrip("。.!！~，,"))
    return not nowhere and (_is_somewhere(heard) or bool(COULD_BE_A_PLACE.search(words)))


def _renamed(dialogue: Dialogue, said: Said) -> Turn:
    """Another name for the matter, and perhaps another place."""
    heard = said.heard
    place = at(heard, heard.place) if heard.place and RATHER.search(said.text) else place_named(dialogue, heard)
    return change(
        dialogue,
        chosen=heard.options[0],
        options=heard.options,
        doubted=False,
        text=add_words(dialogue.draft, said.text),
        **place,
    )


def _is_another(dialogue: Dialogue, said: Said) -> bool:
    """A matter of its own, though an address was asked for."""
    heard, beside = said.heard, len(said.text) - len(said.heard.place)
    if not is_matter(heard):
        return False
    return not heard.place or bool(ADDS.search(said.text)) or beside >= MORE_THAN_A_PLACE


def _is_an_address(draft: Draft, said: Said) -> bool:
    """Nothing but an address, and better than the one on the card: it says more of it, or the map knows it, or that
    was only taken for one."""
    heard, beside = said.heard, len(WORD.findall(said.text)) - len(WORD.findall(said.heard.place))
    if not heard.place or heard.place in draft.place or beside >= MORE_THAN_AN_ADDRESS or ADDS.search(said.text):
        return False
    better = draft.sought or draft.place in heard.place or not (draft.street or COULD_BE_A_PLACE.search(draft.place))
    return not is_matter(heard) and bool(better or heard.street or heard.community or heard.outside)


def _corrects(dialogue: Dialogue, said: Said) -> bool:
    """Another name for the matter on the card, not a further matter."""
    if not is_matter(said.heard) or ADDS.search(said.text):
        return False
    draft = dialogue.draft
    likely = said.heard.label in {option.label for option in draft.options}
    return draft.chosen is None or draft.doubted or likely or bool(CORRECTS.search(said.text))


def _label(dialogue: Dialogue) -> str:
    return dialogue.draft.chosen.label if dialogue.draft.chosen else ""


def confirm(dialogue: Dialogue, event: Event) -> Turn:
    if common := with_draft(dialogue, event, confirm):
        return common
    draft = dialogue.draft
    match event:
        case Said(text=text) if text.strip().rstrip("。！!") in YES:
            return file(dialogue)
        case Said(heard=Heard(kind="act", label="act:affirm", sureness="sure")):
            return file(dialogue)
        case Said(heard=heard) if _is_an_address(draft, event):
            return change(dialogue, doubted=False, **at(heard, heard.place))
        case Said(heard=Heard(kind="act", label="act:thanks" | "act:greet" | "act:goodbye", place="", street="")):
            return dialogue, [Say(texts.NO_BUTTON, cards.confirm_buttons(draft))]
        case Said(heard=heard) if heard.label != _label(dialogue) and _corrects(dialogue, event):
            return _renamed(dialogue, event)
        case Said(text=text, heard=heard) if heard.place and (
            not draft.place or draft.doubted or CORRECTS.search(text)
        ):
            return change(dialogue, doubted=False, text=add_words(draft, text), **at(heard, heard.place))
        case Said(heard=Heard(kind="act", label="act:deny")):
            doubted = replace(dialogue, draft=replace(draft, doubted=True))
            return doubted, [Say(texts.WHAT_TO_CHANGE, cards.change_buttons(draft))]
        case Said(heard=heard) if is_matter(heard) and heard.label != _label(dialogue):
            return then(queue_up(dialogue, event), [Say(texts.KEPT_FOR_LATER)])
        case Said(text=text):
            return change(dialogue, text=add_words(draft, text))
        case Pressed(button=button):
            return press(dialogue, button)
        case _:
            return then(dialogue, [Say(texts.NO_BUTTON)])


def same(dialogue: Dialogue, event: Event) -> Turn:
    """Is it what the neighbour reported? Nothing is filed before that is said; words that say neither are added."""
    if common := with_draft(dialogue, event, same):
        return common
    match event:
        case Said(heard=Heard(kind="act", label="act:affirm" | "act:deny" as label, sureness="sure")):
            return settle(dialogue, same=label == "act:affirm")
        case Said(text=text) if (words := text.strip().rstrip("。！!")) in YES | JOIN | NEITHER | APART:
            return settle(dialogue, same=words in YES | JOIN)
        case Said(heard=Heard(kind="act", place="", street="")):
            return then(dialogue, [])
        case Pressed(button=button):
            return press(dialogue, button)
        case _:
            return confirm(dialogue, event)


def choose_place(dialogue: Dialogue, event: Event) -> Turn:
    """EITHER and OUTSIDE: a button, a number, or another address."""
    match event:
        case Said(text=text) if dialogue.step is Step.EITHER and text.strip() in DIGITS:
            return press(dialogue, f"spot:{dialogue.draft.key}:{DIGITS[text.strip()]}")
        case Said(text=text) if dialogue.step is Step.EITHER and text.strip() in NEITHER:
            return press(dialogue, f"nospot:{dialogue.draft.key}")
        case Said(heard=Heard(kind="act", label=label, place="", street="")) if label in SMALL_TALK:
            answers = dialogue.step is Step.OUTSIDE and label != "act:greet"
            return _outside(dialogue, label) if answers else then(dialogue, [])
        case _:
            return where(dialogue, event)


def _outside(dialogue: Dialogue, label: str) -> Turn:
    """Said to "that is not our district": 不是 insists, 知道了 and 谢谢 take it."""
    verb = "inside" if label == "act:deny" else "cancel"
    return press(dialogue, f"{verb}:{dialogue.draft.key}")


def filing(dialogue: Dialogue, event: Event) -> Turn:
    """Kept for afterwards; the report is sent again with its own key, which cannot double it."""
    again: list[Command] = [FileTicket(dialogue.draft)]
    match event:
        case Pressed(button=button) if button == f"ok:{dialogue.draft.key}":
            return dialogue, again
        case Said(heard=heard) if heard.urgent:
            kept = replace(dialogue, waiting=(*dialogue.waiting, replace(event, warned=True)))
            return kept, [Say(texts.urgent(heard.numbers), urgent=True), *again]
        case _:
            return replace(dialogue, waiting=(*dialogue.waiting, event)), again


def seeking(dialogue: Dialogue, event: Event) -> Turn:
    """Whoever goes on without waiting for cases answers what would have been asked next."""
    asked, _ = ask(dialogue)
    return STEPS[asked.step](asked, event)


STEPS: dict[Step, Answer] = {
    Step.IDLE: idle,
    Step.WHICH: which,
    Step.WHERE: where,
    Step.EITHER: choose_place,
    Step.OUTSIDE: choose_place,
    Step.CONFIRM: confirm,
    Step.SAME: same,
    Step.FILING: filing,
    Step.BOTH: both,
    Step.SEEKING: seeking,
    Step.CASES: offered,
    Step.FACT: fact,
    Step.TELLING: telling,
}
