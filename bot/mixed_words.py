"""Which words of a report ask something of the law, too, and of which topic; and which words of a legal question tell
of a public thing that is still to be put right, and of which item. Pure; tables, tried from above. Precision goes
first: what is offered without need keeps somebody from their matter."""

import re

ASKS = re.compile(  # the last of them: who is so hurt will ask
    r"(?:谁|哪个|啥人|哪家)(?:来|该|应该|应当|要|得|能)?(?:赔|出钱|出医药费|承担)"
    r"|(?:医药费|损失|医疗费|修理费|修车费).{0,6}(?:谁|哪个|啥人|找)"
    r"|(?:能|可以|好|该|要|可|想)(?:不能|不可以|不好|不该|不要|否)?.{0,8}(?:索赔|赔偿|赔钱|赔我)"
    r"|(?:能|可以|好|想|要)(?:不能|不可以|不好|不要|否)?告(?!诉|知|示)|告他|起诉|打官司|索赔|怎么赔|要不要赔|赔不赔"
    r"|(?:合法|违法|犯法)(?:吗|么|不|伐|嘛)|合不合法|违不违法|犯不犯法"
    r"|责任(?:在谁|怎么|如何|是谁|算谁)|谁的责任|(?:怎么|如何)(?:认定|划分)|追究.{0,6}责任|维权"
    r"|骨折|脑震荡|缝了.{0,3}针|(?:摔|跌|砸|撞|掼|绊).{0,8}(?:住院|断了?(?:腿|手|胳膊|肋骨|牙))"
)
INJURY = "legal:injury"  # 交通事故与人身财产损害
TOPICS = (
    (re.compile(r"摔|跌|掼|受伤|骨折|砸|撞|咬|医药费|医疗费"), INJURY),
    (re.compile(r"楼上|楼下|邻居|隔壁|对门"), "legal:neighbours"),
    (re.compile(r"物业|开发商|维修基金"), "legal:housing"),
)
ELSE = INJURY  # a thing of theirs came to harm


def topics(text: str) -> tuple[str, ...]:
    """Labels, the likeliest first; none where the words ask nothing of the law."""
    if not ASKS.search(text):
        return ()
    found = (label for signs, label in TOPICS if signs.search(text))
    return tuple(dict.fromkeys((*found, ELSE)))


CLAUSE = re.compile(r"[^,，。;；!！?？\n\s]+")
THINGS: tuple[tuple[str, str, str], ...] = (  # label, the thing, what is wrong with it
    ("manhole_cover", "井盖|窨井|雨水篦|下水井", "没|缺|丢|坏|破|松|塌|翘|碎|裂|偷|不见|敞|翻"),
    ("power_lighting", "(?:楼道|楼梯|走廊|单元|声控).{0,3}灯", "坏|不亮|黑|灭|勿亮|弗亮"),
    ("street_light", "路灯", "坏|不亮|黑|灭|没亮|勿亮|弗亮|倒"),
    ("dangling_cable", "电线|电缆|光缆|网线|线缆|电线杆", "掉|垂|挂|断|裸|漏|拖|绊|倒|歪|低"),
    ("guardrail", "护栏|栏杆|隔离桩|隔离墩|石墩|减速带|路桩", "坏|断|松|倒|缺|没|翘|歪|掉|少"),
    ("sidewalk", "人行道|盲道|地砖|路砖|石板|路沿|台阶", "翘|松|缺|塌|破|坏|碎|裂|陷|高低不平"),
    ("road_surface", "路面|马路|路上|车道|巷子|弄堂", "坑|洼|塌|陷|裂|坏|烂|破"),
    ("facade_fall", "外墙|瓷砖|墙皮|墙砖|瓦片|空调外机|广告牌|店招|招牌|雨棚", "掉|落|松|脱|砸|坠|剥"),
    ("fallen_tree", "树枝|树杈|大树|行道树|树", "倒|断|掉|砸|歪"),
    ("public_fixture", "健身器材|滑梯|秋千|长椅|长凳|公交站台|宣传栏|单杠", "坏|断|松|掉|倒|翘|破"),
    ("elevator", "电梯", "坏|卡|夹|坠|停|抖|失灵|不动"),
    ("access_control", "道闸|门禁|单元门|防盗门|抬杆|栏杆机", "坏|砸|夹|失灵|掉|关不|打不开"),
    ("drain_blockage", "下水道|污水管|粪管|化粪池|窨井|地漏|主管道", "堵|溢|反水|倒灌|冒|爆|漏"),
    ("water_leak", "屋顶|楼顶|天台|外墙", "漏|渗"),
    ("boundary_wall", "围墙|挡墙|墙头", "倒|塌|歪|裂|斜"),
    ("flooding", "积水|结冰|冰面|地面有水", "滑|摔|淹|泡"),
    ("works_hazard", "工地|脚手架|基坑|围挡|施工", "没围|没拦|没有围|没警示|没有警示|没标志|敞|塌|掉|倒"),
)
FOUND = tuple((label, re.compile(thing), re.compile(wrong)) for label, thing, wrong in THINGS)
# Nobody has to be sent any more, or it is not for the public: the one above, the own flat, a vehicle, a contract.
OVER = re.compile(
    r"修好|已经修|修过|换好|换过|换了|补好|补上|装好|装上|处理好|清理好|疏通好|拆除|拆掉了|锯走|清走|拉走|运走|已经换|后来好|"
    r"去年|前年|上个月|上月|前几个月|半年前|几年前|年前|小时候|以前"
)
THEIRS = re.compile(
    r"楼上|楼下|邻居|隔壁|对门|房东|租客|租的|出租|装修|我家的?(?:灯|门|窗|墙)|家里的?(?:灯|门|窗)|商场|超市|饭店|酒店|宾馆|"
    r"店里|公司里|我们公司|单位里|厂里|景区|游乐场|学校里|医院里|合同|交房|加装电梯|电梯费|"
    r"他家|她家|我家(?:的)?(?:围墙|外墙|院墙)|果子|摊钱|分摊|凭什么"
)
SHORTEST = 4  # characters that still say what is wrong
PERSON = re.compile(
    r"我|俺|伲|阿拉|妈|爸|娘|爷|奶|外公|外婆|老人|老公|老婆|孩子|小孩|小囡|儿子|女儿|朋友|行人|有人|谁|能不能|可以|可不可以|怎么|害|把|"
    r"导致|摔|跌|掼|砸|撞|骑|绊|崴|扭|受伤|骨折|找|要|应该|该"
)
BROKE_IT = re.compile(
    r"(?:我|孩子|小孩|儿子|女儿|老公|老婆|开车|倒车|喝酒).{0,6}(?:撞|弄|刮|踢|砍|打|压)(?:坏|断|倒|碎|破)|偷|判几年|判刑"
)
RIGHT_NOW = re.compile(r"还没|一直没|没人(?:修|管|弄|理)|到现在|至今|现在还|还是(?:没|坏|那样)|依然|仍")


def to_repair(text: str) -> tuple[str, str]:
    """(label, the words that tell of it), ("", "") where nothing public is to be put right."""
    if THEIRS.search(text) or BROKE_IT.search(text) or (OVER.search(text) and not RIGHT_NOW.search(text)):
        return "", ""
    for label, thing, wrong in FOUND:
        for clause in CLAUSE.findall(text):
            if thing.search(clause) and (found := wrong.search(clause)):
                return label, _without_persons(clause, thing, found.end())
    return "", ""


def _without_persons(clause: str, thing: re.Pattern[str], end: int) -> str:
    """路灯坏了我妈摔了一跤 -> 路灯坏了: what became of whom is for the adviser."""
    person = PERSON.search(clause, end)
    short = clause[: person.start()] if person else clause
    return short if thing.search(short) and len(short) >= SHORTEST else clause
