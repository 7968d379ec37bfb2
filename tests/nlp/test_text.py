"""Plain for reading, with the way back to the resident's own characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.text import WINDOW, masked, read


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


@pytest.mark.parametrize(
    ("told", "secret"),
    [
        ("打{}找我", "138 0000 0000"),
        ("打{}找我", "１３８００００００００"),
        ("打{}找我", "13​800000000"),
        ("打{}找我", "幺三八零零零零零零零零"),
        ("物业电话{}没人接", "0512-65221234"),
        ("物业电话{}没人接", "65221234"),
        ("身份证{}", "32050819600101123X"),
        ("卡号{}", "6222 0212 3456 7890 123"),
        ("车牌{}一直停在门口", "苏E12345"),
        ("车牌{}一直停在门口", "蘇E·D12345"),
        ("发到{}", "wang_3@example.com.cn"),
        ("看{}", "https://example.com/a?b=1"),
        ("加我{}", "微信：wang_2020"),
    ],
)
def test_what_tells_who_somebody_is_is_masked(told: str, secret: str) -> None:
    assert masked(told.format(secret)) == told.format("#" * len(secret))


@pytest.mark.parametrize(
    "told",
    ["南环新村12幢301室", "路燈😡壞了，2026年11月23日起", "微信群里没人管", "一二三四路", "苏州A区12号", "㎡", ""],
)
def test_the_rest_is_left_as_it_was_written(told: str) -> None:
    assert masked(told) == told


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
