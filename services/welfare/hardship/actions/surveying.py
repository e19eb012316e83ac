"""The visit to the home: what was found there, and what the rules in force on that day suggest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.hardship.actions.saying import say
from services.welfare.hardship.assessment import Household, assess
from services.welfare.hardship.models import (
    ACTIVE,
    APPLIED,
    FIRST,
    RECHECK,
    SURVEYED,
    HardshipCase,
    HardshipSurvey,
)
from shared.kit import audit, clock
from shared.kit.people import person, rule_pack
from shared.kit.problems import Conflict, Invalid

MOST_SURVEYORS = 3
OLDEST = timedelta(days=366)


@dataclass(frozen=True)
class Found:
    """What those who went found, and on which day."""

    surveyed_on: date
    went: Sequence[str]
    household: Household
    findings: str


def record_survey(session: Session, case: HardshipCase, found: Found, *, by: str) -> HardshipSurvey:
    """Record a survey: the first one, again while nothing is decided, or a re-check of a case on file.

    Raises Invalid, Conflict.
    """
    case.require(APPLIED, SURVEYED, ACTIVE)
    if case.under_review:
        raise Conflict(_("The committee is deciding on the last survey."))
    _check(session, case, found)
    pack = rule_pack(session, case.school_id, found.surveyed_on)
    survey = HardshipSurvey(
        school_id=case.school_id,
        case_id=case.id,
        number=len(case.surveys) + 1,
        kind=RECHECK if case.state == ACTIVE else FIRST,
        surveyed_on=found.surveyed_on,
        went=list(dict.fromkeys(found.went)),
        size=found.household.size,
        income_fen=found.household.income_fen,
        medical_fen=found.household.medical_fen,
        schooling_fen=found.household.schooling_fen,
        accident=found.household.accident,
        findings=found.findings,
        assessment=assess(found.household, pack).dump(),
        pack_code=pack.code if pack else None,
        pack_version=pack.version if pack else None,
        reported_by=by,
    )
    session.add(survey)
    case.surveys.append(survey)
    if case.state == APPLIED:
        case.state = SURVEYED
    say(session, case)
    audit.record(session, "hardship.surveyed", object_id=case.id, person_id=case.person_id)
    return survey


def _check(session: Session, case: HardshipCase, found: Found) -> None:
    faults: dict[str, list[str]] = {}
    today = clock.today()
    if found.surveyed_on > today:
        faults["surveyed_on"] = [_("That day is still to come.")]
    elif found.surveyed_on < max(today - OLDEST, case.begun_on):
        faults["surveyed_on"] = [_("That is before the case was begun.")]
    if not 1 <= len(set(found.went)) <= MOST_SURVEYORS:
        faults["went"] = [_("Choose one to three people who went.")]
    elif not all(_may_go(session, case, person_id) for person_id in found.went):
        faults["went"] = [_("Somebody chosen is not of this school, or is the person visited.")]
    if faults:
        raise Invalid(fields=faults)


def _may_go(session: Session, case: HardshipCase, person_id: str) -> bool:
    card = person(session, person_id)
    return card is not None and card.school_id == case.school_id and person_id != case.person_id
