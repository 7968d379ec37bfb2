"""A ticket's number as people write it: among Chinese words, in small letters, full-width, without hyphen. Pure."""

import re
import unicodedata

WRITTEN = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2}[0-9]{8})-?([0-9]{4,8})(?![0-9])")


def number_in(text: str) -> str:
    """As it is quoted, GS20261122-0001; "" where there is none."""
    found = WRITTEN.search(unicodedata.normalize("NFKC", text))
    return f"{found[1]}-{found[2]}".upper() if found else ""


def is_number(text: str) -> bool:
    return bool(text) and number_in(text) == text
