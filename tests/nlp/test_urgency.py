"""Danger to life now, and what only sounds like it."""

import pytest

from nlp.understand import Understander


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("着火了快来", "119"),
        ("三楼厨房起火了，里面有人", "119"),
        ("闻到很浓的煤气味，头晕", "119"),
        ("有人触电倒在地上了", "120"),
        ("我被困在电梯里出不来", "119"),
        ("小孩掉河里了", "110"),
        ("墙马上要塌了，万一砸到人怎么办", "119"),
        ("隔壁有人拿刀追人", "110"),
        ("我不想活了", "110"),
        ("我不活了", "110"),
        ("再不来修我就去政府门口跳楼", "110"),
        ("我死给你们看", "110"),
        ("工伤赔偿不给，我不想活了", "110"),
        ("爸爸突然昏倒叫不醒", "120"),
        ("我家厨房煤气味好重", "119"),
        ("隔壁在打老婆 打得好凶", "110"),
        ("昨天才修好，现在又冒火花了，快来救人，着火了", "119"),
        ("我们这幢楼从下午停电到晚上，物业说在抢修，一直没有结果，冰箱里的菜都坏了，电梯里还困着一位老人出不来", "119"),
    ],
)
def test_urgent(understander: Understander, text: str, number: str) -> None:
    meant = understander.understand(text)
    assert meant.urgent
    assert number in meant.numbers


@pytest.mark.parametrize(
    "text",
    [
        "社区昨天搞了消防演练",
        "我想死你了",
        "我想死后把房子留给小女儿，遗嘱怎么写",
        "气得我要跳楼",
        "吵得我不想活了",
        "气得要爆炸",
        "昨天着火了已经灭了",
        "着火了怎么赔",
        "路灯不亮",
        "井盖没了三天了",
        "去年有人从这里掉下去过，装个栏杆吧",
        "请问心肺复苏在哪里学",
        "谢谢",
    ],
)
def test_calm(understander: Understander, text: str) -> None:
    meant = understander.understand(text)
    assert not meant.urgent
    assert meant.numbers == ()
