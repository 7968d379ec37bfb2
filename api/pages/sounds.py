"""How a name may be typed on a keyboard of Latin letters: 路灯 as ludeng or ld. Pure."""

from functools import cache

from pypinyin import lazy_pinyin


@cache
def sounds(name: str) -> str:
    """Whole pinyin and its initials, with a space between; what is not Chinese stands for itself."""
    syllables = [one.lower() for one in lazy_pinyin("".join(filter(str.isalnum, name)))]
    return f"{''.join(syllables)} {''.join(one[0] for one in syllables)}" if syllables else ""
