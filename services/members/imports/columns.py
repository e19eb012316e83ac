"""Which column of a roster is which: schools write the same heading in a dozen ways, and in any order."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.members.imports.cells import tidy
from services.members.imports.sheet import RosterRefused, Sheet

# Field → its headings; the first one stands in the template.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "教师姓名", "教职工姓名", "名字", "name"),
    "sex": ("性别", "sex"),
    "birth_date": ("出生日期", "出生年月日", "出生年月", "生日", "birthdate"),
    "identity_number": ("身份证号", "身份证号码", "公民身份号码", "身份证", "证件号码", "identitynumber"),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "电话", "移动电话", "phone"),
    "group": ("小组", "工会小组", "所在小组", "教研组", "group"),
    "post_kind": ("用工形式", "用工性质", "编制", "人员类别", "聘用形式", "post"),
    "standing": ("会员身份", "身份", "会籍", "会员状态", "standing"),
    "is_teacher": ("岗位", "岗位类别", "岗位性质", "role"),
    "workplace": ("工作单位", "所在学校", "校区", "教学点", "workplace"),
    "staff_number": ("工号", "教工号", "职工号", "人员编号", "staffnumber"),
    "card_number": ("会员证号", "会员证", "cardnumber"),
    "joined_on": ("入会日期", "入会时间", "joinedon"),
    "titles": ("职称", "称号", "titles"),
}
LABELS = {
    "name": _l("Name"),
    "sex": _l("Sex"),
    "birth_date": _l("Birth date"),
    "identity_number": _l("Identity number"),
    "phone": _l("Mobile"),
    "group": _l("Group"),
    "post_kind": _l("Kind of post"),
    "standing": _l("Standing"),
    "is_teacher": _l("Role"),
    "workplace": _l("Workplace"),
    "staff_number": _l("Staff number"),
    "card_number": _l("Card number"),
    "joined_on": _l("Joined on"),
    "titles": _l("Titles"),
}
_FIELD_OF = {heading: field for field, headings in HEADINGS.items() for heading in headings}
_HEADING_ROWS = 10  # a title and a note may stand above the headings


class Layout:
    """Where the headings stand, and which column holds which field."""

    def __init__(
        self, row_index: int, columns: dict[str, int], headings: dict[str, str], ignored: list[str]
    ) -> None:
        self.row_index = row_index
        self.columns = columns
        self.headings = headings
        self.ignored = ignored


def find_roster(sheets: Sequence[Sheet]) -> tuple[Sheet, Layout]:
    """The first sheet with a row of headings, and its layout. Raises RosterRefused where there is none."""
    for sheet in sheets:
        layouts = [_layout(index, cells) for index, (_number, cells) in enumerate(sheet.rows[:_HEADING_ROWS])]
        best = max(layouts, key=lambda layout: len(layout.columns))
        if "name" in best.columns and len(best.columns) >= 2:
            return sheet, best
    raise RosterRefused(
        _(
            "No row of headings was found. The first rows must hold 姓名 and at least one more of: %(headings)s.",
            headings="、".join(headings[0] for headings in HEADINGS.values()),
        )
    )


def _layout(index: int, cells: list[str]) -> Layout:
    columns: dict[str, int] = {}
    headings: dict[str, str] = {}
    ignored: list[str] = []
    for column, cell in enumerate(cells):
        words = tidy(cell).text.strip("*＊:").lower()
        field = _FIELD_OF.get(words.replace("_", ""))
        if field is not None and field not in columns:
            columns[field], headings[field] = column, cell[:30]
        elif words:
            ignored.append(cell[:30])
    return Layout(index, columns, headings, ignored)
