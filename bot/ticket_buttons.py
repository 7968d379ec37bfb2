"""The buttons about tickets that exist: on notices, lists and answers. They hold at every step. Pure."""

from collections.abc import Callable
from dataclasses import replace

from bot import legal_texts, mediation, texts
from bot.events import Act, AttachPhoto, Button, Say, Show
from bot.mixed import ask_the_law, leave_the_law
from bot.numbers import is_number
from bot.state import Dialogue, Step, Turn


def press_for_ticket(dialogue: Dialogue, verb: str, rest: str) -> Turn:
    """`rest` came from outside: only a ticket's number may go on into the address of a request."""
    number, _, detail = rest.partition(":")
    if not is_number(number):
        return dialogue, [Say(texts.STALE)]
    return OF_A_TICKET[verb](dialogue, number, detail)


def _rate(dialogue: Dialogue, number: str, score: str) -> Turn:
    if score not in {"1", "2", "3", "4", "5"}:
        return dialogue, [Say(texts.STALE)]
    return _act(dialogue, number, "rate", {"score": int(score)})


def _act(dialogue: Dialogue, number: str, action: str, fields: dict[str, object]) -> Turn:
    key = str(dialogue.count + 1)
    return replace(dialogue, count=dialogue.count + 1), [Act(number, action, key, fields)]


OfTicket = Callable[[Dialogue, str, str], Turn]


def _tell_for(purpose: str, question: str) -> OfTicket:
    def answer(dialogue: Dialogue, number: str, _: str) -> Turn:
        return replace(dialogue, step=Step.TELLING, subject=number, purpose=purpose), [Say(question)]

    return answer


def understood(number: str) -> Say:
    return Say(texts.UNDERSTOOD, texts.stars(number))


def _withdraw(dialogue: Dialogue, number: str, _: str) -> Turn:
    return dialogue, [sure_to_withdraw(number)]


def sure_to_withdraw(number: str) -> Say:
    sure = (Button(f"withdrawn:{number}", "确定撤回"), Button(f"keep:{number}", "先不撤"))
    return Say(texts.WITHDRAW_SURE.format(number=number), (sure,))


def _another(dialogue: Dialogue, number: str, _: str) -> Turn:
    return dialogue, [sure_of_another(number)]


def sure_of_another(number: str) -> Say:
    return Say(legal_texts.ANOTHER_SURE.format(number=number), legal_texts.another_buttons(number))


def _attach(dialogue: Dialogue, number: str, _: str) -> Turn:
    return replace(dialogue, photos=()), [AttachPhoto(number, photo) for photo in dialogue.photos] or [Say(texts.STALE)]


OF_A_TICKET: dict[str, OfTicket] = {
    "rate": _rate,
    "dispute": _tell_for("dispute", texts.WHY_DISPUTE),
    "reopen": _tell_for("reopen", texts.WHY_REOPEN),
    "reply": _tell_for("reply", texts.ANSWER),
    "follow_up": _tell_for("follow_up", texts.ASK_FURTHER),
    "unsolved": _tell_for("unsolved", texts.WHAT_IS_OPEN),
    "understood": lambda dialogue, number, _: (dialogue, [understood(number)]),
    "another": _another,
    "swap": lambda dialogue, number, _: _act(dialogue, number, "another", {}),
    "law": ask_the_law,
    "nolaw": leave_the_law,
    "consent": mediation.agree,
    "unmediated": mediation.refuse,
    "decline_mediation": mediation.sure,
    "leave": mediation.leave,
    "withdraw": _withdraw,
    "keep": lambda dialogue, number, _: (dialogue, [Say(texts.KEPT_AS_IT_IS.format(number=number))]),
    "withdrawn": lambda dialogue, number, _: _act(dialogue, number, "withdraw", {}),
    "attach": _attach,
    "show": lambda dialogue, number, _: (dialogue, [Show(number)]),
}
