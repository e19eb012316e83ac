"""Reading mutual insurance: plans, who said what, the list for the insurer with its faults, the district's rates."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from services.welfare.checkups.queries import IN_POST
from services.welfare.consents.models import ConsentCopy
from services.welfare.district.withholding import in_steps, is_few
from services.welfare.insurance.models import (
    CLOSED,
    CONSENTED,
    LISTED,
    ON_LIST,
    PHONE,
    PURPOSE,
    WITHDRAWN,
    WOMEN,
    Enrolment,
    InsurancePlan,
)
from shared.kit.access import within
from shared.kit.paging import Keyset
from shared.kit.people import GONE, IS_THERE, Organisation, Person, matching, schools_under

KEEP = "insurance.keep"
UNDECIDED = "undecided"
NO_CONSENT, WITHDREW, HAS_LEFT = "no-consent", "withdrew", "has-left"


def plans(filters: dict[str, Any]) -> Keyset:
    """The school's plans, the newest first."""
    query = select(InsurancePlan).where(within(InsurancePlan))
    if filters.get("state"):
        query = query.where(InsurancePlan.state == filters["state"])
    if filters.get("q"):
        query = query.where(InsurancePlan.title.contains(filters["q"], autoescape=True))
    newest_first = filters.get("sort", "-opens_on") == "-opens_on"
    return Keyset(query, [InsurancePlan.opens_on, InsurancePlan.id], descending=newest_first)


def enrolment(session: Session, plan_id: str, person_id: str) -> Enrolment | None:
    return session.scalar(
        select(Enrolment).where(Enrolment.plan_id == plan_id, Enrolment.person_id == person_id)
    )


def eligible(session: Session, plan: InsurancePlan, person_ids: Iterable[str]) -> set[str]:
    """Those among some people whom the plan is for."""
    return set(session.scalars(select(Person.id).where(_is_eligible(plan), Person.id.in_(person_ids))))


def people(plan: InsurancePlan, filters: dict[str, Any]) -> Keyset:
    """Those whom it is for or who stand on the list, each with what they said (None: nothing yet); by name."""
    query = _with_answers(plan, select(Person, Enrolment)).where(
        or_(_is_eligible(plan), Enrolment.id.is_not(None))
    )
    asked = filters.get("answer")
    if asked == UNDECIDED:
        query = query.where(_is_undecided())
    elif asked:
        query = query.where(Enrolment.answer == asked)
    if filters.get("q"):
        query = query.where(matching(filters["q"]))
    return Keyset(query, [Person.pinyin, Person.id])


def undecided(session: Session, plan: InsurancePlan) -> list[Person]:
    """Those whom it is for and who have said nothing yet, by name."""
    query = _with_answers(plan, select(Person)).where(_is_eligible(plan), _is_undecided())
    return list(session.scalars(query.order_by(Person.pinyin, Person.id)))


@dataclass(frozen=True)
class Tally:
    """How many it is for, and how many of them are enrolled with a consent."""

    eligible: int
    enrolled: int

    @property
    def may_be_told(self) -> bool:
        """Whether the two together point to nobody: neither few inside nor few outside."""
        return not is_few(self.enrolled) and not is_few(self.eligible - self.enrolled)


def tally(session: Session, plan: InsurancePlan) -> Tally:
    """The figures as of now; of a closed plan those of its last day."""
    if plan.state == CLOSED:
        return Tally(plan.eligible or 0, plan.enrolled or 0)
    enrolled = func.sum(case((Enrolment.answer.in_(CONSENTED), 1), else_=0))
    query = _with_answers(plan, select(func.count(Person.id), enrolled)).where(_is_eligible(plan))
    total, joined = session.execute(query).one()
    return Tally(total, joined or 0)


@dataclass(frozen=True)
class Line:
    """A line of the list for the insurer; `fault` is why it may not go out, or None."""

    person: Person
    enrolment: Enrolment
    fault: str | None


def lines(session: Session, plan: InsurancePlan) -> list[Line]:
    """Everybody on the list, by name. A consent on the phone is looked up anew: what was withdrawn does not hold."""
    query = (
        select(Person, Enrolment, ConsentCopy.granted)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .outerjoin(ConsentCopy, and_(ConsentCopy.person_id == Person.id, ConsentCopy.purpose_code == PURPOSE))
        .where(Enrolment.plan_id == plan.id, Enrolment.answer.in_(ON_LIST))
        .order_by(Person.pinyin, Person.id)
    )
    return [
        Line(card, row, _fault(plan, card, row, granted)) for card, row, granted in session.execute(query)
    ]


def _fault(plan: InsurancePlan, card: Person, row: Enrolment, granted: bool | None) -> str | None:
    if card.school_id != plan.school_id or card.standing in GONE or card.erased:
        return HAS_LEFT
    if row.answer == WITHDRAWN or (row.answer == PHONE and not granted):
        return WITHDREW
    return NO_CONSENT if row.answer == LISTED else None


@dataclass(frozen=True)
class Rate:
    """How far a school is with a plan, in whole percent; None where it would point to somebody."""

    school: Organisation
    plan: InsurancePlan | None
    percent: int | None


def rates(
    session: Session, district_id: str, year: int, q: str = "", audience: str | None = None
) -> list[Rate]:
    """The plans of a year in the schools of a district, and the schools without one. Rates alone, and no sum of them.

    While people still join, a rate moves in steps of five people, so that nobody is seen to come.
    """
    schools = [school for school in schools_under(session, district_id) if q in school.name]
    query = select(InsurancePlan).where(InsurancePlan.school_id.in_([school.id for school in schools]))
    if audience:
        query = query.where(InsurancePlan.audience == audience)
    found: dict[str, list[InsurancePlan]] = {}
    for plan in session.scalars(query.order_by(InsurancePlan.opens_on, InsurancePlan.id)):
        if plan.opens_on.year == year:
            found.setdefault(plan.school_id, []).append(plan)
    return [
        Rate(school, plan, _rate(session, plan) if plan else None)
        for school in schools
        for plan in found.get(school.id) or [None]
    ]


def _rate(session: Session, plan: InsurancePlan) -> int | None:
    figures = tally(session, plan)
    if plan.state != CLOSED:
        figures = Tally(figures.eligible, in_steps(figures.enrolled))
    if not figures.enrolled or not figures.may_be_told:
        return None
    return figures.enrolled * 100 // figures.eligible


def _is_eligible(plan: InsurancePlan) -> Any:
    """WHERE: people of the school in post whom the plan is for."""
    found = (Person.school_id == plan.school_id) & IS_THERE & Person.standing.in_(IN_POST)
    return found & (Person.sex == "female") if plan.audience == WOMEN else found


def _is_undecided() -> Any:
    return Enrolment.id.is_(None) | (Enrolment.answer == LISTED)


def _with_answers(plan: InsurancePlan, query: Select[Any]) -> Select[Any]:
    return query.select_from(Person).outerjoin(
        Enrolment, and_(Enrolment.plan_id == plan.id, Enrolment.person_id == Person.id)
    )
