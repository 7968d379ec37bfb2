"""The machine's first three, as buttons: what one press files, or corrects where it was filed already."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from api.lifecycle import Action, Lane, Status
from api.models import Ticket
from api.office import PUBLIC
from nlp.catalogue import Catalogue

FIRST = 3
REASON = "按机器的另一个判断更正"


@dataclass(frozen=True, slots=True)
class Guess:
    label: str
    name: str
    confidence: float


def pressed(status: Status) -> Action:
    """What a press on one of them does."""
    return Action.CORRECT if status is Status.FILED else Action.FILE


def guesses(
    catalogue: Catalogue, ticket: Ticket, shares: Mapping[str, float], open_to: Collection[Action]
) -> Sequence[Guess]:
    """`shares`: how sure the machine was of each label. The likeliest first; none where the reader may not
    act so. Where it was filed, its present item is no choice."""
    if ticket.lane is Lane.LEGAL or pressed(ticket.status) not in open_to:
        return []
    likeliest = sorted(shares, key=lambda label: -shares[label])
    able = [catalogue.by_label[label] for label in likeliest if _is_able(catalogue, ticket, label)]
    return [Guess(entry.label, entry.name, shares[entry.label]) for entry in able[:FIRST]]


def _is_able(catalogue: Catalogue, ticket: Ticket, label: str) -> bool:
    entry, kept = catalogue.by_label.get(label), ticket.status is Status.FILED and label == ticket.label
    return entry is not None and entry.kind in PUBLIC and not kept
