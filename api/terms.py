"""The terms of a ticket's life: its lanes, statuses, actions, roles, and what a row of its table is. Pure: imports the
standard library only. The table itself, and whoever speaks of these terms, is `lifecycle`.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class Lane(StrEnum):
    PUBLIC = "public"
    LEGAL = "legal"


class Status(StrEnum):
    REPORTED = "reported"
    FILED = "filed"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    REPORTED_BACK = "reported_back"
    VERIFIED = "verified"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    FILE = "file"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    REPORT_BACK = "report_back"
    PASS = "pass"
    FAIL = "fail"
    RATE = "rate"
    DISPUTE = "dispute"
    REOPEN = "reopen"
    RETURN = "return"
    ASK = "ask"
    REPLY = "reply"
    RESUME = "resume"
    TELL = "tell"
    ASK_TIME = "ask_time"
    GRANT = "grant"
    REFUSE = "refuse"
    CORRECT = "correct"
    DECLINE = "decline"
    MERGE = "merge"
    UNMERGE = "unmerge"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    SOON = "soon"
    LATE = "late"
    BADLY_LATE = "badly_late"
    URGE = "urge"
    BREAK_GLASS = "break_glass"
    PASS_ON = "pass_on"
    FOLLOW_UP = "follow_up"
    UNSOLVED = "unsolved"
    ANOTHER = "another"
    INVITE = "invite"
    CONTRIBUTE = "contribute"
    RELEASE = "release"
    ASK_REVIEW = "ask_review"
    REVIEW = "review"
    END_REVIEW = "end_review"
    PROPOSE_MEDIATION = "propose_mediation"
    CONSENT = "consent"
    PARTY_CONSENTS = "party_consents"
    DECLINE_MEDIATION = "decline_mediation"
    MEDIATION_DATE = "mediation_date"
    MEDIATION_OUTCOME = "mediation_outcome"
    REMIND_OF_MEDIATION = "remind_of_mediation"
    MEDIATION_STALLS = "mediation_stalls"


class Role(StrEnum):
    RESIDENT = "resident"
    TRIAGE = "triage"
    HANDLER = "handler"
    VERIFIER = "verifier"
    ADVISER = "adviser"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    SYSTEM = "system"
    CLOCK = "clock"


class Need(StrEnum):
    """What must come with an action; the names are the fields of the request."""

    NOTE = "note"
    REASON = "reason"
    TO = "to"
    INTO = "into"
    SCORE = "score"
    VERDICT = "verdict"
    ASIDE = "aside"
    KIND = "kind"
    PARTY = "party"
    REACH = "reach"
    NAME = "name"
    HOW = "how"
    ON = "on"
    AT = "at"
    WHERE = "where"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Rule:
    """`tell`: the roles that get a notice; a handler or adviser only once the ticket lies with one."""

    to: Status
    by: frozenset[Role]
    needs: frozenset[Need] = field(default_factory=frozenset)
    tell: frozenset[Role] = field(default_factory=frozenset)


def rule(
    to: Status, by: Role | tuple[Role, ...], needs: tuple[Need, ...] = (), tell: Role | tuple[Role, ...] = ()
) -> Rule:
    return Rule(to, _set(by), frozenset(needs), _set(tell))


def _set(roles: Role | tuple[Role, ...]) -> frozenset[Role]:
    return frozenset((roles,) if isinstance(roles, Role) else roles)
