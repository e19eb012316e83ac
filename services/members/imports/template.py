"""The roster's template, and a roster with what is to be mended written beside each row."""

import io
from typing import Any

from sqlalchemy.orm import Session

from services.members.groups.queries import groups_of
from services.members.imports.actions.taking import chunks_of
from services.members.imports.columns import HEADINGS
from services.members.imports.models import RosterImport
from services.members.imports.words import say
from shared.kit.paging import safe_cell

_EXAMPLES = {
    "name": ("罗燕", "孙启明"),
    "sex": ("女", "男"),
    "birth_date": ("1988-04-21", "1979-11-06"),
    "identity_number": ("", ""),
    "phone": ("13800138000", ""),
    "group": ("语文组", "数学组"),
    "post_kind": ("在编", "临时聘用"),
    "standing": ("会员", "可入会"),
    "is_teacher": ("教师", "工勤"),
    "workplace": ("", ""),
    "staff_number": ("0101", "0102"),
    "card_number": ("", ""),
    "joined_on": ("2012-09-01", ""),
    "titles": ("高级教师、学科带头人", ""),
}
_MANDATORY = ("name", "sex", "birth_date", "group")
_GREEN, _RED = "DDEBE5", "FBE4E2"


def template(session: Session, school_id: str) -> bytes:
    """An empty roster with two examples; long numbers are text, so that Excel keeps their digits."""
    from openpyxl.styles import Font  # noqa: PLC0415  (as below)

    book = _book()
    sheet = book.active
    sheet.title = "名册"
    groups = [group.name for group in groups_of(session, school_id)][:2]
    for column, (field, headings) in enumerate(HEADINGS.items(), start=1):
        heading = sheet.cell(1, column, headings[0] + ("*" if field in _MANDATORY else ""))
        heading.font, heading.fill = Font(bold=True), _solid(_GREEN)
        examples = groups if field == "group" and len(groups) == 2 else _EXAMPLES[field]
        for row, example in enumerate(examples, start=2):
            sheet.cell(row, column, example)
        letter = heading.column_letter
        sheet.column_dimensions[letter].width = 20 if field in ("identity_number", "titles") else 13
        for row in range(2, 302):
            sheet.cell(row, column).number_format = "@"
    sheet.freeze_panes = "B2"
    return _bytes(book)


def annotated(session: Session, roster: RosterImport) -> bytes:
    """The roster as it was read, with its faults in the last column and their cells in red."""
    fields = list(roster.headings)
    book = _book()
    sheet = book.active
    sheet.append([*roster.headings.values(), "要改的地方"])
    for chunk in chunks_of(session, roster):
        findings = {entry["row"]: entry["findings"] for entry in chunk.checked or ()}
        for number, cells in chunk.rows:
            bad = [finding for finding in findings.get(number, ()) if finding["kind"] == "bad"]
            told = "；".join(f"{roster.headings.get(f['field'], f['field'])}: {say(f)}" for f in bad)
            sheet.append([*(safe_cell(cells.get(field, "")) for field in fields), told])
            for finding in bad:
                if finding["field"] in fields:
                    sheet.cell(sheet.max_row, fields.index(finding["field"]) + 1).fill = _solid(_RED)
    return _bytes(book)


def _book() -> Any:
    from openpyxl import Workbook  # noqa: PLC0415  (half a second, which a start without a roster saves)

    return Workbook()


def _solid(colour: str) -> Any:
    from openpyxl.styles import PatternFill  # noqa: PLC0415  (as above)

    return PatternFill("solid", fgColor=colour)


def _bytes(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
