"""Where: the phrase in the resident's own characters, then street and community."""

import pytest

from nlp.understand import Understander


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("路灯不亮了 南环新村12幢门口", "南环新村12幢门口"),
        ("平江路12号的井盖没了", "平江路12号"),
        ("菜场后门那个垃圾桶满了", "菜场后门"),
        ("三香路和劳动路路口的红绿灯坏了", "三香路和劳动路路口"),
        ("A市B区XX花园3栋楼道灯坏了", "A市B区XX花园3栋"),
        ("彩香二村顶楼漏水", "彩香二村"),
        ("平江路邊上有人擺攤", "平江路"),
        ("想喝杨枝甘露", ""),
        ("我家没有电", ""),
        ("你好", ""),
    ],
)
def test_phrase(understander: Understander, text: str, place: str) -> None:
    assert understander.understand(text).place.startswith(place)
    assert bool(understander.understand(text).place) is bool(place)


@pytest.mark.parametrize(
    ("phrase", "street", "community"),
    [
        ("南环新村12幢门口", "吴门桥街道", ""),
        ("平江路", "平江街道", ""),
        ("钮家巷社区门口", "平江街道", "钮家巷社区"),
        ("沧浪亭社区", "双塔街道", "沧浪亭社区"),
        ("观前街", "平江街道", ""),
        ("虎丘街道", "虎丘街道", ""),
    ],
)
def test_inside(understander: Understander, phrase: str, street: str, community: str) -> None:
    where = understander.locate(phrase)
    assert (where.street, where.community, where.outside) == (street, community, "")


@pytest.mark.parametrize(
    ("phrase", "district"),
    [("吴中区木渎", "吴中区"), ("相城区元和", "相城区"), ("狮山路", "虎丘区"), ("工业园区", "工业园区")],
)
def test_outside(understander: Understander, phrase: str, district: str) -> None:
    assert district in understander.locate(phrase).outside
    assert understander.locate(phrase).street == ""


@pytest.mark.parametrize(
    ("phrase", "district"),
    [
        ("相城区人民路", "相城区"),
        ("昆山市周庄双桥", "昆山市"),
        ("上海市虹口区虹桥社区", "上海市"),
        ("城北东路相城段", "相城区"),
        ("三香路往新区方向的站台", ""),
        ("园区跟姑苏区交界那段东环路", ""),
        ("干将西路上海银行门口", ""),
        ("上海老凤祥观前街店", ""),
        ("往新区三香路", ""),
        ("姑苏区和园区交界处", ""),
        ("园区人行道", "苏州工业园区"),
        ("虎丘区山塘街", ""),
    ],
)
def test_beside_a_name_of_ours_only_a_town_that_leads_to_it_counts(
    understander: Understander, phrase: str, district: str
) -> None:
    assert understander.locate(phrase).outside == district


@pytest.mark.parametrize(
    "text",
    [
        "这一片我非常熟悉，路灯坏了好几个",
        "晚上海底捞门口乱停车",
        "养育巷195号西山墙渗水",
        "门口停了一辆上海牌照的车半年没动",
        "儿子在上海工作，我一个人在家水管爆了",
        "一个月两百元和物业说了没用",
        "写在合同里的也不算数",
    ],
)
def test_a_name_from_elsewhere_within_other_words_sends_nobody_away(understander: Understander, text: str) -> None:
    assert understander.understand(text).where.outside == ""


def test_where_one_works_gives_way_to_where_one_lives(understander: Understander) -> None:
    found = understander.understand("我在苏州工业园区上班，住在彩香一村，楼下路灯坏了")
    assert (found.where.street, found.where.outside) == ("金阊街道", "")
    assert understander.locate("离拙政园不远的潘儒巷").community != "拙政园社区"
    assert understander.understand("苏E12345一直停在石幢弄口").place == "石幢弄口"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("不是12幢是21幢", "21幢"),
        ("勿是濂溪坊，是钮家巷", "钮家巷"),
        ("是不是平江路那边是你们管", "平江路那边"),
        ("彩香一村3幢不是路灯坏了是楼道灯坏了", "彩香一村3幢"),
    ],
)
def test_of_what_is_put_right_the_place_is_what_it_is(understander: Understander, text: str, place: str) -> None:
    assert understander.understand(text).place == place


@pytest.mark.parametrize("road", ["竹辉路", "虎丘路", "石路"])
def test_a_road_is_not_the_community_it_shares_a_name_with(understander: Understander, road: str) -> None:
    assert understander.locate(road).community == ""


def test_a_mistyped_name_is_found_by_its_sound(understander: Understander) -> None:
    assert understander.locate("钮加巷").street == "平江街道"


@pytest.mark.parametrize(
    ("phrase", "street"), [("北门锦花苑3幢", ""), ("苏锦街道锦花苑", "苏锦街道"), ("火星路锦花苑", "苏锦街道")]
)
def test_what_sounds_like_a_name_within_another_is_not_that_name(
    understander: Understander, phrase: str, street: str
) -> None:
    assert understander.locate(phrase).street == street


@pytest.mark.parametrize(
    "phrase", ["", "某某小区", "火星路一号", "😀", "幸福里1203室", "火星路128号", "ABC大厦", "火景花园3幢"]
)
def test_unknown(understander: Understander, phrase: str) -> None:
    where = understander.locate(phrase)
    assert (where.street, where.outside) == ("", "")
