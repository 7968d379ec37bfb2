"""What is found in a matter's words that leads to somebody, what is made of it, and what must not stand in a case."""

import pytest

from api.case_words import Known, estates, stripped, trace
from api.persons import names

NAME = "闫翠凤"
KNOWN = Known([NAME], ["南环一村7幢602室", "南环一村"])
FOUND = {
    f"房东{NAME}的押金死活不退怎么办": [NAME],
    f"先给{NAME}发律师函": [NAME],
    f"{NAME}说合同丢了": [NAME],
    f"楼上{NAME}家的水漏到我家": [NAME],
    f"和{NAME}签了合同": [NAME],
    "我叫王小明，房东李先生不退": ["王小明", "李先生"],
    "老王欠我五万块": ["老王"],
    "同事张伟借了三万不还": ["张伟"],
    "我和陈国强合伙开店": ["陈国强"],
    "我爸沈阿根去世了": ["沈阿根"],
    "姓名：赵敏": ["赵敏"],
    "包工头许大牛跑了，许大牛还欠我钱": ["许大牛"],
    "欧阳娜娜说不赔": ["欧阳娜娜"],
}
NOBODY = (
    "马上要搬走，房东不退押金", "周末租客搬走了", "找中介退钱", "高空抛物砸了车", "我老公万一不还钱", "黄金首饰被扣",
    "孙子归谁", "法院判决书", "打了一张欠条", "王某不还钱", "", "，。", "王",
)  # fmt: skip


@pytest.mark.parametrize(("words", "found"), FOUND.items())
def test_names_are_found(words: str, found: list[str]) -> None:
    assert names(words) == found


@pytest.mark.parametrize("words", NOBODY)
def test_other_words_are_no_names(words: str) -> None:
    assert names(words) == []


STRIPPED = {
    f"房东{NAME}住南环一村7幢602室，电话13812345678": "房东某某住某处，电话（略）",
    "身份证320502199001011234，车牌苏E12345": "身份证（略），车牌（略）",
    "押金2350元，租金2000元，定金12345.5块": "押金一笔钱，租金2000元，定金一笔钱",
    "3月12号退的租，住12号三单元": "3月12号退的租，住某处",
    "三室一厅，单元楼": "三室一厅，单元楼",
}


@pytest.mark.parametrize(("words", "left"), STRIPPED.items())
def test_what_leads_to_somebody_is_taken_out(words: str, left: str) -> None:
    assert stripped(words, KNOWN) == left
    assert trace(left, KNOWN) is None, "what was made of it may stand"


TRACES = {
    "打 138-1234-5678": ("number", "138-1234-5678"),
    "微信号:abc_12345": ("number", "微信号:abc_12345"),
    f"那个{NAME}": ("name", NAME),
    "閆翠鳳": ("name", NAME),  # in the other letters, too
    "住南环一村": ("place", "南环一村"),
    "七幢的邻居": ("house", "七幢"),
    "１２幢": ("house", "12幢"),
}


@pytest.mark.parametrize(("words", "found"), TRACES.items())
def test_what_leads_to_somebody_is_seen(words: str, found: tuple[str, str]) -> None:
    seen = trace(words, KNOWN)
    assert seen is not None and (seen.kind, seen.words) == found


@pytest.mark.parametrize(
    "words", ["《民法典》第七百三十三条", "拨打 12348", "法释〔2020〕17号文", "2026 年 1 月 1 日", "#"]
)
def test_what_leads_to_nobody_may_stand(words: str) -> None:
    assert trace(words, KNOWN) is None


def test_a_place_is_known_with_its_estate() -> None:
    assert estates("南环一村7幢602室") == ["南环一村7幢602室", "南环一村"]
    assert estates("7幢") == [] and estates("") == []
