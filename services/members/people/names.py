"""How a Chinese name is read aloud, so that people can be found by pinyin and sorted as a class list is.

A surname often has a reading of its own (曾 is Zeng, 单 is Shan), which no dictionary of common words gives.
"""

from functools import lru_cache
from typing import NamedTuple

# Surnames whose reading differs from the character's usual one.
_SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "盖": "ge",
    "任": "ren",
    "华": "hua",
    "区": "ou",
    "朴": "piao",
    "繁": "po",
    "翟": "zhai",
    "乐": "yue",
    "缪": "miao",
    "覃": "qin",
    "冼": "xian",
    "员": "yun",
    "种": "chong",
    "折": "she",
    "黑": "he",
    "逄": "pang",
    "秘": "bi",
    "召": "shao",
    "柏": "bai",
    "能": "nai",
    "句": "gou",
    "燕": "yan",
    "纪": "ji",
    "应": "ying",
    "宁": "ning",
    "牟": "mu",
    "隗": "wei",
    "谌": "chen",
    "晁": "chao",
    "车": "che",
    "重": "chong",
    "祭": "zhai",
    "撒": "sa",
    "葛": "ge",
    "哈": "ha",
    "石": "shi",
    "沈": "shen",
    "盛": "sheng",
    "臧": "zang",
    "褚": "chu",
    "曲": "qu",
    "薄": "bo",
    "都": "du",
    "乜": "nie",
    "郗": "xi",
    "尹": "yin",
    "尉": "wei",
    "宿": "su",
    "过": "guo",
    "谷": "gu",
    "娄": "lou",
    "危": "wei",
    "占": "zhan",
    "瞿": "qu",
    "洗": "xian",
    "阚": "kan",
    "厍": "she",
    "适": "kuo",
    "亓": "qi",
}
_COMPOUND_SURNAMES = {
    "欧阳": "ou yang",
    "司马": "si ma",
    "上官": "shang guan",
    "诸葛": "zhu ge",
    "东方": "dong fang",
    "皇甫": "huang fu",
    "尉迟": "yu chi",
    "公孙": "gong sun",
    "长孙": "zhang sun",
    "慕容": "mu rong",
    "司徒": "si tu",
    "令狐": "ling hu",
    "夏侯": "xia hou",
    "宇文": "yu wen",
    "澹台": "tan tai",
    "万俟": "mo qi",
    "端木": "duan mu",
    "独孤": "du gu",
    "南宫": "nan gong",
    "百里": "bai li",
    "呼延": "hu yan",
    "淳于": "chun yu",
    "单于": "chan yu",
    "公冶": "gong ye",
    "濮阳": "pu yang",
    "申屠": "shen tu",
    "轩辕": "xuan yuan",
    "钟离": "zhong li",
    "乐正": "yue zheng",
    "鲜于": "xian yu",
    "闻人": "wen ren",
    "亓官": "qi guan",
    "仲孙": "zhong sun",
    "闾丘": "lü qiu",
    "司空": "si kong",
}


class Reading(NamedTuple):
    """A name in pinyin (zhanghaiyan) and its initials (zhy), as they are typed in a search."""

    pinyin: str
    initials: str


def reading(name: str) -> Reading:
    """The reading of a name, surname first; a name in Latin letters stays as it is."""
    syllables = [syllable for word in _words(name) for syllable in word]
    return Reading("".join(syllables), "".join(syllable[0] for syllable in syllables))


def romanised(name: str) -> str:
    """A name as it is written in Latin letters: 张海燕 → Zhang Haiyan."""
    return " ".join("".join(word).replace("v", "ü").capitalize() for word in _words(name))


def _words(name: str) -> list[list[str]]:
    """The words of a name in their syllables. ü is v, as on Chinese keyboards: lv finds 吕."""
    if "·" in name or not "\u3400" <= name[:1] <= "\u9fff":
        words = [_read(part) for part in name.replace("·", " ").split()]
    else:
        length = 2 if name[:2] in _COMPOUND_SURNAMES and len(name) > 2 else 1
        words = [_read_surname(name[:length]), _read(name[length:])]
    cleaned = [[s.lower().replace("ü", "v") for s in word if s.strip()] for word in words]
    return [word for word in cleaned if word]


@lru_cache(maxsize=2_000)
def _read_surname(surname: str) -> tuple[str, ...]:
    if known := _COMPOUND_SURNAMES.get(surname) or _SURNAMES.get(surname):
        return tuple(known.split())
    return _read(surname)


@lru_cache(maxsize=20_000)
def _read(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415  (its dictionary costs half a second of every start)

    return tuple(lazy_pinyin(text))
