"""Reads one cell of a roster: mends what is certain (full-width digits, stray spaces) and refuses what is not."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from services.members.people import identity
from shared.kit import clock

# ０-９, Ａ-Ｚ, （）－ and the like, as they come from a Chinese keyboard, and the wide space.
_FULL_WIDTH = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0xFEFF, 0x00AD, 0x202A, 0x202C, 0x202D, 0x200E, 0x200F])
_SPACES = re.compile(r"\s+")
_NAME_DOTS = str.maketrans("•・．‧●", "·····")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?")
_DATE_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_ONLY = re.compile(r"\d{4}[-/.年]\d{1,2}月?|\d{6}")
_SERIAL = re.compile(r"(\d{4,5})(?:\.0+)?")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}\d{7,8}")

SEX_WORDS = {
    "男": "male",
    "女": "female",
    "男性": "male",
    "女性": "female",
    "m": "male",
    "f": "female",
    "male": "male",
    "female": "female",
}
POST_WORDS = {
    "在编": "established",
    "事业编": "established",
    "编内": "established",
    "正式": "established",
    "合同": "contract",
    "合同制": "contract",
    "编外合同": "contract",
    "聘用合同": "contract",
    "临时聘用": "temporary",
    "临聘": "temporary",
    "临时": "temporary",
    "代课": "temporary",
    "外聘": "external",
    "劳务派遣": "dispatched",
    "派遣": "dispatched",
    "务工": "migrant",
    "established": "established",
    "contract": "contract",
    "temporary": "temporary",
    "external": "external",
    "dispatched": "dispatched",
    "migrant": "migrant",
}
STANDING_WORDS = {
    "会员": "full",
    "正式会员": "full",
    "在职会员": "full",
    "在职": "full",
    "内退在岗": "early_retired_in_post",
    "内退": "early_retired_in_post",
    "退休": "retired",
    "退休会员": "retired",
    "保留会籍": "retired",
    "离休": "retired",
    "离退休": "retired",
    "可入会": "applicant",
    "未入会": "applicant",
    "非会员": "applicant",
    "full": "full",
    "retired": "retired",
    "applicant": "applicant",
    "early_retired_in_post": "early_retired_in_post",
}
TEACHER_WORDS = {
    "教师": True,
    "专任教师": True,
    "任课教师": True,
    "教学": True,
    "teacher": True,
    "职员": False,
    "行政": False,
    "管理": False,
    "教辅": False,
    "工勤": False,
    "后勤": False,
    "其他": False,
    "staff": False,
}

LEAST_AGE, MOST_AGE = 16, 110


class BadCell(Exception):
    """A cell that only a person can mend; `code` is said in words by words.py, about `detail`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Tidied(NamedTuple):
    """A cell's text after certain mending, and what was mended (`full-width`, `spaces`), if anything."""

    text: str
    mended: str | None = None


def tidy(cell: str) -> Tidied:
    """Full-width letters and digits become plain ones; spaces and invisible characters go. Idempotent."""
    narrow = cell.translate(_FULL_WIDTH)
    clean = _SPACES.sub("", narrow.translate(_INVISIBLE))
    if narrow.replace(" ", "") != cell.replace("\u3000", "").replace(" ", ""):
        return Tidied(clean, "full-width")
    return Tidied(clean, "spaces" if clean != cell.strip() else None)


def tidy_name(cell: str) -> Tidied:
    """As `tidy`, but names in Latin letters keep their single spaces, and all dots in names become ·."""
    narrow = cell.translate(_FULL_WIDTH).translate(_INVISIBLE).translate(_NAME_DOTS)
    clean = _SPACES.sub(" " if narrow[:1].isascii() else "", narrow.strip())
    return Tidied(clean, "spaces" if clean != cell.strip() else None)


def read_name(text: str, _early: bool = False) -> str:
    if not 2 <= len(text) <= 50:
        raise BadCell("name-length")
    if not all(character.isalpha() or character in "·.-' " for character in text):
        raise BadCell("name-characters")
    return text


def read_date(text: str, days_from_1904: bool = False) -> date:
    """A day in any of the ways in which schools write it, or as the number by which Excel keeps it."""
    if serial := _SERIAL.fullmatch(text):
        start = date(1904, 1, 1) if days_from_1904 else date(1899, 12, 30)
        return start + timedelta(days=int(serial[1]))
    found = _DATE.fullmatch(text) or _DATE_DIGITS.fullmatch(text)
    if not found:
        raise BadCell("day-missing" if _MONTH_ONLY.fullmatch(text) else "date-form")
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        if (month, day) == (2, 29):
            raise BadCell("no-29-february", str(year)) from None
        raise BadCell("no-such-day") from None


def read_birth_date(text: str, days_from_1904: bool = False) -> date:
    born = read_date(text, days_from_1904)
    if born > clock.today():
        raise BadCell("day-to-come")
    if not LEAST_AGE <= (age := clock.age_on(born, clock.today())) <= MOST_AGE:
        raise BadCell("age", str(age))
    return born


def read_past_date(text: str, days_from_1904: bool = False) -> date:
    day = read_date(text, days_from_1904)
    if day > clock.today():
        raise BadCell("day-to-come")
    return day


def read_identity(text: str, _early: bool = False) -> str:
    number = text.upper().replace("-", "")
    if _SCIENTIFIC.fullmatch(number):
        raise BadCell("identity-as-number")
    if len(number) == 15 and number.isdigit():
        raise BadCell("identity-old")
    if not identity.is_well_formed(number):
        raise BadCell("identity-form", str(len(number)))
    if identity.birth_date_of(number) is None:
        raise BadCell("identity-date")
    if not identity.has_right_check(number):
        raise BadCell("identity-check")
    return number


def read_phone(text: str, _early: bool = False) -> str:
    number = re.sub(r"[-()]", "", text.removesuffix(".0")).removeprefix("+86")
    if number.startswith("86") and len(number) == 13:
        number = number[2:]
    if not (_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number)):
        raise BadCell("phone-form")
    return number


def read_staff_number(text: str, _early: bool = False) -> str:
    if len(text) > 30 or not text.isprintable():
        raise BadCell("too-long", "30")
    return text.removesuffix(".0")


def read_card_number(text: str, _early: bool = False) -> int:
    digits = text.removesuffix(".0")
    if not digits.isascii() or not digits.isdigit() or not 0 < int(digits[:10]) < 1_000_000:
        raise BadCell("card-form")
    return int(digits)


def read_titles(text: str, _early: bool = False) -> list[str]:
    titles = [title for title in re.split(r"[,;、/]", text) if title]
    if any(len(title) > 30 for title in titles):
        raise BadCell("too-long", "30")
    return titles[:10]


def _read_word(words: dict[str, Any], code: str) -> Callable[[str, bool], Any]:
    first_words: dict[Any, str] = {}
    for word, meaning in words.items():
        first_words.setdefault(meaning, word)
    understood = "、".join(first_words.values())

    def read(text: str, _early: bool = False) -> Any:
        found = words.get(text.lower())
        if found is None:
            raise BadCell(code, understood)
        return found

    return read


READERS: dict[str, Callable[[str, bool], Any]] = {
    "name": read_name,
    "sex": _read_word(SEX_WORDS, "unknown-sex"),
    "birth_date": read_birth_date,
    "identity_number": read_identity,
    "phone": read_phone,
    "post_kind": _read_word(POST_WORDS, "unknown-post"),
    "standing": _read_word(STANDING_WORDS, "unknown-standing"),
    "is_teacher": _read_word(TEACHER_WORDS, "unknown-role"),
    "staff_number": read_staff_number,
    "card_number": read_card_number,
    "joined_on": read_past_date,
    "titles": read_titles,
}
