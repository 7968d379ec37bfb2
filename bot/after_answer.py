"""What a resident says of a legal adviser's answer, in their own words: it is clear now, it did not
help, or another adviser is wanted. Pure."""

import re
from dataclasses import replace

from bot import texts
from bot.drafting import is_matter
from bot.events import Heard, Say
from bot.state import Dialogue, Step, Turn
from bot.telling import tell
from bot.ticket_buttons import sure_of_another, understood

NOT_WORDS = re.compile(r"[\s，。！？、；：,.!?;:~～…]+")
CLEAR = re.compile(
    r"(好的?|行|嗯+|哦+|噢)*(我|伲)?(都|全|现在|这下|总算|终于)*"
    r"(明白|懂|看懂|听懂|晓得|知道|清楚|清爽|有数|了解|搞懂|弄懂|解决)(了|哉|啦|喽|咯|的)+"
    r"(谢谢|多谢|谢了|感谢|辛苦)*(您|你|侬|律师|顾问|了|啦|哦|啊)*"
)
OPEN = re.compile(
    r"(没|没有|未|勿|弗|呒没|还没|并没有)(能|有)?(解决|懂|明白|看懂|听懂|搞懂|弄懂|说清|讲清|用)"
    r"|不(太|大|怎么|是很)?(明白|懂|清楚|管用|顶用|解决)|[看听弄搞](不|勿|弗)(懂|明白)|勿晓得|白问|等于没"
)
ANOTHER = re.compile(
    r"(换|另外?找|另外?请|重新找|再找|再请)(一?[个位名]|别的|其他)?(别的|其他|新的)?(律师|顾问|法律顾问)|(换个|换一个)人(答|回答|问|看)"
    r"|这个(律师|顾问)(不行|不好|没用)|(别的|其他|另外一?[个位]|另一[个位])(律师|顾问)"
)
SHORTEST_QUESTION = 8  # characters: more than 还是不明白 is what is still open


def heard_of_answer(dialogue: Dialogue, text: str, heard: Heard) -> Turn | None:
    """None: it speaks of something else. Who says more than that it did not help has said what is still open."""
    words = NOT_WORDS.sub("", text)
    number = dialogue.answered
    if not number or (is_matter(heard) and heard.kind != "legal"):
        return None
    if ANOTHER.search(words):
        return dialogue, [sure_of_another(number)]
    if CLEAR.fullmatch(words):
        return dialogue, [understood(number)]
    if not OPEN.search(words):
        return None
    asking = replace(dialogue, step=Step.TELLING, subject=number, purpose="unsolved", answered="")
    if len(words) > SHORTEST_QUESTION:
        return tell(asking, text)
    return asking, [Say(texts.WHAT_IS_OPEN)]
