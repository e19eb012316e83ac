"""What money of the union may be spent on, as people would say it; each kind with its heading and its rules.

What is a gift to one person for an occasion of life is a visit, what helps somebody in hardship is aid; neither
is entered here. The eight prohibitions (八不准) stand beside, so that who is asked for one finds it, and the no.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from services.welfare.funds.codes import EDUCATION, OTHER_ACTIVITY, OUTINGS, SPORTS, WARMTH, WELFARE
from services.welfare.standards import PRIZE_SHARE, TRAINING_SHARE

HEADS, WINNERS, FESTIVAL, EACH = "heads", "winners", "festival", "each_fen"


@dataclass(frozen=True)
class Kind:
    """`asks` are the figures it needs; `ceiling` binds each head, `each` one prize, `share` the winners."""

    name: Any
    code: str
    asks: tuple[str, ...] = ()
    ceiling: str | None = None
    each: str | None = None
    share: str | None = None


FESTIVAL_GIFTS, RETIREE_CARE, OUTING = "festival-gifts", "retiree-care", "outing"

KINDS: dict[str, Kind] = {
    "contest-prizes": Kind(_l("Prizes at sports or culture"), SPORTS, (HEADS, WINNERS), share=PRIZE_SHARE),
    "contest-souvenirs": Kind(_l("Souvenirs for all who take part"), SPORTS, (HEADS,)),
    "contest-meals": Kind(_l("Meals at a contest"), SPORTS, (HEADS,), ceiling="meal"),
    "sports": Kind(_l("Other things for sports or culture"), SPORTS),
    "training": Kind(_l("Training and study"), EDUCATION),
    "training-prizes": Kind(
        _l("Prizes at a training"),
        EDUCATION,
        (HEADS, WINNERS, EACH),
        each="training-prize",
        share=TRAINING_SHARE,
    ),
    "publicity": Kind(_l("Publicity and boards"), "activity-publicity"),
    FESTIVAL_GIFTS: Kind(_l("Gifts to all members at a festival"), WELFARE, (HEADS, FESTIVAL)),
    "birthday": Kind(_l("Birthday cakes"), WELFARE, (HEADS,), ceiling="birthday"),
    "occasion": Kind(
        _l("An activity on a day that is no festival of gifts, with a souvenir"), OTHER_ACTIVITY, (HEADS,)
    ),
    OUTING: Kind(_l("Spring or autumn outing, back the same day"), OUTINGS, (HEADS,)),
    "shows": Kind(_l("Films, shows, park tickets"), OUTINGS, (HEADS,)),
    "other-activity": Kind(_l("Another activity"), OTHER_ACTIVITY),
    RETIREE_CARE: Kind(_l("Care for the retired"), WELFARE, (HEADS,)),
    "warmth": Kind(_l("Warmth to many: summer drinks, winter things"), WARMTH, (HEADS,)),
    "labour-relations": Kind(_l("Labour relations"), "rights-coordination"),
    "labour-protection": Kind(_l("Labour protection"), "rights-protection"),
    "legal-aid": Kind(_l("Legal aid"), "legal-aid"),
    "running": Kind(_l("Running the union: meetings, office, travel"), "business"),
    "equipment": Kind(_l("Equipment"), "capital"),
    "undertaking": Kind(_l("Undertakings"), "undertaking"),
    "other": Kind(_l("Something else"), "other-spending"),
}


FESTIVALS: dict[str, Any] = {
    "new-year": _l("New Year"),
    "spring": _l("Spring Festival"),
    "qingming": _l("Qingming"),
    "labour": _l("Labour Day"),
    "dragon-boat": _l("Dragon Boat Festival"),
    "mid-autumn": _l("Mid-Autumn Festival"),
    "national": _l("National Day"),
    "miao-new-year": _l("Miao New Year"),
    "torch": _l("Torch Festival"),
    "march-third": _l("Third of March"),
    "water-splashing": _l("Water-Splashing Festival"),
    "tibetan-new-year": _l("Tibetan New Year"),
    "eid-al-fitr": _l("Eid al-Fitr"),
    "corban": _l("Corban Festival"),
}


@dataclass(frozen=True)
class Prohibition:
    """One of the eight: what it is called, why it is refused, and the words by which it often betrays itself."""

    name: Any
    why: Any
    words: tuple[str, ...] = ()


PROHIBITED: dict[str, Prohibition] = {
    "banquets": Prohibition(
        _l("Banquets or presents to guests"),
        _l("The union's money is not for entertaining or for presents to guests."),
        ("宴请", "招待", "请客", "接待餐", "送礼"),
    ),
    "bonuses": Prohibition(
        _l("Bonuses, allowances, cash or shopping cards"),
        _l("Pay is the employer's; gifts are things, not cash, and no cards that are as good as cash."),
        ("奖金", "津贴", "补贴", "购物卡", "代金券", "现金", "加油卡"),
    ),
    "luxury": Prohibition(
        _l("Expensive entertainment or fitness"),
        _l("Luxury is not collective welfare."),
        ("夜总会", "高尔夫", "桑拿", "会所", "健身卡"),
    ),
    "slush-fund": Prohibition(
        _l("A fund beside the books"),
        _l("Every sum stands in the union's own accounts."),
        ("小金库",),
    ),
    "merged-account": Prohibition(
        _l("A transfer into the school's account"),
        _l("The union keeps an account of its own."),
        ("转入学校账户", "并账"),
    ),
    "misuse": Prohibition(
        _l("Money lent or held back"),
        _l("The union's money is neither lent nor diverted."),
        ("借款", "垫付工资", "挪用"),
    ),
    "guarantees": Prohibition(
        _l("Fund-raising or guarantees"),
        _l("The union takes part in no fund-raising and stands surety for nobody."),
        ("集资", "担保", "理财"),
    ),
    "unrelated": Prohibition(
        _l("Bills that have nothing to do with the union"),
        _l("Whoever had the expense pays it."),
        ("私车", "话费", "物业费"),
    ),
}


# An outing comes back on the same day, and not from one of the scenic areas that are closed to such trips
# (总工办发〔2017〕32号 第八条; the list of 厅字〔2014〕50号): what the description may betray.
NIGHT_AWAY = ("住宿", "过夜", "宿营", "两日", "二日", "三日", "多日", "酒店", "宾馆", "民宿")
CLOSED_SITES = (
    "八达岭", "十三陵", "避暑山庄", "外八庙", "五台山", "太湖", "普陀山", "黄山", "九华山", "武夷山", "庐山", "泰山",
    "嵩山", "武当山", "武陵源", "张家界", "白云山", "漓江", "三亚", "峨眉山", "乐山大佛", "九寨沟", "黄龙", "黄果树",
    "大理", "华山",
)  # fmt: skip


def names_one_of(words: str, known: tuple[str, ...]) -> bool:
    return any(word in words for word in known)


def betrayed_by(words: str) -> str | None:
    """Which prohibition a description sounds like, if any."""
    return next((code for code, one in PROHIBITED.items() if any(word in words for word in one.words)), None)
