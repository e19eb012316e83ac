"""Reads the cells of an XLSX with a bounded amount of memory and time, whoever made the file.

Our own sixty lines over expat rather than openpyxl, because that one inflates every shared string before the
first row and follows a workbook's own idea of its size; and because reading is most of an import's time.
What is read is text: the type of a cell, its format, formulas, links and macros are nothing to a roster.
"""

import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from xml.parsers import expat

from flask_babel import gettext as _

from services.members.imports.sheet import MAX_COLUMNS, RosterRefused, Sheet, clip

MAX_INFLATED = 40_000_000  # of the parts that are read; twenty thousand rows of a roster are about 25 MB
MAX_DECLARED = 200_000_000
MAX_PARTS = 500
MAX_SHEETS = 8
MAX_DEPTH = 40
MAX_TEXT = 32_767  # what Excel itself allows in a cell
_MAX_TOKEN = 1_000_000  # bytes of one tag: expat keeps an unfinished one in memory
_BLOCK = 65_536

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_TAGS = {
    f"{space} {tag}": tag
    for space in _MAIN
    for tag in ("row", "c", "v", "f", "is", "t", "si", "rPh", "sheet", "workbookPr")
}
_RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
# Parts that bring something in from elsewhere, or run.
_ACTIVE_PARTS = (
    "externallinks/",
    "vbaproject.bin",
    "connections.xml",
    "querytables/",
    "activex/",
    "embeddings/",
)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def read(content: bytes) -> list[Sheet]:
    """The visible sheets of a workbook. Raises RosterRefused."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _Workbook(archive).sheets()
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,
        KeyError,
    ):
        raise RosterRefused(
            _("The workbook is damaged. Open it in Excel or WPS, save it again and upload that file.")
        ) from None


class _Enough(Exception):
    """Nothing further down this part is wanted."""


class _Workbook:
    """One archive, and how much of it may still be inflated."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MAX_INFLATED
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_DECLARED:
            raise _too_large()
        for part in parts:
            name = part.filename.lower()
            if part.flag_bits & 1:
                raise RosterRefused(_("The workbook is behind a password. Please save it without one."))
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile
            if any(active in name for active in _ACTIVE_PARTS):
                raise RosterRefused(
                    _(
                        "The workbook holds links to other files, data connections or macros. Copy the roster "
                        "into a new workbook (values only) and upload that."
                    )
                )
        self._names = {part.filename for part in parts}

    def sheets(self) -> list[Sheet]:
        workbook = next(
            (path for path in self._related("").values() if path.endswith(".xml") and "workbook" in path),
            "xl/workbook.xml",
        )
        if workbook not in self._names:
            raise RosterRefused(_("This is a zip archive but no Excel workbook (.xlsx)."))
        listed: list[tuple[str, str]] = []
        old_mac = False

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal old_mac
            if tag == "workbookPr":
                old_mac = attributes.get("date1904") in ("1", "true")
            elif tag == "sheet" and attributes.get("state", "visible") == "visible":
                relation = next(
                    (attributes[key] for space in _RELATIONS if (key := f"{space} id") in attributes), ""
                )
                listed.append((attributes.get("name", ""), relation))

        self._parse(workbook, on_start)
        paths = self._related(workbook)
        sheets = [
            self._sheet(name, paths[relation], old_mac)
            for name, relation in listed[:MAX_SHEETS]
            if relation in paths and "worksheets/" in paths[relation]
        ]
        self._fill_in([sheet for sheet in sheets if sheet.rows], paths)
        return sheets

    def _related(self, part: str) -> dict[str, str]:
        """Where the relations of a part lead, inside the archive; those that lead outside are not followed."""
        folder, _slash, name = part.rpartition("/")
        found: dict[str, str] = {}

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            if tag == _RELATIONSHIP and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                inside = target.lstrip("/") if target.startswith("/") or not folder else f"{folder}/{target}"
                found[attributes.get("Id", "")] = inside

        relations = f"{folder}/_rels/{name}.rels" if folder else "_rels/.rels"
        if relations in self._names:
            self._parse(relations, on_start)
        return found

    def _sheet(self, name: str, path: str, old_mac: bool) -> Sheet:
        """The rows of a sheet; a shared string is left as its number (an int, from 1) for `_fill_in`."""
        sheet = Sheet(name[:100], days_from_1904=old_mac)
        cells: list[str | int] = []
        text: list[str] = []
        row = column = size = 0
        kind, formula, collecting = "", False, False

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal row, column, kind, formula, collecting, size
            if tag == "c":
                reference = attributes.get("r")
                column = _column(reference) if reference else column + 1
                kind, formula = attributes.get("t", "n"), False
                text.clear()
                size = 0
            elif tag in ("v", "t"):
                collecting = not formula
            elif tag == "f":
                formula = collecting = True
                text[:] = ["="]
            elif tag == "row":
                row = int(attributes.get("r", row + 1))
                column = -1
                cells.clear()

        def on_text(piece: str) -> None:
            nonlocal size
            if collecting:
                size += len(piece)
                if size > MAX_TEXT:
                    raise _too_large()
                text.append(piece)

        def on_end(tag: str) -> None:
            nonlocal collecting
            if tag in ("v", "t", "f"):
                collecting = False
            elif tag == "c" and text and 0 <= column < MAX_COLUMNS:
                cells.extend([""] * (column + 1 - len(cells)))
                whole = "".join(text)
                cells[column] = int(whole) + 1 if kind == "s" and not formula else clip(whole)
            elif tag == "row":
                sheet.add(row, list(cells))  # type: ignore[arg-type]

        self._parse(path, on_start, on_end, on_text)
        return sheet

    def _fill_in(self, sheets: list[Sheet], paths: dict[str, str]) -> None:
        """Put the shared strings where their numbers stand; only those that are used are kept."""
        wanted = {
            cell
            for sheet in sheets
            for _number, cells in sheet.rows
            for cell in cells
            if isinstance(cell, int)
        }
        strings: dict[int, str] = {}
        path = next((path for path in paths.values() if path.lower().endswith("sharedstrings.xml")), None)
        if wanted and path:
            strings = self._shared_strings(path, wanted)  # type: ignore[arg-type]
        for sheet in sheets:
            for _number, cells in sheet.rows:
                cells[:] = [strings[cell] if isinstance(cell, int) else cell for cell in cells]

    def _shared_strings(self, path: str, wanted: set[int]) -> dict[int, str]:
        strings: dict[int, str] = {}
        text: list[str] = []
        index, size, spoken = 0, 0, False
        collecting, last = False, max(wanted)

        def on_start(tag: str, _attributes: dict[str, str]) -> None:
            nonlocal index, size, spoken, collecting
            if tag == "si":
                if index == last:
                    raise _Enough
                index, size = index + 1, 0
                text.clear()
            elif tag == "rPh":  # how the text is read aloud: not part of it
                spoken = True
            elif tag == "t":
                collecting = not spoken and index in wanted

        def on_text(piece: str) -> None:
            nonlocal size
            if collecting:
                size += len(piece)
                if size > MAX_TEXT:
                    raise _too_large()
                text.append(piece)

        def on_end(tag: str) -> None:
            nonlocal spoken, collecting
            if tag == "t":
                collecting = False
            elif tag == "rPh":
                spoken = False
            elif tag == "si" and index in wanted:
                strings[index] = clip("".join(text))

        self._parse(path, on_start, on_end, on_text)
        return strings

    def _parse(
        self,
        path: str,
        on_start: Start,
        on_end: End | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> None:
        """Feed one part to expat, block by block, within the limits of size, depth and length of a tag."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        depth = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > MAX_DEPTH:
                raise _too_large()
            on_start(_TAGS.get(name, name), attributes)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            if on_end:
                on_end(_TAGS.get(name, name))

        parser.StartElementHandler, parser.EndElementHandler = start, end
        if on_text:
            parser.CharacterDataHandler = on_text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with suppress(_Enough), self._archive.open(path) as part:
            fed = 0
            while block := part.read(_BLOCK):
                self._left -= len(block)
                fed += len(block)
                if self._left < 0 or fed - parser.CurrentByteIndex > _MAX_TOKEN:
                    raise _too_large()
                parser.Parse(block, False)
            parser.Parse(b"", True)


def _column(reference: str) -> int:
    """The column of a cell: A1 → 0, AB7 → 27."""
    number = 0
    for letter in reference[:4]:
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter) - 64
    return number - 1


def _too_large() -> RosterRefused:
    return RosterRefused(
        _(
            "The workbook unpacks to far more than a roster needs. Copy the rows with people into a new workbook "
            "and upload that."
        )
    )


def _refuse_doctype(*_declaration: object) -> None:
    raise RosterRefused(_("The workbook holds definitions (DTD) that no Excel file has; it is not read."))
