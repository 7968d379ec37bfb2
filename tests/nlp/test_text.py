"""Plain for reading, with the way back to the resident's own characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text import WINDOW, read


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("路燈壞了", "路灯坏了"),
        ("Ａ區１２號", "a区12号"),
        ("路\u200b灯\ufeff", "路灯"),
        ("灯坏了😡！", "灯坏了 !"),
        ("\ud83d灯", "灯"),
        ("打13800000000找我", "打###########找我"),
        ("身份证32050819600101123X", "身份证##################"),
        ("a\x00b", "ab"),
        ("㎡", "m2"),
    ],
)
def test_read(raw: str, plain: str) -> None:
    assert read(raw).plain == plain


def test_the_way_back() -> None:
    text = read("👍路\u200b燈在㎡旁")
    start = text.plain.index("路灯")
    assert text.verbatim(start, start + 2) == "路\u200b燈"


def test_long_messages_are_cut_to_a_window() -> None:
    text = read("前" * 5000 + "后" * 5000)
    assert len(text.plain) == WINDOW + 1
    assert text.plain.endswith("后")


@given(st.text(st.characters()))
def test_any_stretch_of_plain_text_is_the_residents_own(raw: str) -> None:
    text = read(raw)
    assert len(text.at) == len(text.plain)
    assert list(text.at) == sorted(text.at)
    assert text.verbatim(0, len(text.plain)) in raw
