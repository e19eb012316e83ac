"""What the tests of welfare begin with: a school under a district, its officers, and a colleague to look after."""

from datetime import date
from typing import Any

from sqlalchemy import select

from services.welfare.schemes.actions import choose_scheme
from services.welfare.visits.actions.reporting import Report, complete_visit
from services.welfare.visits.models import VisitTask
from shared.contracts.members import LIFE_EVENTS, LifeEvent, LifeEventClosed, MemberHospitalized
from shared.contracts.welfare import WelfareNoticeRequested
from shared.kit import clock
from shared.kit.database import locked, new_id
from shared.kit.people import Organisation, Person
from shared.kit.testing.builders import a_person, a_rule_pack, a_school
from shared.kit.testing.services import TestService

KIND_OF = {event_class: kind for kind, event_class in LIFE_EVENTS.items()}


class Union:
    """五马中学 in 明德区, on the rules of 贵州."""

    def __init__(self, welfare: TestService) -> None:
        self.welfare = welfare
        self.district = a_school(welfare, "明德区教育工会", kind="district", rule_pack_code="guizhou")
        a_rule_pack(welfare)
        self.school = a_school(welfare, district=self.district)
        self.carer = self.person("何莉", offices=["carer"])
        self.chair = self.person("赵立新", sex="male", offices=["chair"])
        self.colleague = self.person("李建国", sex="male")

    def person(self, name: str, **card: Any) -> Person:
        return a_person(self.welfare, card.pop("school", self.school), name, **card)

    def renew(self, person: Person, **changes: Any) -> Person:
        """A newer card of somebody."""
        card = {
            name: getattr(person, name) for name in ("sex", "birth_date", "standing", "group_id", "post_kind")
        }
        offices = changes.pop("offices", [office["code"] for office in person.offices])
        school = changes.pop("school", self.school)
        return a_person(
            self.welfare,
            school,
            person.name,
            id=person.id,
            offices=offices,
            version=person.version + 1,
            **card | changes,
        )

    def report(
        self,
        event_class: type[LifeEvent] = MemberHospitalized,
        person: Person | None = None,
        school: Organisation | None = None,
        **data: Any,
    ) -> str:
        """Somebody reports what happened to the colleague; returns the life event's id."""
        person = person or self.colleague
        said = {
            "life_event_id": new_id(),
            "person_id": person.id,
            "kind": KIND_OF[event_class],
            "occurred_on": clock.today(),
            "reported_at": clock.now(),
            "privacy": "normal",
        } | data
        self.receive(event_class, person, school=school, **said)
        return str(said["life_event_id"])

    def close(self, life_event_id: str, outcome: str, ended_on: date | None = None) -> None:
        self.receive(
            LifeEventClosed,
            self.colleague,
            life_event_id=life_event_id,
            person_id=self.colleague.id,
            outcome=outcome,
            ended_on=ended_on,
        )

    def receive(
        self, event_class: Any, person: Person, school: Organisation | None = None, **data: Any
    ) -> str:
        """An event about a person arrives."""
        return self.welfare.receive(event_class, subject=person.id, school=(school or self.school).id, **data)

    def choose(self, variant: str, school: Organisation | None = None, **more: Any) -> None:
        with self.welfare.transaction() as session:
            choose_scheme(
                session,
                **{
                    "school_id": (school or self.school).id,
                    "variant": variant,
                    "chosen_by": self.chair.id,
                    "replaces": 0,
                }
                | more,
            )

    def tasks(self, **where: Any) -> list[VisitTask]:
        """Every task, the oldest first."""
        with self.welfare.reading() as session:
            return list(session.scalars(select(VisitTask).filter_by(**where).order_by(VisitTask.id)))

    def task(self) -> VisitTask:
        """The only task there is."""
        [task] = self.tasks()
        return task

    def complete(self, task: VisitTask, **report: Any) -> VisitTask:
        """Whoever is responsible records the visit as made today."""
        said = {"visited_on": clock.today(), "went": [task.assignee_id]} | report
        with self.welfare.transaction() as session:
            found = locked(session, VisitTask, task.id)
            assert found is not None
            return complete_visit(session, found, Report(**said), by=self.carer.id)

    def notices(self, to: Person | None = None) -> list[str]:
        """The templates of the notices sent (to somebody) so far."""
        return [
            notice.data["template"]
            for notice in self.welfare.outbox(WelfareNoticeRequested)
            if to is None or to.id in notice.data.values()
        ]
