"""A mediation that the resident is asked about, and one that they agreed to: words and buttons. Pure.

Who agrees is asked for their name, and nothing is sent before that is said.
"""

from dataclasses import replace

from bot.drafting import then
from bot.events import Act, Said, Say
from bot.mediation_texts import ASK_NAME, NAME_AGAIN, SURE, sure_buttons
from bot.mediation_words import name_in, says
from bot.state import Dialogue, Step, Turn

CONSENTS = "consent"  # the purpose of words that are a name
PROPOSES = "legal.propose_mediation"
ENDS = ("legal.decline_mediation", "legal.mediation_outcome", "legal.expire", "legal.rate")
AT_ONCE = (Step.IDLE,)  # where one word is an answer, as long as no other question waits


def noticed(dialogue: Dialogue, kind: str, number: str) -> Dialogue:
    if kind == PROPOSES:
        return replace(over(dialogue, number), proposed=number)
    return over(dialogue, number) if kind in ENDS else dialogue


def over(dialogue: Dialogue, number: str) -> Dialogue:
    return replace(
        dialogue,
        proposed="" if dialogue.proposed == number else dialogue.proposed,
        mediates="" if dialogue.mediates == number else dialogue.mediates,
    )


def answered(dialogue: Dialogue, said: Said) -> Turn | None:
    """What was said, where it is the answer to a proposal, or ends what was agreed to; None where it is neither."""
    asks_name = dialogue.step is Step.TELLING and dialogue.purpose == CONSENTS
    number = dialogue.subject if asks_name else dialogue.proposed or dialogue.mediates
    if not number or said.edited or said.photos:
        return None
    at_once = bool(dialogue.proposed) and dialogue.step in AT_ONCE and not dialogue.asked
    match says(said.text, short=at_once or asks_name):
        case True if dialogue.proposed and not asks_name:
            return agree(dialogue, number, "")
        case False:
            return then(*refuse(dialogue, number, "")) if asks_name else refuse(dialogue, number, "")
        case _:
            return named(dialogue, said) if asks_name else None


def named(dialogue: Dialogue, said: Said) -> Turn:
    name = name_in(said.text, said.heard)
    if not name:
        return dialogue, [Say(NAME_AGAIN)]
    number, count = dialogue.subject, dialogue.count + 1
    agreed = replace(over(dialogue, number), mediates=number, count=count)
    return then(agreed, [Act(number, "consent", str(count), {"name": name})])


def agree(dialogue: Dialogue, number: str, _: str) -> Turn:
    return replace(dialogue, step=Step.TELLING, subject=number, purpose=CONSENTS), [Say(ASK_NAME)]


def refuse(dialogue: Dialogue, number: str, _: str) -> Turn:
    """What was agreed to is not given up by an old button or a word alone."""
    return sure(dialogue, number, "") if dialogue.mediates == number else leave(dialogue, number, "")


def sure(dialogue: Dialogue, number: str, _: str) -> Turn:
    return dialogue, [Say(SURE, sure_buttons(number))]


def leave(dialogue: Dialogue, number: str, _: str) -> Turn:
    count = dialogue.count + 1
    return replace(over(dialogue, number), count=count), [Act(number, "decline_mediation", str(count))]
