"""Photos as Telegram keeps them: in several sizes, each a file of its own, the largest last."""

from base64 import b64decode

from .shapes import Json
from .state import State

# A grey JPEG of 8 x 8: what the small sizes hold, so that a bot which takes photo[0] is found out.
THUMBNAIL = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71"
    "////m8H////6/+b9//j/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI"
    "AQEAAD8AP//Z"
)
SMALL = ((90, 67), (320, 240))
LARGE = (1280, 960)


def photo_sizes(state: State, content: bytes, size: int | None = None) -> list[Json]:
    small = [(state.store(THUMBNAIL, "photos", "jpg"), *area) for area in SMALL]
    whole = (state.store(content, "photos", "jpg", size), *LARGE)
    return [file.describe() | {"width": width, "height": height} for file, width, height in (*small, whole)]
