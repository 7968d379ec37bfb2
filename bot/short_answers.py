"""Words that are an answer by themselves. Pure."""

import re

YES = frozenset({"确认", "提交", "确认提交", "对", "对的", "是", "是的", "好", "好的", "没错", "可以", "嗯", "行"})
JOIN = frozenset({"一起", "一起跟进", "跟进", "是同一件", "同一件", "就是这件", "就是它"})
APART = frozenset({"不是同一件", "另报", "单独报", "不一样", "另外一件"})
NEITHER = frozenset({"都不是", "不是", "都不对", "没有"})
DIGITS = {
    name: index
    for index, digit in enumerate("一二三四五六")
    for name in (str(index + 1), digit, f"第{digit}个", f"第{digit}种", f"第{digit}处")
}
SMALL_TALK = frozenset({"act:greet", "act:thanks", "act:goodbye", "act:affirm", "act:deny"})
CORRECTS = re.compile(r"(?<!是)[不勿弗]是(?!第)|弄错|搞错|说错|写错|[不勿弗]对|改成|更正|应该是|^错了|^是")
# An answer to 在哪里: it could be an address, though no map knows it; 我家楼下 alone could not. Or it is kept back.
COULD_BE_A_PLACE = re.compile(
    r"\d|[路街巷弄里村苑园区镇庄坊湾城府庭浜桥门口号楼幢栋座层室元房棚库亭所站店场馆厦院校寺庙塔河江塘湖边旁头侧角堍]|附近|隔壁|对面|那一?[带片段]"
)
NO_PLACE_YET = re.compile(
    r"(?:就?[在是]|就)?(?:我们?|伲|俚|自己)?(?:(?:屋里|家里?|小区里?)的?(?:楼下|楼上|门口|旁边)?|楼下|楼上|门口|旁边|老地方|那边|这边|这里|那里|搿搭)"
    r"[呀啊啦呢哦的]*"
)
KEPT_BACK = re.compile(
    r"(?:不|勿|弗)太?(?:想|敢|肯|愿意?|方便|便|能)(?:说|讲|告诉|透露|写)|不告诉|^\W*(?:不|勿|弗)太?(?:说|讲|想|愿意?|方便)\W*$|不说地[址点]"
    r"|保密|能不能不[说讲写]"
)
ADDS = re.compile(r"^\W*(还有|另外|再有|再就是|顺便|对了)")
RATHER = re.compile(r"^.{0,4}(?<!是)[不勿弗]是.{1,12}?[,，、。;；\s]*而?是(.{2,})$")  # 不是…，是…
OPENING = re.compile(  # 我要报修: that something is to come, not yet what
    "(?!.*[再还][说问])(?:你好|您好|喂)?[,，。!！ ]*(?:我们?|伲|想|要|来|再|还)*"
    "(?:报修|报个修|反映|反应|报告|上报|举报|投诉|说|咨询|问)"
    "(?:一?下|一?个|点|些|件|一件)*(?:问题|事情|事体|事|情况)?"
)
SLASH = re.compile(r"/([a-z_]+)(@\w+)?(\s.*)?", re.IGNORECASE | re.DOTALL)  # Telegram's commands and what follows
COMMANDS: dict[str, str] = {  # what is said in these very words means a command at any step
    "帮助": "help",
    "怎么用": "help",
    "我的上报": "mine",
    "取消": "cancel",
    "人工": "human",
    "订阅": "topics",
    "我的订阅": "topics",
    "退订": "unsubscribe",
    "取消订阅": "unsubscribe",
}


def is_opening(words: str) -> bool:
    return bool(OPENING.fullmatch(words.strip().rstrip("。.!！~～，,了吧")))
