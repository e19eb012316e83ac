"""Rosters for tests: workbooks as Excel writes them, and as somebody who means harm would."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

from services.members.people.identity import check_character

HEADINGS = ("姓名", "性别", "出生日期", "身份证号", "手机", "小组", "用工形式", "会员身份")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def identity_number(born: str = "19880421", order: int = 42, place: str = "520321") -> str:
    """A well-formed number; an even order is a woman's."""
    first17 = f"{place}{born}{order:03d}"
    return first17 + check_character(first17)


def a_row(name: str = "罗燕", **cells: str) -> list[str]:
    """One good row of HEADINGS, but for the cells that are given."""
    good = {
        "姓名": name,
        "性别": "女",
        "出生日期": "1988-04-21",
        "身份证号": identity_number(),
        "手机": "13800138000",
        "小组": "语文组",
        "用工形式": "在编",
        "会员身份": "会员",
    }
    return [cells.get(heading, good[heading]) for heading in HEADINGS]


def xlsx(rows: Iterable[Sequence[Any]], title: str = "在职") -> bytes:
    """A workbook as openpyxl writes it, with shared strings."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(rows: Iterable[Sequence[str]], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    return "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)


def by_hand(
    sheet: str | Iterable[bytes], *, strings: str = "", parts: dict[str, bytes] | None = None
) -> bytes:
    """A workbook around the XML of one sheet (its <sheetData>), with further parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="在职" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
            '<Relationship Id="r2" Target="sharedStrings.xml"/></Relationships>',
        )
        if strings:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            for piece in [sheet.encode()] if isinstance(sheet, str) else sheet:
                part.write(piece)
            part.write(b"</sheetData></worksheet>")
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def text_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'
