"""A report in the making: begun from words, completed by questions, filed. Pure."""

from collections.abc import Callable
from dataclasses import replace

from bot import cards, case_texts, legal_texts, texts
from bot.briefing import briefed
from bot.case_events import FindCases
from bot.events import Command, Draft, FileTicket, Heard, Option, Rows, Said, Say
from bot.state import Dialogue, Step, Turn

TICKETED = frozenset({"item", "referral", "legal"})
MOST_WORDS = 4000
MOST_PHOTOS = 9
EMERGENCY = Option("emergency", "紧急求助", kind="referral")


def is_matter(heard: Heard) -> bool:
    """Clearly something to report, not a detail of what is being told."""
    return heard.kind in TICKETED and heard.sureness == "sure" and bool(heard.options)


def begin(dialogue: Dialogue, said: Said) -> Turn:
    """One draft for each matter of the message; the first is asked about now, the others queue."""
    texts_of = [said.text, *(matter.text for matter in said.heard.matters)]
    heards = [said.heard, *said.heard.matters]
    if said.heard.matters:
        texts_of[0] = said.heard.text or said.text
    drafts = [
        _with_extras(dialogue, said, draft_from(str(dialogue.count + number), words, heard, said.heard))
        for number, (words, heard) in enumerate(zip(texts_of, heards, strict=True), 1)
    ]
    if len(drafts) > 1:
        drafts = [replace(draft, told_with=drafts[0].key) for draft in drafts]
    begun = replace(
        dialogue,
        draft=drafts[0],
        queue=(*drafts[1:], *dialogue.queue),
        count=dialogue.count + len(drafts),
        photos=(),
        spot=None,
        unfiled="",
        aside=Draft(),
    )
    several: list[Command] = [Say(texts.several(len(drafts)))] if len(drafts) > 1 else []
    cut: list[Command] = [Say(texts.TOO_LONG)] if len(said.text) > MOST_WORDS else []
    return then(begun, [*cut, *several])


def draft_from(key: str, words: str, heard: Heard, whole: Heard) -> Draft:
    """`whole` is the message the matter came in: it lends its place to a matter that names none."""
    at = heard if heard.place else whole
    sure = heard.sureness == "sure" and heard.kind in TICKETED and bool(heard.options)
    return Draft(
        key=key,
        text=words[:MOST_WORDS],
        options=heard.options[:3],
        chosen=heard.options[0] if sure else None,
        settled=sure or not heard.options,
        place=at.place,
        street=at.street,
        community=at.community,
        either=at.either,
        outside=at.outside,
        touched=heard.touched,
        law=heard.law,
        repair=heard.repair,
        repair_words=heard.repair_words,
    )


def _with_extras(dialogue: Dialogue, said: Said, draft: Draft) -> Draft:
    lat, lon = dialogue.spot or (None, None)
    return replace(draft, photos=_some(dialogue.photos, said.photos), lat=lat, lon=lon)


def with_pictures(dialogue: Dialogue, photos: tuple[str, ...]) -> Dialogue:
    """Pictures belong to the draft that is being asked about; else they wait for the words that say what they are."""
    if dialogue.draft.key and dialogue.step is not Step.TELLING:
        return replace(dialogue, draft=replace(dialogue.draft, photos=_some(dialogue.draft.photos, photos)))
    return replace(dialogue, photos=_some(dialogue.photos, photos))


def _some(photos: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*photos, *more)))[:MOST_PHOTOS]


Question = tuple[Callable[[Draft], bool], Step, Callable[[Draft], str], Callable[[Draft], Rows]]
QUESTIONS: tuple[Question, ...] = (
    (lambda draft: not draft.settled, Step.WHICH, cards.which, cards.which_buttons),
    (
        lambda draft: cards.is_legal(draft) and draft.repair is not None,
        Step.BOTH,
        legal_texts.also_repair,
        legal_texts.also_repair_buttons,
    ),
    (
        lambda draft: cards.is_legal(draft) and bool(draft.interview.offers),
        Step.CASES,
        case_texts.question,
        case_texts.buttons,
    ),
    (lambda draft: bool(draft.outside), Step.OUTSIDE, cards.outside, cards.outside_buttons),
    (lambda draft: bool(draft.either), Step.EITHER, cards.either, cards.either_buttons),
    (
        lambda draft: not (draft.place or draft.nowhere or draft.lat is not None),
        Step.WHERE,
        cards.where,
        cards.where_buttons,
    ),
    (
        lambda draft: cards.is_legal(draft) and bool(draft.interview.left),
        Step.FACT,
        legal_texts.question,
        legal_texts.question_buttons,
    ),
    (lambda draft: bool(draft.known) and draft.same is None, Step.SAME, cards.same, cards.same_buttons),
    (lambda draft: True, Step.CONFIRM, cards.confirm, cards.confirm_buttons),
)


def ask(dialogue: Dialogue) -> Turn:
    """The next thing that is missing from the draft, or its card."""
    draft = dialogue.draft
    for missing, step, question, buttons in QUESTIONS:
        if missing(draft):
            return replace(dialogue, step=step), [Say(question(draft), buttons(draft))]
    raise AssertionError("the last question always fits")


def button_named(dialogue: Dialogue, words: str) -> str:
    """The id of the button of the question under way that reads like these words; "" for none."""
    _, questions = ask(dialogue)
    buttons = [button for say in questions if isinstance(say, Say) for row in say.buttons for button in row]
    return next((button.id for button in buttons if button.text == words), "")


def then(dialogue: Dialogue, commands: list[Command]) -> Turn:
    """Says `commands`, then goes on with the draft, the next one in the queue, or nothing."""
    if not dialogue.draft.key and dialogue.queue:
        dialogue = replace(dialogue, draft=dialogue.queue[0], queue=dialogue.queue[1:])
        commands = [*commands, Say(texts.NEXT_MATTER)]
    if not dialogue.draft.key:
        return replace(dialogue, step=Step.IDLE, subject="", purpose=""), commands
    dialogue, news = briefed(dialogue)
    dialogue = replace(dialogue, subject="", purpose="")
    if any(isinstance(one, FindCases) for one in news):
        return replace(dialogue, step=Step.SEEKING), [*commands, *news]
    asked, questions = ask(dialogue)
    return asked, [*commands, *news, *questions]


def change(dialogue: Dialogue, *before: Command, **fields: object) -> Turn:
    """The draft with other fields, and the next question. What was like the old draft may not be like the new one."""
    fields = {"known": {}, "same": None} | fields
    return then(replace(dialogue, draft=replace(dialogue.draft, **fields)), list(before))  # type: ignore[arg-type]


def settle(dialogue: Dialogue, same: bool) -> Turn:
    """The resident says whether a neighbour's report is the same matter."""
    return file(replace(dialogue, draft=replace(dialogue.draft, same=same)))


def file(dialogue: Dialogue) -> Turn:
    return replace(dialogue, step=Step.FILING), [FileTicket(dialogue.draft)]


def drop(dialogue: Dialogue, *said: Command) -> Turn:
    return then(replace(dialogue, draft=Draft()), list(said))


def file_urgent(dialogue: Dialogue, said: Said) -> Turn:
    """The numbers to ring first, then the report at once; a draft under way waits in the queue."""
    warn: list[Command] = [] if said.warned else [Say(texts.urgent(said.heard.numbers), urgent=True)]
    heard, key = said.heard, str(dialogue.count + 1)
    fits = heard.options[0] if heard.options and heard.kind in ("item", "referral") else EMERGENCY
    draft = replace(
        _with_extras(dialogue, said, draft_from(key, said.text, heard, heard)),
        chosen=fits,
        settled=True,
        urgent=True,
        outside="",
        either=(),
    )
    parked = (dialogue.draft,) if dialogue.draft.key else ()
    filing = replace(
        dialogue,
        step=Step.FILING,
        draft=draft,
        queue=(*parked, *dialogue.queue),
        count=dialogue.count + 1,
        photos=(),
        spot=None,
        subject="",
        purpose="",
    )
    return filing, [*warn, FileTicket(draft)]


def queue_up(dialogue: Dialogue, said: Said) -> Dialogue:
    """Another matter, told while one is being asked about: it comes next."""
    key = str(dialogue.count + 1)
    draft = draft_from(key, said.text, said.heard, said.heard)
    return replace(dialogue, queue=(*dialogue.queue, draft), count=dialogue.count + 1)


def add_words(draft: Draft, words: str) -> str:
    return f"{draft.text}\n{words}"[:MOST_WORDS] if words not in draft.text else draft.text
