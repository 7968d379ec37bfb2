"""The rows of a legal matter's table that hand it to mediation and bring it back. Pure.

The adviser asks the resident first, and the other side only once the resident agreed; it begins when both did. How far
it is, and so which of these rows is open, `stage` knows.
"""

from api.terms import Action, Need, Role, Rule, Status, rule

PROPOSAL = (Need.KIND, Need.PARTY, Need.REACH, Need.NOTE)
WITH_ADVISER = (Status.DISPATCHED, Status.IN_PROGRESS)  # also with the next one, who has not taken it yet
PROPOSABLE = (Status.IN_PROGRESS, Status.REPORTED_BACK)

MEDIATION: dict[tuple[Status, Action], Rule] = {
    **{
        (status, Action.PROPOSE_MEDIATION): rule(status, Role.ADVISER, PROPOSAL, Role.RESIDENT) for status in PROPOSABLE
    },
    **{
        (status, Action.CONSENT): rule(to, Role.RESIDENT, (Need.NAME,), Role.ADVISER)
        for status, to in (
            (Status.DISPATCHED, Status.DISPATCHED),
            (Status.IN_PROGRESS, Status.IN_PROGRESS),
            (Status.REPORTED_BACK, Status.IN_PROGRESS),
        )
    },
    (Status.IN_PROGRESS, Action.PARTY_CONSENTS): rule(
        Status.IN_PROGRESS, Role.ADVISER, (Need.ON, Need.HOW), Role.RESIDENT
    ),
    (Status.DISPATCHED, Action.DECLINE_MEDIATION): rule(
        Status.DISPATCHED, Role.RESIDENT, (), (Role.RESIDENT, Role.ADVISER)
    ),
    **{
        (status, Action.DECLINE_MEDIATION): rule(
            status, (Role.RESIDENT, Role.ADVISER), (), (Role.RESIDENT, Role.ADVISER)
        )
        for status in PROPOSABLE
    },
    (Status.IN_PROGRESS, Action.MEDIATION_DATE): rule(
        Status.IN_PROGRESS, Role.ADVISER, (Need.AT, Need.WHERE), Role.RESIDENT
    ),
    (Status.IN_PROGRESS, Action.MEDIATION_OUTCOME): rule(
        Status.REPORTED_BACK, Role.ADVISER, (Need.OUTCOME, Need.ON, Need.NOTE), Role.RESIDENT
    ),
    **{
        (status, Action.REMIND_OF_MEDIATION): rule(status, Role.CLOCK, (), (Role.RESIDENT, Role.ADVISER))
        for status in WITH_ADVISER
    },
    **{(status, Action.MEDIATION_STALLS): rule(status, Role.CLOCK, (), Role.ADVISER) for status in WITH_ADVISER},
}
