"""The tables of the API, the one owner of data. Tables do not validate: what crosses HTTP is checked in `schemas`.

A generated `id` is typed as what it is once the row is flushed; nothing reads it before.
"""

from sqlmodel import SQLModel

from api.keys import used_keys
from api.models.answers import AnswerDraft, AnswerReview
from api.models.areas import Area
from api.models.cases import CaseDraft, CaseVersion, LegalCase
from api.models.columns import LAST_KEY
from api.models.confidential import BrokenGlass, WordsGone
from api.models.desk import OwnDay, SavedView, SetUpChange, StandardText
from api.models.exchange import Intake, Notice, RequestKey
from api.models.feed import Feed, oldest_running
from api.models.legal import AdviserClient, AdviserService, AdviserTopic
from api.models.mediation import Mediation
from api.models.organisation import Part, RoutingRule, RuleTrouble, Shift, Unit, UnitArea, UnitMember
from api.models.outreach import CaseSent, Subscription
from api.models.people import BindingCode, Client, Staff, StaffGrant, StaffSession, StaffToken
from api.models.residents import OldSeal, Resident
from api.models.tickets import (
    FILTERED,
    RESIDENTS_OWN,
    DayCount,
    DayHead,
    Event,
    Follower,
    Pause,
    Photo,
    PhotoGone,
    Ticket,
)
from api.models.together import Hold, Presence

used_keys(SQLModel.metadata)

__all__ = [
    "FILTERED",
    "LAST_KEY",
    "RESIDENTS_OWN",
    "AdviserClient",
    "AdviserService",
    "AdviserTopic",
    "AnswerDraft",
    "AnswerReview",
    "Area",
    "BindingCode",
    "BrokenGlass",
    "CaseDraft",
    "CaseSent",
    "CaseVersion",
    "Client",
    "DayCount",
    "DayHead",
    "Event",
    "Feed",
    "Follower",
    "Hold",
    "Intake",
    "LegalCase",
    "Mediation",
    "Notice",
    "OldSeal",
    "OwnDay",
    "Part",
    "Pause",
    "Photo",
    "PhotoGone",
    "Presence",
    "RequestKey",
    "Resident",
    "RoutingRule",
    "RuleTrouble",
    "SavedView",
    "SetUpChange",
    "Shift",
    "Staff",
    "StaffGrant",
    "StaffSession",
    "StaffToken",
    "StandardText",
    "Subscription",
    "Ticket",
    "Unit",
    "UnitArea",
    "UnitMember",
    "WordsGone",
    "oldest_running",
]
