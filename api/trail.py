"""What makes a ticket's history traceable: each event is bound to the one before it by an HMAC. Pure but for new salts.

Fields that may have to be erased one day go in as salted digests. Erasing takes the value and its salt: the digest
stays, says nothing any more, and the chain holds.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from api.lifecycle import Role
from api.models import Event, Ticket

ERASE = "erase"  # the action of the event that says what was erased
NAMES_PLACE = {"where", "place"}  # facts: as reported; as corrected, [before, after]
ERASED_PLACE = {f"facts.{name}" for name in NAMES_PLACE}
ERASABLE = ("actor", "note", "reason")  # and each of `facts`
# What a ticket's row says besides its words: an event binds it as it was left.
STATE = (
    "number", "lane", "kind", "label", "status", "step", "priority", "urgent", "street", "community", "grid", "channel",
    "confirmed", "assignee", "handled_by", "escalated", "asks", "paused", "returns", "disputes", "follow_ups",
    "extensions", "more_time", "score", "reported_at", "status_at", "due_at", "ended_at",
)  # fmt: skip


def seal(key: bytes, ticket: Ticket, event: Event) -> None:
    """Binds the event to the ticket's last one and to the ticket's row, and becomes the last. The ticket is locked."""
    event.seq = ticket.events + 1
    event.seals = {name: _sealed(value) for name, value in values(event)}
    event.state = state_of(ticket)
    event.mac = mac_of(key, ticket.head, ticket.number, event)
    ticket.events, ticket.head = event.seq, event.mac


def values(event: Event) -> Iterator[tuple[str, Any]]:
    """The erasable fields that hold something; a name of staff or of the system is nobody's secret."""
    for name in ERASABLE:
        if getattr(event, name) and (name != "actor" or event.role is Role.RESIDENT):
            yield name, getattr(event, name)
    yield from ((f"facts.{name}", value) for name, value in event.facts.items())


def _sealed(value: Any) -> list[str]:
    salt = secrets.token_hex(16)
    return [salt, digest_of(salt, value)]


def digest_of(salt: str, value: Any) -> str:
    return hashlib.sha256((salt + canonical(value)).encode()).hexdigest()


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)


def state_of(ticket: Ticket) -> str:
    row = {name: getattr(ticket, name) for name in STATE}
    return hashlib.sha256(canonical({name: _plain(value) for name, value in row.items()}).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if hasattr(value, "astimezone") else value


def mac_of(key: bytes, before: str, number: str, event: Event) -> str:
    """Over the mac before, and all of the event that stays; of what can be erased, the digests."""
    bound = {
        "before": before,
        "number": number,
        "seq": event.seq,
        "action": event.action,
        "from": event.before,
        "to": event.after,
        "role": event.role.value,
        "actor": "" if event.role is Role.RESIDENT else event.actor,
        "at": _plain(event.at),
        "seals": {name: digest for name, (_, digest) in event.seals.items()},
        "state": event.state,
    }
    return hmac.new(key, canonical(bound).encode(), hashlib.sha256).hexdigest()


def flaws(key: bytes, ticket: Ticket, events: Sequence[Event]) -> Iterator[str]:
    """What does not hold of a ticket's history, in words; `events` in the order of `seq`."""
    erased = {(int(seq), name) for event in events for seq, names in erased_by(event).items() for name in names}
    before, expected = "", 1
    for event in events:
        if event.seq != expected:
            yield f"before event {event.seq}: {event.seq - expected} removed"
        if event.mac != mac_of(key, before, ticket.number, event):
            yield f"event {event.seq} ({event.action}): changed, inserted, or bound to another one before it"
        for name in sorted(_broken(event) - {name for seq, name in erased if seq == event.seq}):
            yield f"event {event.seq} ({event.action}): {name} changed"
        before, expected = event.mac, event.seq + 1
    yield from _flaws_of_row(ticket, events, erased)


def _flaws_of_row(ticket: Ticket, events: Sequence[Event], erased: set[tuple[int, str]]) -> Iterator[str]:
    if not events or (ticket.events, ticket.head) != (events[-1].seq, events[-1].mac):
        yield f"the last of {ticket.events} events is not there"
        return
    if events[-1].state != state_of(ticket):
        yield "the ticket's row is not as its last event left it"
    if ticket.text != events[0].note or ticket.facts != events[0].facts.get("told", []):
        yield "the ticket's words are not those that were reported"
    named = [event for event in events if NAMES_PLACE & event.facts.keys()]
    if ticket.place != (_place_by(named[-1]) if named else "") and not any(name in ERASED_PLACE for _, name in erased):
        yield "the ticket's place is not the one on record"


def _place_by(event: Event) -> str:
    return str(event.facts["place"][1] if "place" in event.facts else event.facts["where"])


def erased_by(event: Event) -> dict[str, list[str]]:
    """seq -> the fields that this event says were erased."""
    found: dict[str, list[str]] = event.facts.get("erased", {}) if event.action == ERASE else {}
    return found


def _broken(event: Event) -> set[str]:
    """The fields whose value is not the one that was sealed; erased ones among them."""
    held = dict(values(event))
    kept = {name for name, (salt, digest) in event.seals.items() if salt and digest_of(salt, held.get(name)) == digest}
    return {*held, *event.seals} - kept


def erase(event: Event, names: set[str]) -> set[str]:
    """Empties these fields (`facts.NAME` for a fact); answers with those that held something."""
    gone = names & event.seals.keys()
    event.facts = {name: value for name, value in event.facts.items() if f"facts.{name}" not in gone}
    for name in gone & {*ERASABLE}:
        setattr(event, name, "")
    event.seals = {
        name: ["", digest] if name in gone else [salt, digest] for name, (salt, digest) in event.seals.items()
    }
    return gone
