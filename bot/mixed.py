"""A thing to repair and a question of the law in one breath: once the repair is filed the other is offered, and leads
to it; where the law comes first, the repair is offered before it. Staff of the repair learn nothing of that: the link
is kept with the legal matter. Pure."""

from collections.abc import Callable
from dataclasses import replace

from bot import legal_texts, texts
from bot.cards import is_legal
from bot.drafting import change, then
from bot.events import Command, Draft, Say
from bot.legal import Interview
from bot.state import Dialogue, Step, Turn

AT = ("place", "street", "community", "lat", "lon", "nowhere")  # of the repair: nobody is asked twice where it is


def offered(dialogue: Dialogue, filed: Draft, number: str, said: list[Command]) -> Turn:
    """`filed` became `number`: says so, and offers what its words ask of the law. A legal question that the same
    message told as a matter of its own leads to it as well."""
    if is_legal(filed):
        return then(dialogue, said)
    name = filed.chosen.name if filed.chosen else ""
    dialogue = replace(dialogue, queue=tuple(_beside(draft, filed, number, name) for draft in dialogue.queue))
    if not filed.law:
        return then(dialogue, said)
    aside = replace(
        filed,
        key="",
        options=filed.law,
        chosen=filed.law[0],
        settled=True,
        told_with="",
        law=(),
        photos=(),
        asked=0,
        known={},
        same=None,
        doubted=False,
        interview=Interview(beside=number, beside_name=name),
    )
    offer = Say(legal_texts.ALSO_LEGAL, legal_texts.also_legal_buttons(number))
    return then(replace(dialogue, aside=aside), [*said, offer])


def _beside(draft: Draft, filed: Draft, number: str, name: str) -> Draft:
    if not (is_legal(draft) and draft.told_with and draft.told_with == filed.told_with):
        return draft
    interview = replace(draft.interview, beside=number, beside_name=name)
    if draft.place or draft.lat is not None:
        return replace(draft, interview=interview)
    at = {field: getattr(filed, field) for field in AT}
    return replace(draft, interview=interview, **at)


def ask_the_law(dialogue: Dialogue, number: str, _: str = "") -> Turn:
    """In one press; what is under way comes first."""
    if dialogue.aside.interview.beside != number:
        return dialogue, [Say(texts.STALE)]
    asking = replace(dialogue.aside, key=str(dialogue.count + 1))
    taken = replace(dialogue, aside=Draft(), count=dialogue.count + 1)
    if not dialogue.draft.key:
        return then(replace(taken, draft=asking), [])
    waiting = replace(taken, queue=(*taken.queue, asking))
    kept: list[Command] = [Say(texts.KEPT_FOR_LATER)]
    return (waiting, kept) if dialogue.step is Step.TELLING else then(waiting, kept)


def leave_the_law(dialogue: Dialogue, number: str, _: str = "") -> Turn:
    """Not now; nothing under way is disturbed."""
    if dialogue.aside.interview.beside != number:
        return dialogue, [Say(texts.STALE)]
    return replace(dialogue, aside=Draft()), [Say(legal_texts.NOT_ALSO_LEGAL)]


# --- the law comes first


def report_it(dialogue: Dialogue) -> Turn:
    """First, and in the words that tell of it alone; papers in the pictures are the adviser's."""
    draft, key = dialogue.draft, str(dialogue.count + 1)
    assert draft.repair is not None
    repair = replace(
        draft,
        key=key,
        text=draft.repair_words,
        options=(draft.repair,),
        chosen=draft.repair,
        repair=None,
        photos=(),
        touched=(),
        interview=Interview(),
        told_with=key,
    )
    law = replace(draft, repair=None, told_with=key)
    return then(replace(dialogue, draft=repair, queue=(law, *dialogue.queue), count=dialogue.count + 1), [])


def only_the_law(dialogue: Dialogue) -> Turn:
    return change(dialogue, repair=None)


def _asked(answer: Callable[[Dialogue], Turn]) -> Callable[[Dialogue, str], Turn]:
    def pressed(dialogue: Dialogue, _: str) -> Turn:
        return answer(dialogue) if dialogue.step is Step.BOTH else then(dialogue, [Say(texts.STALE)])

    return pressed


BOTH_PRESSES = {"both": _asked(report_it), "onlylaw": _asked(only_the_law)}
