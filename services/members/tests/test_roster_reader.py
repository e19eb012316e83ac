"""Reading rosters: whatever Excel, WPS or a personnel system writes, and whatever was made to do harm."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from itertools import repeat

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.members.imports.columns import find_roster
from services.members.imports.reader import read
from services.members.imports.sheet import MAX_ROWS, RosterRefused
from services.members.tests.rosters import HEADINGS, a_row, by_hand, csv, text_cell, xlsx

ROWS = [list(HEADINGS), a_row("罗燕"), a_row("孙启明", 性别="男")]


def cells_of(content, filename="名册.xlsx"):
    (sheet,) = read(content, filename)
    return [cells for _number, cells in sheet.rows]


def reason(content, filename="名册.xlsx"):
    with pytest.raises(RosterRefused) as refusal:
        find_roster(read(content, filename))
    return refusal.value.detail


def test_a_workbook_is_read_as_it_was_written():
    (sheet,) = read(xlsx(ROWS), "名册.xlsx")
    assert sheet.name == "在职"
    assert sheet.rows == [(n, cells) for n, cells in enumerate(ROWS, start=1)]


def test_days_and_numbers_come_as_excel_keeps_them():
    ((_number, cells),) = read(xlsx([[date(1990, 2, 28), 13800138000, 1.5, True, None, "语文组"]]), "a.xlsx")[
        0
    ].rows
    assert cells == ["32932", "13800138000", "1.5", "1", "", "语文组"]


def test_a_formula_is_read_as_text_and_never_computed():
    assert cells_of(xlsx([["姓名", "=1+1", '=HYPERLINK("http://example.org","x")']])) == [
        ["姓名", "=1+1", '=HYPERLINK("http://example.org","x")']
    ]


def test_what_excel_computed_for_a_formula_is_not_taken_either():
    sheet = '<row r="1"><c r="A1"><f>B1&amp;"x"</f><v>罗燕</v></c></row>'
    assert cells_of(by_hand(sheet)) == [['=B1&"x"']]


def test_rich_text_is_joined_and_its_reading_aids_are_left_out():
    strings = "<si><r><t>罗</t></r><r><t>燕</t></r><rPh><t>luo yan</t></rPh></si>"
    assert cells_of(by_hand('<row r="3"><c r="B3" t="s"><v>0</v></c></row>', strings=strings)) == [
        ["", "罗燕"]
    ]


def test_empty_rows_are_passed_over_and_row_numbers_kept():
    sheet = "".join(
        f'<row r="{r}">{text_cell("甲") if r in (2, 900_000) else ""}</row>' for r in (1, 2, 3, 900_000)
    )
    assert [number for number, _cells in read(by_hand(sheet), "a.xlsx")[0].rows] == [2, 900_000]


def test_hidden_sheets_are_not_read_and_the_sheet_with_headings_is_found():
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["请先看这里"])
    hidden = book.create_sheet("旧名册")
    hidden.sheet_state = "hidden"
    hidden.append(list(HEADINGS))
    roster = book.create_sheet("在职")
    roster.append(["五马中学教职工名册"])
    for row in ROWS:
        roster.append(row)
    out = io.BytesIO()
    book.save(out)
    sheet, layout = find_roster(read(out.getvalue(), "a.xlsx"))
    assert (sheet.name, layout.row_index, layout.columns["group"]) == ("在职", 1, 5)


def test_a_link_to_a_web_page_in_a_cell_is_harmless():
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active["A2"].hyperlink = "https://example.org/"
    out = io.BytesIO()
    book.save(out)
    assert len(cells_of(out.getvalue())) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_every_encoding_and_with_every_delimiter(encoding, delimiter):
    assert cells_of(csv(ROWS, encoding, delimiter), "名册.csv") == ROWS


def test_a_csv_cell_may_hold_the_delimiter_and_line_breaks():
    content = '姓名,职称\r\n罗燕,"高级教师,\r\n学科带头人"\r\n'.encode()
    assert cells_of(content, "a.csv")[1] == ["罗燕", "高级教师,\r\n学科带头人"]


@pytest.mark.parametrize(
    ("content", "filename", "says"),
    [
        (b"", "a.xlsx", "empty"),
        (b"PK\x03\x04 and nothing more", "a.xlsx", "damaged"),
        (xlsx(ROWS)[:900], "a.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "a.xls", "old Excel file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.csv", "neither"),
        ("姓名,小组".encode(), "a.xlsx", "no Excel workbook"),
        (b" \r\n,,,\r\n", "a.csv", "nothing"),
        ("甲,乙\r\n丙,丁".encode(), "a.csv", "No row of headings"),
        ("姓名\r\n罗燕".encode(), "a.csv", "No row of headings"),
        (b"x" * 5_000_001, "a.csv", "larger than 5 MB"),
    ],
)
def test_what_is_no_roster_is_refused_in_plain_words(content, filename, says):
    assert says in reason(content, filename)


def _archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_another_kind_of_zip_is_refused():
    assert "no Excel workbook" in reason(_archive(**{"word__document.xml": "<w/>"}))


@pytest.mark.parametrize(
    "part",
    [
        "xl/externalLinks/externalLink1.xml",
        "xl/vbaProject.bin",
        "xl/connections.xml",
        "xl/queryTables/queryTable1.xml",
    ],
)
def test_a_workbook_that_reaches_out_or_runs_is_refused(part):
    assert "links to other files" in reason(by_hand("<row/>", parts={part: b"x"}))


def test_definitions_that_expand_are_refused():
    lol = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><sst>&b;</sst>'
    content = by_hand('<row><c t="s"><v>0</v></c></row>', parts={"xl/sharedStrings.xml": lol})
    assert "DTD" in reason(content)


def test_a_file_elsewhere_is_never_opened():
    stolen = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><sst>&a;</sst>'
    content = by_hand('<row><c t="s"><v>0</v></c></row>', parts={"xl/sharedStrings.xml": stolen})
    assert "DTD" in reason(content)


def test_a_missing_shared_string_is_damage_and_no_traceback():
    assert "damaged" in reason(by_hand('<row><c t="s"><v>7</v></c></row>'))


def test_rows_past_the_limit_are_refused_with_the_limit():
    assert f"{MAX_ROWS:,}" in reason(csv([list(HEADINGS)] + [["甲"]] * (MAX_ROWS + 1)), "a.csv")


def test_as_many_rows_as_the_limit_are_read():
    assert len(cells_of(csv([list(HEADINGS)] + [["甲"]] * MAX_ROWS), "a.csv")) == MAX_ROWS + 1


_CELL = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.text(st.characters(blacklist_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")), max_size=20),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_CELL, min_size=1, max_size=6), min_size=1, max_size=8))
def test_we_read_what_openpyxl_reads(rows):
    content = xlsx(rows)
    theirs = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True)
    expected = [[_as_text(cell) for cell in row] for row in theirs]
    ours = dict(read(content, "a.xlsx")[0].rows if _any(expected) else [])
    for number, row in enumerate(expected, start=1):
        cells = ours.get(number, [])
        assert cells + [""] * (len(row) - len(cells)) == row


def _as_text(cell):
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, bool) else str(cell).strip()


def _any(rows):
    return any(any(row) for row in rows)


# --- bounded memory, measured in a process of its own

MEASURE = """
import json, re, sys
from services.members.imports.columns import find_roster
from services.members.imports.reader import read
from services.members.imports.sheet import RosterRefused
try:
    find_roster(read(open(sys.argv[1], "rb").read(), "a.xlsx"))
    said = "read"
except RosterRefused as refusal:
    said = refusal.detail
# Not ru_maxrss: it remembers how large the process was that started this one.
print(json.dumps([said, int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024]))
"""


def _million_rows():
    yield ("<row>" + "".join(text_cell(h) for h in HEADINGS) + "</row>").encode()
    row = ("<row>" + "".join(text_cell("罗燕") for _ in HEADINGS) + "</row>").encode()
    for _ in range(1000):
        yield row * 1000


def _lying():
    """A bomb whose table of contents calls it small."""
    bomb = by_hand(repeat(b"<row><c><v>7</v></c></row>" * 1_000, 10_000))
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return bomb.replace(size.to_bytes(4, "little"), (60_000).to_bytes(4, "little"))


HOSTILE = {
    "a million short rows": lambda: by_hand(repeat(b"<row><c><v>7</v></c></row>" * 1_000, 1_000)),
    "a bomb that calls itself small": _lying,
    "a million rows": lambda: by_hand(_million_rows()),
    "a gigabyte of one cell": lambda: by_hand(
        piece
        for part in ([b"<row><c><v>"], repeat(b"7" * 1_000_000, 1000), [b"</v></c></row>"])
        for piece in part
    ),
    "a tag without end": lambda: by_hand(
        piece for part in ([b'<row x="'], repeat(b"a" * 1_000_000, 150)) for piece in part
    ),
    "a tower of tags": lambda: by_hand(repeat(b"<a>" * 100_000, 200)),
    "shared strings without end": lambda: by_hand(
        '<row><c t="s"><v>0</v></c></row>', strings="<si><t>罗燕</t></si>" * 2_500_000
    ),
    "many wide rows": lambda: by_hand(
        b"".join(b"<c><v>%d</v></c>" % (n * 1_000_003) for n in range(60)).join([b"<row>", b"</row>"])
        for _ in range(20_000)
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_is_answered_in_little_memory(kind, tmp_path):
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(HOSTILE[kind]())
    answer = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    said, megabytes = json.loads(answer.stdout)
    assert said != "read"
    assert megabytes < 300, said
