"""Reads an uploaded roster, XLSX or CSV, as plain text cells, and refuses what could hurt the house.

A file comes from anybody's desk: it may be broken, enormous, or made to do harm. Nothing in it is ever
evaluated or followed, and whatever it holds, reading it needs a bounded amount of memory.
"""

import csv
import io

from flask_babel import gettext as _

from services.members.imports import workbook
from services.members.imports.sheet import MAX_COLUMNS, RosterRefused, Sheet, clip

MAX_BYTES = 5_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Excel, and new Excel behind a password
_ZIP = b"PK\x03\x04"
_DELIMITERS = ",\t;，|"


def read(content: bytes, filename: str) -> list[Sheet]:
    """The sheets of a roster that hold anything, in their order. Raises RosterRefused."""
    if not content:
        raise RosterRefused(_("The file is empty."))
    if len(content) > MAX_BYTES:
        raise RosterRefused(_("The file is larger than %(limit)s MB.", limit=MAX_BYTES // 1_000_000))
    if content.startswith(_OLE):
        raise RosterRefused(
            _(
                "This is an old Excel file (.xls) or one behind a password. Open it in Excel or WPS and save it "
                "as .xlsx without a password."
            )
        )
    sheets = workbook.read(content) if content.startswith(_ZIP) else [_read_text(content, filename)]
    if not any(sheet.rows for sheet in sheets):
        raise RosterRefused(_("There is nothing in this file."))
    return [sheet for sheet in sheets if sheet.rows]


def _read_text(content: bytes, filename: str) -> Sheet:
    """CSV as Excel, WPS or a personnel system write it: UTF-8 or GB18030, commas, tabs or semicolons."""
    if filename.lower().endswith((".xlsx", ".xlsm")):
        raise RosterRefused(_("The file is called .xlsx but is no Excel workbook; perhaps it is damaged."))
    text = _decode(content)
    sheet = Sheet()
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter_of(text), strict=False)
    try:
        for number, cells in enumerate(lines, start=1):
            sheet.add(number, [clip(cell) for cell in cells[:MAX_COLUMNS]])
    except csv.Error:
        raise RosterRefused(
            _("Row %(row)s of the file is not closed properly.", row=lines.line_num)
        ) from None
    return sheet


def _decode(content: bytes) -> str:
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A picture or a program can be read as GB18030 by chance, but not without control characters.
        if not any(character in text for character in "\x00\x01\x02\x03\x04\x05\x06\x07\x08"):
            return text
    raise RosterRefused(_("This is neither an Excel workbook (.xlsx) nor a CSV file."))


def _delimiter_of(text: str) -> str:
    """The delimiter that splits the first lines into most cells."""
    head = [line for line in text[:20_000].splitlines() if line.strip()][:5]
    return max(_DELIMITERS, key=lambda delimiter: sum(line.count(delimiter) for line in head))
