"""How things fail: an error is raised where the rule is broken, with the facts as fields, and answered in one place."""

from typing import Any, ClassVar


class AppError(Exception):
    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "the request cannot be carried out"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def problem(self) -> dict[str, Any]:
        """RFC 9457."""
        return {
            "type": f"urn:gusu:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
        } | self.facts


class NotSignedIn(AppError):
    code, status, title = "not_signed_in", 401, "a bearer token or a staff session is needed"


class NotBound(AppError):
    code, status, title = "not_bound", 401, "this chat is bound to no member of staff"


class Forbidden(AppError):
    code, status, title = "forbidden", 403, "this is not yours to do or to see"


class NotFound(AppError):
    code, status, title = "not_found", 404, "there is no such thing"


class NotAllowed(AppError):
    code, status, title = "not_allowed", 409, "not possible in the ticket's present status"


class Stale(AppError):
    code, status, title = "stale", 409, "somebody else changed the ticket first"


class DraftChanged(AppError):
    """It was saved elsewhere after the version that these words were written on; `saved_at`: when."""

    code, status, title = "draft_changed", 409, "the draft was saved elsewhere meanwhile"


class Held(AppError):
    """`by` took the ticket in hand, `until` then."""

    code, status, title = "held", 409, "a colleague has taken the ticket in hand"


class AlreadyKnown(AppError):
    """Nothing was opened: the facts tell of an open ticket that seems to be the same matter; `offer` lets join it."""

    code, status, title = "already_known", 409, "somebody has reported this, and it is being worked on"


class KeyReused(AppError):
    code, status, title = "key_reused", 409, "this Idempotency-Key was used for another request"


class HasEnded(AppError):
    code, status, title = "has_ended", 409, "a report of this id is known, and its ticket has ended"


class Malformed(AppError):
    code, status, title = "malformed", 422, "the request cannot be read"


class WrongMethod(AppError):
    code, status, title = "wrong_method", 405, "the method does not fit the address"


class Missing(AppError):
    code, status, title = "missing", 422, "something that the action needs is missing"


class Broken(AppError):
    code, status, title = "broken", 500, "something went wrong on our side"


class BadText(AppError):
    """`reason`; `hole`: the placeholder that is none."""

    code, status, title = "bad_text", 422, "a standard text cannot be kept as it is"


class BadCase(AppError):
    """`reason`; `words`: what in it leads to somebody, or cannot be read."""

    code, status, title = "bad_case", 422, "this case cannot be put before another adviser as it is"


class UnknownAssignee(AppError):
    code, status, title = "unknown_assignee", 422, "'to' names nobody who can take this ticket"


class UnknownLabel(AppError):
    code, status, title = "unknown_label", 422, "the catalogue has no such label for tickets"


class BadCitation(AppError):
    """`line` cannot be read."""

    code, status, title = "bad_citation", 422, "each line of 'laws' names a law and an article"


class BadMediation(AppError):
    """`reason`: what of it cannot be so."""

    code, status, title = "bad_mediation", 422, "this cannot be noted of a mediation"


class BadTarget(AppError):
    code, status, title = "bad_target", 422, "'into' must name another open ticket"


class BadPhoto(AppError):
    code, status, title = "bad_photo", 422, "the file is not a picture that can be read"


class TooLarge(AppError):
    code, status, title = "too_large", 413, "too large: a picture has 20 MB at the most, other requests 1 MB"


class TooFast(AppError):
    """`after`: seconds until it may be tried again."""

    code, status, title = "too_fast", 429, "too many requests in a short time"


class TooMany(AppError):
    code, status, title = "too_many", 409, "no more of these for one ticket"


class NoStore(AppError):
    """`reason` is for operators and logs: who asks over HTTP is told only that it is not their fault."""

    code, status, title = "no_store", 503, "pictures cannot be kept or read at the moment"

    def problem(self) -> dict[str, Any]:
        return {name: value for name, value in super().problem().items() if name != "reason"}
