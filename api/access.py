"""Who may see which ticket, whose words, and whose turn it is. Roles are in `lifecycle.RULES`; here, the persons."""

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col, select

from api.actors import SEES_LEGAL_TOPICS, Actor
from api.errors import Forbidden, NotAllowed
from api.lifecycle import ASKS_A_TICKET, RULES, Action, Lane, Need, Role, Rule, actions_open_to
from api.models import AnswerReview, Follower, Part, Ticket

KEEPS_RULES = (Role.SUPERVISOR, Role.ADMIN)  # who handles what, and how it goes
WRITTEN_IN_CHAT = (Action.REPORT_BACK, Action.ASK)  # of a legal matter, where its resident agreed; else on the page
ONLY_SUPERVISOR = (Action.DISPATCH, Action.DECLINE, Action.MERGE)  # once a ticket was escalated


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The tickets this person may know of, as a condition of a query."""
    legal = col(Ticket.lane) == Lane.LEGAL
    match actor.role:
        case Role.SYSTEM | Role.CLOCK:
            return true()
        case Role.RESIDENT:
            return col(Ticket.id).in_(select(Follower.ticket_id).where(Follower.resident_id == actor.name))
        case Role.ADVISER:
            return and_(legal, or_(col(Ticket.assignee) == actor.name, reviewed_by(actor)))
        case Role.HANDLER:
            return and_(~legal, or_(col(Ticket.assignee).in_(actor.desks), has_part(actor)))
        case Role.TRIAGE | Role.SUPERVISOR | Role.VERIFIER | Role.ADMIN:
            public = and_(~legal, in_scope(actor))
            return or_(public, and_(legal, in_scope(actor))) if actor.role in SEES_LEGAL_TOPICS else public
        case _:
            return false()


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """A street's staff also see what has no street yet, a community's what has no community yet: somebody must."""
    if not actor.streets and not actor.communities:
        return true()
    street, community = col(Ticket.street), col(Ticket.community)
    near = and_(street.in_(actor.beside), community.in_([*actor.communities, ""]))
    return or_(street.in_([*actor.streets, ""]), near)


def has_part(actor: Actor, *, undone: bool = False) -> ColumnElement[bool]:
    """The tickets in which the actor's unit works with another that leads."""
    of = [col(Part.unit).in_(actor.desks), col(Part.released_at).is_(None)]
    return col(Ticket.id).in_(select(Part.ticket_id).where(*of, *([col(Part.done_at).is_(None)] if undone else [])))


def reviewed_by(actor: Actor) -> ColumnElement[bool]:
    """The matters whose answer this adviser was asked to look at, and has not yet."""
    of = [col(AnswerReview.reviewer) == actor.name, col(AnswerReview.ended_at).is_(None)]
    return col(Ticket.id).in_(select(AnswerReview.ticket_id).where(*of))


def waits_on(actor: Actor) -> ColumnElement[bool]:
    """Of the tickets that wait on the actor's role: whose part is done has nothing more to do."""
    if actor.role is not Role.HANDLER:
        return true()
    return or_(col(Ticket.assignee).in_(actor.desks), has_part(actor, undone=True))


def may_read_words(actor: Actor, ticket: Ticket) -> bool:
    """A legal matter is read by its resident and its adviser only (who passed it on can read it no more), by another
    adviser while they review the answer, and by a supervisor who broke the glass; in a chat only where its resident
    agreed to that. Neighbours who follow a report follow
    what is done, and do not read what another resident wrote."""
    if actor.role is Role.RESIDENT:
        return ticket.reporter_id == actor.name
    if ticket.lane is Lane.PUBLIC:
        return True
    if only_on_page(actor, ticket):
        return False
    return ticket.id in actor.opened or (actor.role is Role.ADVISER and ticket.assignee == actor.name)


def only_on_page(actor: Actor, ticket: Ticket) -> bool:
    """A legal matter whose resident did not agree that its words come into a chat of its adviser's."""
    return actor.by_chat and ticket.lane is Lane.LEGAL and not ticket.in_chat


def only_reviews(actor: Actor, ticket: Ticket) -> bool:
    """An adviser who may look at another's answer and do nothing else."""
    return actor.role is Role.ADVISER and ticket.assignee != actor.name


def rule_for(actor: Actor, ticket: Ticket, action: Action) -> Rule:
    """The row of the table. Raises NotAllowed (no such row now) or Forbidden (not this role, or not this person)."""
    rule = RULES.get((ticket.lane, ticket.status, action))
    if rule is None:
        raise (NotAllowed if _ever(actor.role, ticket.lane, action) else Forbidden)(
            action=action, ticket_status=ticket.status
        )
    if actor.role not in rule.by:
        raise Forbidden(action=action, role=actor.role)
    if reason := refusal(actor, ticket, action):
        raise Forbidden(action=action, reason=reason)
    return rule


def _ever(role: Role, lane: Lane, action: Action) -> bool:
    return any(role in rule.by for (of_lane, _, of), rule in RULES.items() if (of_lane, of) == (lane, action))


def refusal(actor: Actor, ticket: Ticket, action: Action) -> str:
    """Why this person, whose role the table allows, may not all the same; "" if nothing speaks against it."""
    if action in (Action.PASS, Action.FAIL) and actor.name == ticket.handled_by:
        return "handled_it"
    if actor.role is Role.HANDLER and (ticket.assignee in actor.desks) is (action is Action.CONTRIBUTE):
        return "leads" if action is Action.CONTRIBUTE else "not_lead"
    if actor.role is Role.ADVISER and only_reviews(actor, ticket) is not (action is Action.REVIEW):
        return "own_answer" if action is Action.REVIEW else "only_reviews"
    if ticket.escalated and actor.role is Role.TRIAGE and action in ONLY_SUPERVISOR:
        return "supervisor_only"
    if actor.by_chat and ticket.lane is Lane.LEGAL and _is_in_words(ticket, action):
        return "" if ticket.in_chat and action in WRITTEN_IN_CHAT else "only_on_page"
    return ""


def _is_in_words(ticket: Ticket, action: Action) -> bool:
    return bool(RULES[ticket.lane, ticket.status, action].needs - {Need.TO})


def open_actions(actor: Actor, ticket: Ticket) -> list[Action]:
    """What this person may do with the ticket now: the buttons."""
    return [
        action
        for action in actions_open_to(actor.role, ticket.lane, ticket.status)
        if not refusal(actor, ticket, action) and action not in _pointless(actor, ticket)
    ]


def _pointless(actor: Actor, ticket: Ticket) -> set[Action]:
    """Rows of the table which the ticket's own record rules out for the moment."""
    decided = {Action.ASK_TIME} if ticket.more_time else {Action.GRANT, Action.REFUSE}
    asked = {Action.ASK} if ticket.paused or ticket.asks >= ASKS_A_TICKET else set()
    opened = {Action.BREAK_GLASS} if ticket.id in actor.opened else set()
    return decided | asked | opened | (set() if ticket.paused else {Action.REPLY})
