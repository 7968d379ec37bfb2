from .shapes import Json

PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class Refused(Exception):
    """An answer with `ok: false`; `reason` follows the name of the status, as in Telegram's descriptions."""

    def __init__(self, status: int, reason: str = "", retry_after: int = 0) -> None:
        name = PREFIXES.get(status, "Error")
        self.status = status
        self.description = f"{name}: {reason}" if reason else name
        self.retry_after = retry_after
        super().__init__(self.description)

    def answer(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


def bad(reason: str) -> Refused:
    return Refused(400, reason)


def flood(seconds: int) -> Refused:
    return Refused(429, f"retry after {seconds}", retry_after=seconds)
