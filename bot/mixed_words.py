"""Which words of a report ask something of the law, too, and of which topic. Pure; a table, tried from above."""

import re

ASKS = re.compile(
    r"(?:谁|哪个|啥人|哪家)(?:来|该|应该|应当|要|得|能)?(?:赔|出钱|出医药费|承担)"
    r"|(?:医药费|损失|医疗费|修理费|修车费).{0,6}(?:谁|哪个|啥人|找)"
    r"|(?:能|可以|好|该|要|可|想)(?:不能|不可以|不好|不该|不要|否)?.{0,8}(?:索赔|赔偿|赔钱|赔我)"
    r"|(?:能|可以|好|想|要)(?:不能|不可以|不好|不要|否)?告(?!诉|知|示)|告他|起诉|打官司|索赔|怎么赔|要不要赔|赔不赔"
    r"|(?:合法|违法|犯法)(?:吗|么|不|伐|嘛)|合不合法|违不违法|犯不犯法"
)
TOPICS = (
    (re.compile(r"摔|跌|掼|受伤|骨折|砸|撞|咬|医药费|医疗费"), "legal:injury"),
    (re.compile(r"楼上|楼下|邻居|隔壁|对门"), "legal:neighbours"),
    (re.compile(r"物业|开发商|维修基金"), "legal:housing"),
)
ELSE = "legal:injury"  # 交通事故与人身财产损害: a thing of theirs came to harm


def topics(text: str) -> tuple[str, ...]:
    """Labels, the likeliest first; none where the words ask nothing of the law."""
    if not ASKS.search(text):
        return ()
    found = (label for signs, label in TOPICS if signs.search(text))
    return tuple(dict.fromkeys((*found, ELSE)))
