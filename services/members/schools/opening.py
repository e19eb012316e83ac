"""Opening a union: its place in the tree, its village schools, and the first officer, who does the rest."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from services.members.offices.actions import appoint
from services.members.people.actions import enter
from services.members.people.models import Member
from services.members.schools.actions import found_organisation
from services.members.schools.models import JOINT_UNION, WORKPLACE, Organisation
from shared.kit import clock


def open_union(
    session: Session,
    district: Organisation,
    *,
    kind: str,
    name: str,
    headcount: int,
    workplaces: Sequence[str] = (),
    chair_name: str,
    chair_sex: str,
    chair_birth_date: date,
) -> tuple[Organisation, Member]:
    """A school or joint union with its chair (主席), who then imports the roster. Raises NameTaken."""
    union = found_organisation(session, kind=kind, name=name, parent=district, headcount=headcount)
    for workplace in workplaces if kind == JOINT_UNION else ():
        found_organisation(session, kind=WORKPLACE, name=workplace, parent=union)
    chair = enter(
        session,
        school_id=union.id,
        name=chair_name,
        sex=chair_sex,
        birth_date=chair_birth_date,
        standing="full",
    )
    appoint(session, chair, "chair", scope=union, term_from=clock.today())
    return union, chair
