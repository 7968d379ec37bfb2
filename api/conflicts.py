"""利害关系: whether what a resident wrote concerns somebody an adviser acts for.

Too often is better than too seldom: the matter then goes to another adviser, and that is all that anybody notices.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import lazy_pinyin

from nlp.text import folded

SHORTEST = 2  # characters of a name
BY_SOUND = 3  # from here on a name is found by its sound, too: many dictate
AROUND = re.compile(r"^(江苏省?|苏州市?|姑苏区?)+|[（(].*?[）)]")
BEHIND = re.compile(r"((管理|服务|投资|开发|建设|工程|科技|贸易|实业|股份|有限|责任)*(公司|集团))+$")
NOT_WORDS = re.compile(r"[\s·•.,，。、:：;；“”\"'《》-]+")
# With whom the communities' advisers have their contracts (assumed: the bulletin says that communities contract them)
OWN_BODIES = re.compile(
    r"居委|居民委员会|村委会|社区(干部|书记|主任|工作站|服务站|党委)|街道(办|干部|主任|书记|工作人员|的人)|办事处"
    r"|征收(办|指挥部|部门|中心|公司)|[拆动]迁(办|指挥部|公司)"
)


def key_of(name: str) -> str:
    """What of a name people say: without the place and the kind of company around it."""
    plain = AROUND.sub("", NOT_WORDS.sub("", folded(name)))
    short = BEHIND.sub("", plain)
    return short if len(short) >= SHORTEST else plain


def concern(names: Iterable[str], written: str) -> bool:
    """Does any of these names stand in it, as it is written or as it sounds?"""
    words = NOT_WORDS.sub("", folded(written))
    keys = [key for key in map(key_of, names) if len(key) >= SHORTEST]
    if any(key in words for key in keys):
        return True
    long = [key for key in keys if len(key) >= BY_SOUND]
    return bool(long) and any(_sound(key) in _sound(words) for key in long)


def against_own_bodies(written: str) -> bool:
    """A matter with the residents' committee, the street or the expropriation office: clients of all advisers there."""
    return OWN_BODIES.search(NOT_WORDS.sub("", folded(written))) is not None


@lru_cache(maxsize=64)
def _sound(words: str) -> str:
    """Syllables between bars, so that none is found in the middle of another."""
    return f"|{'|'.join(lazy_pinyin(words))}|"
