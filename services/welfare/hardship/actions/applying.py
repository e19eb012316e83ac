"""Nominating a colleague, applying with the separate consent, adding papers, withdrawing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.consents import queries as consents
from services.welfare.consents.actions import NoConsent
from services.welfare.consents.models import FAMILY_FINANCE
from services.welfare.hardship.actions.ending import erase
from services.welfare.hardship.actions.saying import PAGE, say, tell_person
from services.welfare.hardship.assessment import Household
from services.welfare.hardship.models import (
    ACTIVE,
    APPLIED,
    IN_REVIEW,
    NOMINATED,
    OPEN,
    OWN_WISH,
    SURVEYED,
    WITHDRAWN,
    HardshipCase,
    HardshipEvidence,
)
from services.welfare.telling import tell_office
from shared.kit import audit, clock, files
from shared.kit.access import Actor
from shared.kit.database import locked
from shared.kit.messages import remind, reminder
from shared.kit.people import Person
from shared.kit.problems import Conflict, Invalid, NotFound

SURVEY_WITHIN = timedelta(days=7)
EVIDENCE = "hardship-evidence"
MOST_PAPERS = 12
SurveyDue = reminder("hardship-survey-due")


@dataclass(frozen=True)
class Told:
    """What the person says of the household, and in own words why help is needed."""

    household: Household
    story: str


def open_case(session: Session, person_id: str) -> HardshipCase | None:
    return session.scalar(
        select(HardshipCase).where(HardshipCase.person_id == person_id, HardshipCase.state.in_(OPEN))
    )


def nominate(session: Session, *, school_id: str, person_id: str, by: str) -> HardshipCase | None:
    """Propose that the union look after a colleague. Nothing but that is kept; the person says yes or no.

    Whether there is a case already is not told: then nothing happens. Raises Invalid, NotFound.
    """
    card = locked(session, Person, person_id)
    if card is None or card.school_id != school_id or card.erased or card.standing in ("left", "deceased"):
        raise NotFound
    if person_id == by:
        raise Invalid(fields={"person_id": [_("For yourself, please apply.")]})
    if open_case(session, person_id) is not None:
        return None
    case = HardshipCase(
        school_id=school_id, person_id=person_id, nominated_by=by, state=NOMINATED, begun_on=clock.today()
    )
    session.add(case)
    say(session, case)
    audit.record(session, "hardship.nominated", object_id=case.id, person_id=person_id)
    tell_person(session, case, "help-offered")
    return case


def apply(
    session: Session, *, school_id: str, person_id: str, told: Told, case: HardshipCase | None = None
) -> HardshipCase:
    """Apply for oneself, of one's own accord or after a nomination (`case`, locked). Raises NoConsent, Conflict."""
    consent = consents.in_force(session, person_id, FAMILY_FINANCE)
    if consent is None:
        raise NoConsent(_("First say that the union may use what you tell about family and income."))
    if case is None:
        locked(session, Person, person_id)
        if (case := open_case(session, person_id)) is None:
            case = HardshipCase(school_id=school_id, person_id=person_id, begun_on=clock.today())
            session.add(case)
        elif (case := locked(session, HardshipCase, case.id)) is None or case.state != NOMINATED:
            raise Conflict(_("You have a case already."), state=case.state if case else None)
    else:
        case.require(NOMINATED)
    case.consent_version = consent.text_version
    case.state, case.applied_on = APPLIED, clock.today()
    case.survey_due_on = clock.today() + SURVEY_WITHIN
    case.size, case.income_fen = told.household.size, told.household.income_fen
    case.medical_fen, case.schooling_fen = told.household.medical_fen, told.household.schooling_fen
    case.accident, case.story = told.household.accident, told.story
    say(session, case)
    audit.record(session, "hardship.applied", object_id=case.id, person_id=person_id)
    remind(session, SurveyDue, at=case.survey_due_on, key=case.id, data={"case_id": case.id})
    _tell_carer(session, case, "file-waiting")
    return case


def refuse_nomination(session: Session, case: HardshipCase) -> None:
    """The nominated person does not want it: nothing of it is kept but that it was."""
    case.require(NOMINATED)
    case.end(WITHDRAWN, OWN_WISH, clock.today())
    case.nominated_by = None
    say(session, case)


def withdraw(session: Session, case: HardshipCase) -> None:
    """The person does not want it any more: it ends, and what was told is erased. Raises Conflict."""
    case.require(APPLIED, SURVEYED, IN_REVIEW, ACTIVE)
    case.end(WITHDRAWN, OWN_WISH, clock.today())
    erase(session, case)
    say(session, case)
    audit.record(session, "hardship.withdrawn", object_id=case.id, person_id=case.person_id)


def add_paper(
    session: Session, case: HardshipCase, stream: BinaryIO, filename: str, *, what: str, by: str
) -> HardshipEvidence:
    """Keep a paper that proves something, sealed. Raises Invalid, Conflict."""
    case.require(APPLIED, SURVEYED, IN_REVIEW, ACTIVE)
    if len(case.evidence) >= MOST_PAPERS:
        raise Invalid(fields={"file": [_("There are %(num)s papers already.", num=MOST_PAPERS)]})
    file = files.keep(
        session,
        stream,
        filename,
        school_id=case.school_id,
        owner_id=by,
        purpose=EVIDENCE,
        about=case.person_id,
    )
    paper = HardshipEvidence(
        school_id=case.school_id, case_id=case.id, file_id=file.id, what=what, kept_by=by
    )
    session.add(paper)
    case.evidence.append(paper)
    return paper


@files.readable(EVIDENCE)
def may_read_paper(_session: Session, file: files.File, who: Actor) -> bool:
    """The person it is about, and those who keep the files."""
    return file.about_id == who.person_id or who.may("hardship.keep")


def remind_of_survey(session: Session, case: HardshipCase) -> None:
    """The day by which somebody should have been there: the welfare officer is told, then the chair as well."""
    if case.state != APPLIED or case.survey_due_on is None:
        return
    is_late = clock.today() > case.survey_due_on
    _tell_carer(session, case, "file-late" if is_late else "file-due", "chair" if is_late else "carer")
    if not is_late:
        later = case.survey_due_on + SURVEY_WITHIN
        remind(session, SurveyDue, at=later, key=case.id, data={"case_id": case.id})


def _tell_carer(session: Session, case: HardshipCase, template: str, office: str = "carer") -> None:
    tell_office(
        session,
        office,
        template,
        school_id=case.school_id,
        link=PAGE + case.id,
        without=(case.person_id,),
        due_on=case.survey_due_on.isoformat() if case.survey_due_on else None,
    )
