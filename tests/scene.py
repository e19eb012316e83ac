"""A district that really stands in members' register, and is known to the other services by its events."""

from datetime import date
from typing import Any

from services.members.groups.actions import form_group
from services.members.offices.actions import appoint
from services.members.people.actions import enter
from services.members.people.models import Member
from services.members.rules.actions import choose_pack, load_standard_packs
from services.members.schools.actions import found_organisation
from services.members.schools.models import Organisation
from shared.kit.database import locked
from shared.kit.testing.services import Client, House

TERM = date(2024, 9, 1)


class Scene:
    """明德区 with 五马中学: a chair 赵立新, a carer 何莉, and colleagues in the group 理化生组."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ids: dict[str, str] = {}
        with house.members.transaction() as session:
            load_standard_packs(session)
            district = found_organisation(session, kind="district", name="明德区教育工会")
            self.district_id = district.id
            choose_pack(session, district.id, "guizhou")
        self.school_id = self.school("五马中学")
        self.group_id = self.group("理化生组")
        self.person("赵立新", "chair", sex="male")
        self.person("何莉", "carer")
        self.person("高远", sex="male")
        self.person("林晓雨")
        self.person("区长明", "district_officer", school_id=self.district_id)
        house.settle()

    def school(self, name: str) -> str:
        """A school of the district."""
        with self.house.members.transaction() as session:
            district = locked(session, Organisation, self.district_id)
            return found_organisation(session, kind="school", name=name, parent=district, headcount=126).id

    def group(self, name: str, school_id: str | None = None) -> str:
        with self.house.members.transaction() as session:
            union = locked(session, Organisation, school_id or self.school_id)
            assert union is not None
            return form_group(session, union, name).id

    def person(self, person_name: str, *offices: str, school_id: str | None = None, **more: Any) -> str:
        """A member, in offices; returns the person's id."""
        place = school_id or self.school_id
        values = {"sex": "female", "birth_date": date(1990, 5, 17), "standing": "full", **more}
        if place == self.school_id:
            values.setdefault("group_id", self.group_id)
        with self.house.members.transaction() as session:
            member = enter(session, school_id=place, name=person_name, **values)
            for code in offices:
                scope_id = member.group_id if code == "group_leader" else place
                scope = session.get(Organisation, scope_id)
                assert scope is not None
                appoint(session, member, code, scope=scope, term_from=TERM)
        self.ids[person_name] = member.id
        return member.id

    def member(self, name: str) -> Member:
        """What the register says of somebody."""
        with self.house.members.reading() as session:
            found = session.get(Member, self.ids[name])
        assert found is not None
        return found

    def as_(self, name: str) -> Client:
        """A client signed in as somebody."""
        return self.house.client(self.ids[name])

    def report(self, kind: str, on: str, *, of: str = "林晓雨", by: str = "高远") -> str:
        """Somebody reports what happened to a colleague; settles. Returns the report's id."""
        body = {"person_id": self.ids[of], "kind": kind, "occurred_on": on}
        answer = self.as_(by).post("/api/members/v1/life-events", json=body)
        assert answer.status_code == 201, answer.text
        self.house.settle()
        return str(answer.get_json()["id"])

    def life_event(self, of: str = "林晓雨") -> dict[str, Any]:
        """The person's own latest life event."""
        events: list[dict[str, Any]] = self.as_(of).get("/api/members/v1/life-events").get_json()
        return events[0]

    def visits(self, who: str = "何莉") -> list[dict[str, Any]]:
        """The open tasks of somebody, the most urgent first."""
        answer = self.as_(who).get("/api/welfare/v1/visits/mine")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.get_json()
        return found

    def complete(self, visit_id: str, by: str = "何莉", **report: Any) -> Any:
        """Record a visit; the answer."""
        body = {"went": [self.ids[by]], "gift_fen": 0, **report}
        answer = self.as_(by).post(f"/api/welfare/v1/visits/{visit_id}/complete", json=body)
        self.house.settle()
        return answer
