"""How a route is tried: by whom it may be used, on which object, with which body."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from shared.kit import people
from shared.kit.database import new_id
from shared.kit.testing.builders import a_person, a_school
from shared.kit.testing.services import Client, House

Route = tuple[str, str]
DISTRICT_OFFICER, FOREIGN_OFFICER = "district officer", "officer of another district"


@dataclass(frozen=True)
class Case:
    """One route on one object of ours.

    `person` has the right; `url` is the route with our object's id; `json` or `form` is a body that works.
    `shared`: everybody may ask (a list, one's own page), and a stranger must simply see nothing of ours: none of
    `Ours.marks` may stand in the answer. `shows`: a mark that does stand in our own officer's answer, so that a
    list which is empty for everybody proves nothing. `district`: our district's officer may use it as well; another
    district's may only where it is about no object of ours, and then sees nothing of ours.
    `file`: the bytes of an upload, which stands in the body as `part`.
    """

    person: people.Person
    url: str
    json: Any = None
    form: dict[str, Any] | None = None
    file: bytes | None = None
    part: str = "file"
    shared: bool = False
    shows: str = ""
    district: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, client: Client, method: str) -> Any:
        """Use the route as it is meant to be used."""
        upload = {} if self.file is None else {self.part: (BytesIO(self.file), "upload")}
        if self.form is not None:
            return client.form(self.url, self.form | upload)
        options: dict[str, Any] = {} if self.json is None else {"json": self.json}
        if upload:
            options["data"] = upload
        return client.open(method, self.url, headers=self.headers, **options)


OFFICES = (
    "chair",
    "vice_chair",
    "organiser",
    "publicist",
    "sports",
    "carer",
    "women",
    "auditor",
    "treasurer",
    "group_leader",
    "principal",
    "delegate",
)


@dataclass
class Ours:
    """Our school, its people by office, and the words by which its data would be recognised elsewhere."""

    house: House
    district: people.Organisation
    school: people.Organisation
    group_id: str
    officers: dict[str, people.Person]
    member: people.Person
    marks: set[str] = field(default_factory=set)

    def mark(self, *words: str) -> str:
        """Words (an id, a name) that no stranger may see; returns the first."""
        self.marks |= set(words)
        return words[0]

    def client(self, office: str) -> Client:
        """A client of our officer."""
        return self.house.client(self.officers[office])


def settle_in(house: House) -> tuple[Ours, dict[str, people.Person]]:
    """Our school with every office filled, and the strangers: every office of another school, its member, the district,
    and the officer of another district."""
    district = a_school(house, "明德区教育工会", kind="district", rule_pack_code="guizhou")
    school = a_school(house, "我们的学校", district=district)
    other = a_school(house, "别的学校", district=district)
    group_id, other_group = new_id(), new_id()
    ours = Ours(
        house,
        district,
        school,
        group_id,
        {
            office: a_person(house, school, f"甲{chr(0x4E00 + n)}", offices=[office], group_id=group_id)
            for n, office in enumerate(OFFICES)
        },
        a_person(house, school, "甲员", group_id=group_id),
    )
    ours.mark(school.id, ours.member.id, "甲员")
    strangers = {
        f"{office} of another school": a_person(
            house, other, f"乙{n}", offices=[office], group_id=other_group
        )
        for n, office in enumerate(OFFICES)
    }
    strangers["member of another school"] = a_person(house, other, "乙员", group_id=other_group)
    strangers[DISTRICT_OFFICER] = a_person(house, district, "区干", offices=["district_officer"])
    elsewhere = a_school(house, "远山区教育工会", kind="district", rule_pack_code="guizhou")
    strangers[FOREIGN_OFFICER] = a_person(house, elsewhere, "远干", offices=["district_officer"])
    return ours, strangers


Prepare = Callable[[Ours], dict[Route, Case]]
