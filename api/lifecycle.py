"""The life of a ticket, as one table. Pure: imports the standard library, and what is pure, only.

The check in `tickets.act`, the buttons staff see, the notices residents get and the diagram in `docs/lifecycle.md` are
all read from RULES. The seven steps are those of the district's bulletin of 2019-10-23.
"""

from api.mediation.rules import MEDIATION
from api.terms import Action, Lane, Need, Role, Rule, Status, rule

__all__ = [
    "ASKS_A_TICKET",
    "DESK",
    "DISPUTES_BEFORE_SUPERVISOR",
    "ENDED",
    "OPEN",
    "OTHERS_WISHED",
    "RETURNS_BEFORE_SUPERVISOR",
    "RULES",
    "STAFF_ROLES",
    "STEPS",
    "STEP_REACHED",
    "UNSOLVED_BEFORE_SUPERVISOR",
    "WAITS_ON",
    "WARNINGS",
    "Action",
    "Lane",
    "Need",
    "Role",
    "Rule",
    "Status",
    "actions_open_to",
    "as_mermaid",
]

STAFF_ROLES = (Role.TRIAGE, Role.HANDLER, Role.VERIFIER, Role.ADVISER, Role.SUPERVISOR, Role.ADMIN)
OPEN = (Status.REPORTED, Status.FILED, Status.DISPATCHED, Status.IN_PROGRESS, Status.REPORTED_BACK, Status.VERIFIED)
ENDED = (Status.CLOSED, Status.DECLINED, Status.MERGED, Status.WITHDRAWN)
STEPS = ("发现", "立案", "派遣", "处理", "反馈", "核查", "评价")
STEP_REACHED: dict[Status, int] = {
    Status.REPORTED: 1,
    Status.FILED: 2,
    Status.DISPATCHED: 3,
    Status.IN_PROGRESS: 4,
    Status.REPORTED_BACK: 5,
    Status.VERIFIED: 6,
    Status.CLOSED: 7,
}
# Who a ticket waits for in each status: the queue's "mine" is read from it.
WAITS_ON: dict[tuple[Lane, Status], Role] = {
    (Lane.PUBLIC, Status.REPORTED): Role.TRIAGE,
    (Lane.PUBLIC, Status.FILED): Role.TRIAGE,
    (Lane.PUBLIC, Status.DISPATCHED): Role.HANDLER,
    (Lane.PUBLIC, Status.IN_PROGRESS): Role.HANDLER,
    (Lane.PUBLIC, Status.REPORTED_BACK): Role.VERIFIER,
    (Lane.PUBLIC, Status.VERIFIED): Role.RESIDENT,
    (Lane.LEGAL, Status.REPORTED): Role.SYSTEM,
    (Lane.LEGAL, Status.FILED): Role.TRIAGE,
    (Lane.LEGAL, Status.DISPATCHED): Role.ADVISER,
    (Lane.LEGAL, Status.IN_PROGRESS): Role.ADVISER,
    (Lane.LEGAL, Status.REPORTED_BACK): Role.RESIDENT,
}
ASKS_A_TICKET = 2  # after two questions a ticket must be decided on what is known
RETURNS_BEFORE_SUPERVISOR = 2
DISPUTES_BEFORE_SUPERVISOR = 2
OTHERS_WISHED = 2  # advisers a resident may ask for beside the first; ours: whom three did not help needs a lawyer
UNSOLVED_BEFORE_SUPERVISOR = 2  # answers of which the resident said that they did not help


WARNINGS = (Action.SOON, Action.LATE, Action.BADLY_LATE)  # of a promise, in this order, each once


def _staying(
    statuses: tuple[Status, ...],
    action: Action,
    by: Role | tuple[Role, ...],
    needs: tuple[Need, ...] = (),
    tell: Role | tuple[Role, ...] = (),
) -> dict[tuple[Status, Action], Rule]:
    """The same row in each of these statuses, which it leaves as it is."""
    return {(status, action): rule(status, by, needs, tell) for status in statuses}


def _watched(lane: Lane, *statuses: Status) -> dict[tuple[Status, Action], Rule]:
    """Whom a promise that runs out concerns: who it waits on; the resident it was given to; in the end a supervisor."""
    rows: dict[tuple[Status, Action], Rule] = {}
    for status in statuses:
        waits, to_resident = WAITS_ON[lane, status], () if status is Status.REPORTED_BACK else (Role.RESIDENT,)
        rows[status, Action.SOON] = rule(status, Role.CLOCK, (), waits)
        rows[status, Action.LATE] = rule(status, Role.CLOCK, (), (waits, *to_resident))
        rows[status, Action.BADLY_LATE] = rule(status, Role.CLOCK, (), Role.SUPERVISOR)
        rows[status, Action.URGE] = rule(status, Role.SUPERVISOR, (Need.NOTE,), waits)
    return rows


DESK = (Role.TRIAGE, Role.SUPERVISOR)
_PUBLIC: dict[tuple[Status, Action], Rule] = {
    (Status.REPORTED, Action.FILE): rule(Status.FILED, (*DESK, Role.SYSTEM), (), Role.RESIDENT),
    (Status.FILED, Action.DISPATCH): rule(
        Status.DISPATCHED, (*DESK, Role.SYSTEM), (Need.TO,), (Role.RESIDENT, Role.HANDLER)
    ),
    (Status.DISPATCHED, Action.ACCEPT): rule(Status.IN_PROGRESS, Role.HANDLER, (), Role.RESIDENT),
    (Status.IN_PROGRESS, Action.REPORT_BACK): rule(
        Status.REPORTED_BACK, Role.HANDLER, (Need.NOTE,), (Role.RESIDENT, Role.VERIFIER)
    ),
    (Status.REPORTED_BACK, Action.PASS): rule(Status.VERIFIED, Role.VERIFIER, (), Role.RESIDENT),
    (Status.REPORTED_BACK, Action.FAIL): rule(
        Status.IN_PROGRESS, Role.VERIFIER, (Need.REASON,), (Role.RESIDENT, Role.HANDLER)
    ),
    (Status.VERIFIED, Action.RATE): rule(Status.CLOSED, Role.RESIDENT, (Need.SCORE,), Role.RESIDENT),
    (Status.VERIFIED, Action.DISPUTE): rule(
        Status.DISPATCHED, Role.RESIDENT, (Need.REASON,), (Role.RESIDENT, Role.HANDLER)
    ),
    (Status.VERIFIED, Action.EXPIRE): rule(Status.CLOSED, Role.CLOCK, (), Role.RESIDENT),
    (Status.CLOSED, Action.RATE): rule(Status.CLOSED, Role.RESIDENT, (Need.SCORE,)),
    (Status.CLOSED, Action.REOPEN): rule(
        Status.DISPATCHED, Role.RESIDENT, (Need.REASON,), (Role.RESIDENT, Role.HANDLER)
    ),
    (Status.IN_PROGRESS, Action.ASK_TIME): rule(Status.IN_PROGRESS, Role.HANDLER, (Need.REASON,), Role.SUPERVISOR),
    (Status.IN_PROGRESS, Action.GRANT): rule(Status.IN_PROGRESS, Role.SUPERVISOR, (), (Role.RESIDENT, Role.HANDLER)),
    (Status.IN_PROGRESS, Action.REFUSE): rule(Status.IN_PROGRESS, Role.SUPERVISOR, (Need.REASON,), Role.HANDLER),
    **{
        (status, Action.RETURN): rule(Status.FILED, Role.HANDLER, (Need.REASON, Need.TO), Role.TRIAGE)
        for status in (Status.DISPATCHED, Status.IN_PROGRESS)
    },
    **{
        (status, Action.DECLINE): rule(Status.DECLINED, DESK, (Need.REASON,), (Role.RESIDENT, Role.HANDLER))
        for status in (Status.REPORTED, Status.FILED, Status.DISPATCHED)
    },
    **{
        (status, Action.MERGE): rule(Status.MERGED, DESK, (Need.INTO,), (Role.RESIDENT, Role.HANDLER))
        for status in (Status.REPORTED, Status.FILED, Status.DISPATCHED)
    },
    **{
        (status, Action.UNMERGE): rule(Status.FILED, DESK, (), Role.RESIDENT)
        for status in (Status.DECLINED, Status.MERGED, Status.WITHDRAWN)
    },
    **{
        (status, Action.WITHDRAW): rule(Status.WITHDRAWN, Role.RESIDENT, (), (Role.RESIDENT, Role.HANDLER))
        for status in (Status.REPORTED, Status.FILED, Status.DISPATCHED)
    },
    **_staying(OPEN[:4], Action.ASK, (*DESK, Role.HANDLER), (Need.NOTE,), Role.RESIDENT),
    **_staying(OPEN[:4], Action.REPLY, Role.RESIDENT, (Need.NOTE,), (Role.TRIAGE, Role.HANDLER)),
    **_staying(OPEN[:4], Action.RESUME, Role.CLOCK, (), (Role.TRIAGE, Role.HANDLER)),
    **_staying(OPEN, Action.TELL, (*DESK, Role.HANDLER), (Need.NOTE,), Role.RESIDENT),
    # 主办 and 协办: who leads reports back, once everybody who works with it has done its part or was released
    **_staying(OPEN[2:4], Action.INVITE, (*DESK, Role.HANDLER), (Need.TO, Need.REASON), Role.HANDLER),
    **_staying(OPEN[2:4], Action.CONTRIBUTE, Role.HANDLER, (Need.NOTE,), Role.HANDLER),
    **_staying(OPEN[2:4], Action.RELEASE, DESK, (Need.TO, Need.REASON), Role.HANDLER),
    **{(status, Action.CORRECT): rule(status, DESK, (Need.REASON,)) for status in (Status.REPORTED, Status.FILED)},
    **_watched(Lane.PUBLIC, *OPEN[:5]),
}
_LEGAL: dict[tuple[Status, Action], Rule] = {
    (Status.REPORTED, Action.FILE): rule(Status.FILED, Role.SYSTEM),
    (Status.FILED, Action.DISPATCH): rule(
        Status.DISPATCHED, (*DESK, Role.SYSTEM), (Need.TO,), (Role.RESIDENT, Role.ADVISER)
    ),
    (Status.DISPATCHED, Action.ACCEPT): rule(Status.IN_PROGRESS, Role.ADVISER, (), Role.RESIDENT),
    (Status.IN_PROGRESS, Action.REPORT_BACK): rule(Status.REPORTED_BACK, Role.ADVISER, (Need.NOTE,), Role.RESIDENT),
    (Status.REPORTED_BACK, Action.FOLLOW_UP): rule(Status.IN_PROGRESS, Role.RESIDENT, (Need.NOTE,), Role.ADVISER),
    (Status.REPORTED_BACK, Action.UNSOLVED): rule(Status.IN_PROGRESS, Role.RESIDENT, (Need.NOTE,), Role.ADVISER),
    (Status.REPORTED_BACK, Action.RATE): rule(Status.CLOSED, Role.RESIDENT, (Need.SCORE,), Role.RESIDENT),
    (Status.REPORTED_BACK, Action.EXPIRE): rule(Status.CLOSED, Role.CLOCK, (), Role.RESIDENT),
    (Status.CLOSED, Action.REOPEN): rule(
        Status.DISPATCHED, Role.RESIDENT, (Need.REASON,), (Role.RESIDENT, Role.ADVISER)
    ),
    **{
        (status, Action.PASS_ON): rule(Status.DISPATCHED, (Role.ADVISER, Role.CLOCK), (), (Role.RESIDENT, Role.ADVISER))
        for status in (Status.DISPATCHED, Status.IN_PROGRESS)
    },
    # another adviser by the resident's wish, who need not say why
    **{
        (status, Action.ANOTHER): rule(Status.DISPATCHED, Role.RESIDENT, (), Role.ADVISER)
        for status in (Status.DISPATCHED, Status.IN_PROGRESS, Status.REPORTED_BACK)
    },
    **{
        (status, Action.WITHDRAW): rule(Status.WITHDRAWN, Role.RESIDENT, (), (Role.RESIDENT, Role.ADVISER))
        for status in (Status.FILED, Status.DISPATCHED)
    },
    **{
        (status, Action.ASK): rule(status, Role.ADVISER, (Need.NOTE,), Role.RESIDENT)
        for status in (Status.DISPATCHED, Status.IN_PROGRESS)
    },
    **{
        (status, Action.REPLY): rule(status, Role.RESIDENT, (Need.NOTE,), Role.ADVISER)
        for status in (Status.DISPATCHED, Status.IN_PROGRESS)
    },
    **{
        (status, Action.RESUME): rule(status, Role.CLOCK, (), Role.ADVISER)
        for status in (Status.DISPATCHED, Status.IN_PROGRESS)
    },
    # 请同行看一看: another adviser reads it with the answer that is meant; the resident is told before
    **_staying(
        (Status.IN_PROGRESS,), Action.ASK_REVIEW, Role.ADVISER, (Need.TO, Need.ASIDE), (Role.RESIDENT, Role.ADVISER)
    ),
    **_staying((Status.IN_PROGRESS,), Action.REVIEW, Role.ADVISER, (Need.VERDICT,), Role.ADVISER),
    **_staying((Status.IN_PROGRESS,), Action.END_REVIEW, (Role.ADVISER, Role.CLOCK), (), Role.ADVISER),
    **_watched(Lane.LEGAL, Status.FILED, Status.DISPATCHED, Status.IN_PROGRESS),
    # read in need, for a time and on record: nothing moves, and the adviser is told
    **{
        (status, Action.BREAK_GLASS): rule(status, Role.SUPERVISOR, (Need.REASON,), Role.ADVISER)
        for status in (*OPEN[1:5], Status.CLOSED, Status.WITHDRAWN)
    },
    **MEDIATION,
}
RULES: dict[tuple[Lane, Status, Action], Rule] = {
    (lane, status, action): found
    for lane, rows in ((Lane.PUBLIC, _PUBLIC), (Lane.LEGAL, _LEGAL))
    for (status, action), found in rows.items()
}


def actions_open_to(role: Role, lane: Lane, status: Status) -> list[Action]:
    """The actions the table allows this role now, in the table's order; `tickets` adds what depends on the person."""
    return [
        action
        for (of_lane, source, action), found in RULES.items()
        if (of_lane, source) == (lane, status) and role in found.by
    ]


def as_mermaid(lane: Lane) -> str:
    """The state diagram of one lane; `docs/lifecycle.md` must equal it."""
    arrows = (
        f"    {status} --> {found.to}: {action} ({', '.join(sorted(found.by))})"
        for (of_lane, status, action), found in RULES.items()
        if of_lane is lane
    )
    return "\n".join(["stateDiagram-v2", "    [*] --> reported", *arrows])
