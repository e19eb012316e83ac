"""Checks the rows of a roster against themselves and the register, without a query for each."""

import difflib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.groups.queries import groups_of
from services.members.imports.cells import READERS, BadCell, tidy, tidy_name
from services.members.imports.models import RosterImport
from services.members.people import identity
from services.members.people.models import APPLICANT, FULL, GONE, RETIRED, VOTING, Member
from services.members.schools.models import WORKPLACE, Organisation
from shared.kit.encryption import fingerprint

BAD, MENDED = "bad", "mended"
NEW, UPDATE, SAME = "new", "update", "same"
UNIQUE = ("identity_number", "staff_number", "card_number")  # nobody shares these

_FIXED = ("standing", "joined_on")  # what a roster does not change of somebody known

Row = tuple[int, dict[str, str]]  # the row's number in the file, and its cells by field


@dataclass
class Finding:
    """What is wrong with a cell (`bad`), or was put right (`mended`); `words.py` says it."""

    field: str
    kind: str
    code: str
    detail: str = ""


@dataclass
class Checked:
    """One row after its check: what it means for the register, and the values that go there."""

    row: int
    state: str = NEW
    values: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    member_id: str | None = None

    @property
    def is_bad(self) -> bool:
        return self.state == BAD

    def refuse(self, field_: str, code: str, detail: str = "") -> None:
        self.state = BAD
        self.findings.append(Finding(field_, BAD, code, detail))


class Register:
    """What the register holds that matters to some rows: fetched for all of them at once."""

    def __init__(self, session: Session, roster: RosterImport) -> None:
        self._session = session
        self.school_id = roster.school_id
        self.groups = {group.name: group.id for group in groups_of(session, roster.school_id)}
        self.new_groups = set(roster.new_groups)
        self.workplaces = dict(
            session.execute(
                select(Organisation.name, Organisation.id).where(
                    Organisation.school_id == roster.school_id,
                    Organisation.kind == WORKPLACE,
                    Organisation.closed_on.is_(None),
                )
            ).all()
        )
        self.repeated = roster.repeated
        self.days_from_1904 = roster.days_from_1904
        self._by_fingerprint: dict[str, Member] = {}
        self._by_name: dict[tuple[str, date], Member] = {}
        self._by_staff_number: dict[str, str] = {}
        self._by_card_number: dict[int, str] = {}

    def look_up(self, rows: list[Checked]) -> None:
        """Fetch whoever these rows could be or collide with, in four queries."""
        values = [row.values for row in rows]
        fingerprints = [fingerprint(v["identity_number"]) for v in values if "identity_number" in v]
        found = self._all(Member.identity_fingerprint, fingerprints, district_wide=True)
        self._by_fingerprint = {str(member.identity_fingerprint): member for member in found}
        names = [v["name"] for v in values if "name" in v]
        self._by_name = {(m.name, m.birth_date): m for m in self._all(Member.name, names)}
        numbers = [v["staff_number"] for v in values if "staff_number" in v]
        self._by_staff_number = {str(m.staff_number): m.id for m in self._all(Member.staff_number, numbers)}
        cards = [v["card_number"] for v in values if "card_number" in v]
        self._by_card_number = {m.card_number or 0: m.id for m in self._all(Member.card_number, cards)}

    def _all(self, column: Any, wanted: list[Any], *, district_wide: bool = False) -> list[Member]:
        if not wanted:
            return []
        query = select(Member).where(column.in_(wanted))
        if not district_wide:
            query = query.where(Member.school_id == self.school_id)
        return list(self._session.scalars(query))

    def known_as(self, values: dict[str, Any]) -> Member | None:
        """Whoever the register already holds with this identity number, or else this name and birth date."""
        number = values.get("identity_number")
        if number and (known := self._by_fingerprint.get(fingerprint(number))):
            return known
        namesake = self._by_name.get((values["name"], values["birth_date"]))
        return None if number and namesake and namesake.identity_fingerprint else namesake

    def holder(self, field_: str, value: Any) -> str | None:
        """Who holds a staff or card number in this union."""
        return (
            self._by_staff_number.get(value) if field_ == "staff_number" else self._by_card_number.get(value)
        )


def check_rows(register: Register, rows: list[Row]) -> list[Checked]:
    """Every row with its values or what is wrong with it."""
    checked = [_read_row(register, number, cells) for number, cells in rows]
    register.look_up(checked)
    for row in checked:
        if not row.is_bad:
            _match(register, row)
    return checked


def _read_row(register: Register, number: int, cells: dict[str, str]) -> Checked:
    row = Checked(number)
    for name, cell in cells.items():
        if not cell:
            continue
        if cell[0] == "=":
            row.refuse(name, "formula")
            continue
        text, mended = tidy_name(cell) if name == "name" else tidy(cell)
        if mended:
            row.findings.append(Finding(name, MENDED, mended))
        if name in READERS:
            try:
                row.values[name] = READERS[name](text, register.days_from_1904)
            except BadCell as bad:
                row.refuse(name, bad.code, bad.detail)
        elif text:
            row.values[name] = text
    for name in UNIQUE:
        if other := register.repeated.get(name, {}).get(str(number)):
            row.refuse(name, "repeated", str(other))
    _complete(row)
    _place(register, row, cells)
    return row


def _complete(row: Checked) -> None:
    """Take from the identity number what is missing, and refuse what contradicts it."""
    values = row.values
    if number := values.get("identity_number"):
        for name, said in (("birth_date", identity.birth_date_of(number)), ("sex", identity.sex_of(number))):
            if name in values and values[name] != said:
                row.refuse(name, f"{name}-contradicts".replace("_", "-"), str(said))
            elif name not in values and not any(finding.field == name for finding in row.findings):
                values[name] = said
    refused = {finding.field for finding in row.findings if finding.kind == BAD}
    for name in ("name", "sex", "birth_date"):
        if name not in values and name not in refused:
            row.refuse(name, "missing")


def _place(register: Register, row: Checked, cells: dict[str, str]) -> None:
    """Find group and workplace by name; only the retired may be in no group."""
    name = row.values.pop("group", None)
    if name in register.groups:
        row.values["group_id"] = register.groups[name]
    elif name in register.new_groups:
        row.values["new_group"] = name
    elif name:
        close = difflib.get_close_matches(name, register.groups, n=1, cutoff=0.5)
        row.refuse("group", "unknown-group", close[0] if close else "")
    elif row.values.get("standing") != RETIRED and "group" in cells and not cells["group"].startswith("="):
        row.refuse("group", "missing-group")
    name = row.values.pop("workplace", None)
    if name in register.workplaces:
        row.values["workplace_id"] = register.workplaces[name]
    elif name:
        row.refuse("workplace", "unknown-workplace", "、".join(sorted(register.workplaces)))


def _match(register: Register, row: Checked) -> None:
    """Decide whether the row is somebody new, a change, or what the register says already."""
    values = row.values
    known = register.known_as(values)
    if known is not None:
        row.member_id = known.id
        if known.school_id != register.school_id:
            row.refuse("identity_number", "known-elsewhere")
        elif known.name != values["name"]:
            row.refuse("identity_number", "known-as-another", known.name)
        elif known.standing in GONE:
            row.refuse("name", "has-left")
        elif "standing" in values and not _is_same_standing(known, values["standing"]):
            row.refuse("standing", "standing-differs")
    for name in ("staff_number", "card_number"):
        holder = register.holder(name, values[name]) if name in values else None
        if holder is not None and holder != row.member_id:
            row.refuse(name, "taken")
    if row.is_bad or known is None:
        return
    row.values = changes_to(known, values)
    row.state = UPDATE if row.values else SAME


def _is_same_standing(known: Member, standing: str) -> bool:
    """A roster changes nobody's standing: joining, retiring and leaving have steps of their own."""
    return known.standing == standing or (known.standing in VOTING and standing in (FULL, *VOTING))


def changes_to(known: Member, values: dict[str, Any]) -> dict[str, Any]:
    """What a row would change of somebody known; an empty cell changes nothing."""
    changes = {
        name: value
        for name, value in values.items()
        if name not in _FIXED
        and (name != "identity_number" or not known.identity_fingerprint)
        and value != getattr(known, name, None)
    }
    if known.standing == APPLICANT:
        changes.pop("card_number", None)
    return changes
