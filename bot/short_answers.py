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
CORRECTS = re.compile(r"不是|弄错|搞错|说错|写错|不对|勿是|改成|更正|应该是|^是")
ADDS = re.compile(r"^\W*(还有|另外|再有|再就是|顺便|对了)")
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
