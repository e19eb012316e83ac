"""An inspection from its plan to the last second look."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare.inspections.kinds import KINDS
from services.welfare.inspections.models import (
    CALLED_OFF,
    CLOSED,
    NO,
    OPEN,
    PLANNED,
    Inspection,
    InspectionFinding,
)
from services.welfare.telling import tell, tell_office
from shared.kit import audit, clock
from shared.kit.database import locked
from shared.kit.messages import remind, reminder
from shared.kit.people import GONE, Organisation, Person
from shared.kit.problems import Conflict, Invalid

PAGE = "/welfare/inspections/"
InspectionDue = reminder("inspection-due")
MendingDue = reminder("inspection-mending-due")


def plan(
    session: Session, *, school_id: str, kind: str, due_on: date, roster: Sequence[str], by: str
) -> Inspection:
    """Plan an inspection; those on the roster hear of it. Raises Invalid."""
    if due_on < clock.today():
        raise Invalid(fields={"due_on": [_("This day is over.")]})
    for person_id in roster:
        card = session.get(Person, person_id)
        if card is None or card.school_id != school_id or card.standing in GONE or card.erased:
            raise Invalid(fields={"roster": [_("Choose people of this school.")]})
    found = Inspection(
        school_id=school_id,
        kind=kind,
        state=PLANNED,
        due_on=due_on,
        roster=list(dict.fromkeys(roster)),
        planned_by=by,
        answers={},
    )
    session.add(found)
    session.flush()
    remind(
        session, InspectionDue, at=due_on + timedelta(days=1), key=found.id, data={"inspection_id": found.id}
    )
    for person_id in found.roster:
        tell(session, person_id, "file-waiting", school_id=school_id, link=PAGE + found.id,
             due_on=due_on.isoformat())  # fmt: skip
    audit.record(session, "inspection.planned", object_id=found.id)
    return found


def call_off(session: Session, inspection: Inspection) -> None:
    inspection.require(PLANNED)
    inspection.state, inspection.closed_on = CALLED_OFF, clock.today()
    audit.record(session, "inspection.called-off", object_id=inspection.id)


def hold(
    session: Session,
    inspection: Inspection,
    *,
    answers: Mapping[str, Mapping[str, str]],
    opinion: str,
    mend_by: date | None,
    by: str,
) -> None:
    """Write the checklist down. What is not in order becomes a finding, and a letter to the school. Raises Invalid."""
    inspection.require(PLANNED)
    items = KINDS[inspection.kind].items
    wrong = [item for item in items if answers.get(item, {}).get("answer") == NO]
    faults = _faults(items, answers, wrong, opinion, mend_by)
    if faults:
        raise Invalid(fields=faults)
    inspection.answers = {item: dict(answers[item]) for item in items}
    inspection.held_on, inspection.held_by = clock.today(), by
    audit.record(session, "inspection.held", object_id=inspection.id)
    if not wrong:
        inspection.opinion = opinion or None
        _close(session, inspection)
        return
    assert mend_by is not None
    inspection.state, inspection.opinion = OPEN, opinion
    inspection.letter_number = _next_number(session, inspection.school_id)
    inspection.findings = [
        InspectionFinding(
            school_id=inspection.school_id, item=item, words=answers[item]["remark"], due_on=mend_by
        )
        for item in wrong
    ]
    session.flush()
    _await_mending(session, inspection, mend_by)
    tell_office(session, "principal", "file-waiting", school_id=inspection.school_id, link=PAGE + inspection.id,
                due_on=mend_by.isoformat())  # fmt: skip


def answer(session: Session, inspection: Inspection, *, reply: str, by: str) -> None:
    """The employer's written reply; until all is in order a later one may stand in its place."""
    inspection.require(OPEN)
    inspection.reply, inspection.replied_on, inspection.replied_by = reply, clock.today(), by
    audit.record(session, "inspection.answered", object_id=inspection.id)
    _tell_inspectors(session, inspection)


def mend(session: Session, finding: InspectionFinding, *, done: str, inspection: Inspection) -> None:
    """The school says that one thing is mended, and how. Raises Conflict."""
    inspection.require(OPEN)
    if finding.is_mended:
        raise Conflict(_("This is in order already."))
    finding.done, finding.done_on = done, clock.today()
    audit.record(session, "inspection.mended", object_id=inspection.id)
    _tell_inspectors(session, inspection)


def look_again(
    session: Session,
    finding: InspectionFinding,
    *,
    is_mended: bool,
    looked: str,
    mend_by: date | None,
    by: str,
    inspection: Inspection,
) -> None:
    """The second look: in order, or to be mended by another day. The last one closes the inspection. Raises Invalid."""
    inspection.require(OPEN)
    if finding.is_mended:
        raise Conflict(_("This is in order already."))
    if not is_mended and (mend_by is None or mend_by < clock.today()):
        raise Invalid(fields={"mend_by": [_("By when is it to be mended? Choose a day from today on.")]})
    if not is_mended and not looked:
        raise Invalid(fields={"looked": [_("Say what is still not in order.")]})
    finding.is_mended, finding.looked = is_mended, looked or None
    finding.looked_on, finding.looked_by = clock.today(), by
    audit.record(session, "inspection.looked-again", object_id=inspection.id)
    if not is_mended:
        assert mend_by is not None
        finding.due_on, finding.done_on, finding.done = mend_by, None, None
        _await_mending(session, inspection, mend_by)
        tell_office(session, "principal", "file-waiting", school_id=inspection.school_id,
                    link=PAGE + inspection.id, due_on=mend_by.isoformat())  # fmt: skip
    elif all(other.is_mended for other in inspection.findings):
        _close(session, inspection)


def remind_of_inspection(session: Session, inspection: Inspection) -> None:
    """The day is over and nobody went: the first on the roster and the chair hear of it."""
    if inspection.state == PLANNED:
        _tell_late(session, inspection, inspection.due_on, [inspection.roster[0]], ["chair"])


def remind_of_mending(session: Session, inspection: Inspection) -> None:
    """Something should have been mended: the school and the chair hear of it."""
    if inspection.state == OPEN and inspection.is_late and inspection.mend_by is not None:
        _tell_late(session, inspection, inspection.mend_by, [], ["principal", "chair"])


def _faults(
    items: Mapping[str, object],
    answers: Mapping[str, Mapping[str, str]],
    wrong: Sequence[str],
    opinion: str,
    mend_by: date | None,
) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    for item in items:
        if item not in answers:
            faults[item] = [_("Choose one of the answers.")]
    for item in wrong:
        if not answers[item].get("remark"):
            faults[item] = [_("Say what is not in order.")]
    if wrong and not opinion:
        faults["opinion"] = [_("Something is not in order: say what the union asks for.")]
    if wrong and (mend_by is None or mend_by < clock.today()):
        faults["mend_by"] = [_("By when is it to be mended? Choose a day from today on.")]
    return faults


def _close(session: Session, inspection: Inspection) -> None:
    inspection.state, inspection.closed_on = CLOSED, clock.today()
    audit.record(session, "inspection.closed", object_id=inspection.id)


def _next_number(session: Session, school_id: str) -> str:
    locked(session, Organisation, school_id)  # two letters of one moment get two numbers
    year = clock.today().year
    written = session.scalar(
        select(func.count())
        .select_from(Inspection)
        .where(Inspection.school_id == school_id, Inspection.letter_number.startswith(f"{year}-"))
    )
    return f"{year}-{(written or 0) + 1}"


def _await_mending(session: Session, inspection: Inspection, day: date) -> None:
    remind(
        session,
        MendingDue,
        at=day + timedelta(days=1),
        key=f"{inspection.id}:{day}",
        data={"inspection_id": inspection.id},
    )


def _tell_inspectors(session: Session, inspection: Inspection) -> None:
    for person_id in dict.fromkeys([inspection.held_by, inspection.roster[0]]):
        tell(session, person_id, "answer-ready", school_id=inspection.school_id, link=PAGE + inspection.id)


def _tell_late(
    session: Session, inspection: Inspection, day: date, people: Sequence[str], offices: Sequence[str]
) -> None:
    said = {"school_id": inspection.school_id, "link": PAGE + inspection.id, "due_on": day.isoformat()}
    for person_id in people:
        tell(session, person_id, "file-late", **said)
    for office in offices:
        tell_office(session, office, "file-late", **said)
