"""What the words name and where the point lies: which of them is believed."""

from dataclasses import dataclass

import pytest

from api.whereabouts import Grid, Whereabouts, settle


@dataclass(frozen=True)
class Words:
    street: str = ""
    community: str = ""
    grid: str = ""
    outside: str = ""
    options: tuple[tuple[str, str], ...] = ()


SPOT = Grid("g1", "第一网格", "综合", "金阊街道", "彩香社区")
ALL_OF_IT = Whereabouts("金阊街道", "彩香社区", "g1")
# words, point, the only grid of the words' community, answer
CASES = {
    "nothing at all": (Words(), None, "", Whereabouts("", "", "")),
    "a point alone": (Words(), SPOT, "", ALL_OF_IT),
    "words alone": (Words("金阊街道", "彩香社区"), None, "", Whereabouts("金阊街道", "彩香社区", "")),
    "words of a community with one grid": (
        Words("金阊街道", "彩香社区"), None, "g9", Whereabouts("金阊街道", "彩香社区", "g9")),
    "the street, and a point in it": (Words("金阊街道"), SPOT, "", ALL_OF_IT),
    "the community, and a point in it": (Words("金阊街道", "彩香社区"), SPOT, "", ALL_OF_IT),
    "the same, and it has one grid": (Words("金阊街道", "彩香社区"), SPOT, "g1", ALL_OF_IT),
    "another community of the street": (
        Words("金阊街道", "白莲社区"), SPOT, "", Whereabouts("金阊街道", "白莲社区", "", SPOT)),
    "another community, with one grid": (
        Words("金阊街道", "白莲社区"), SPOT, "g9", Whereabouts("金阊街道", "白莲社区", "", SPOT)),
    "another street": (Words("平江街道"), SPOT, "", Whereabouts("平江街道", "", "", SPOT)),
    "another street with its community": (
        Words("平江街道", "观前社区"), SPOT, "", Whereabouts("平江街道", "观前社区", "", SPOT)),
    "two streets, the point in one": (
        Words(options=(("平江街道", "观前社区"), ("金阊街道", "彩香社区"))), SPOT, "", ALL_OF_IT),
    "two streets, the point in one, no community": (
        Words(options=(("平江街道", ""), ("金阊街道", ""))), SPOT, "", ALL_OF_IT),
    "two streets, the point in a third": (
        Words(options=(("平江街道", ""), ("沧浪街道", ""))), SPOT, "", Whereabouts("", "", "", SPOT)),
    "two streets, no point": (
        Words(options=(("平江街道", ""), ("沧浪街道", ""))), None, "", Whereabouts("", "", "")),
    "outside, by its words": (Words(outside="虎丘区"), None, "", Whereabouts("", "", "")),
    "outside, the point inside": (Words(outside="虎丘区"), SPOT, "", Whereabouts("", "", "", SPOT)),
    "a grid by its name": (
        Words("金阊街道", "彩香社区", "g2"), None, "", Whereabouts("金阊街道", "彩香社区", "g2")),
    "a grid by its name, the point in it": (Words("金阊街道", "彩香社区", "g1"), SPOT, "", ALL_OF_IT),
    "a grid by its name, the point in another": (
        Words("金阊街道", "彩香社区", "g2"), SPOT, "", Whereabouts("金阊街道", "彩香社区", "g2", SPOT)),
}  # fmt: skip


@pytest.mark.parametrize(("words", "spot", "only", "answer"), CASES.values(), ids=CASES.keys())
def test_settles(words: Words, spot: Grid | None, only: str, answer: Whereabouts) -> None:
    assert settle(words, spot, only) == answer


def test_only_what_differs_is_put_on_record() -> None:
    assert ALL_OF_IT.facts == {}
    assert Whereabouts("平江街道", "", "", SPOT).facts == {"elsewhere": ["金阊街道", "彩香社区", "g1"]}
