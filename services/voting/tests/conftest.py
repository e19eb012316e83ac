"""A union that members talk about: people join by events, so that rolls know them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pypinyin import Style, lazy_pinyin

from shared.contracts.members import PersonChanged
from shared.kit import clock, people
from shared.kit.database import new_id
from shared.kit.testing.builders import a_school
from shared.kit.testing.services import TestService


class Union:
    """One union as voting hears of it."""

    def __init__(self, voting: TestService, name: str = "五马中学", **more: Any) -> None:
        self.voting = voting
        self.school = a_school(voting, name=name, **more)
        self._versions: dict[str, int] = {}

    @property
    def id(self) -> str:
        return self.school.id

    def group(self, name: str = "理化生组") -> str:
        group_id = new_id()
        data = {
            "organisation_id": group_id,
            "kind": "group",
            "parent_id": self.id,
            "tenant_id": self.id,
            "name": name,
            "status": "active",
            "headcount_band": None,
            "member_count": None,
            "rule_pack_code": None,
            "version": 1,
        }
        with self.voting.transaction() as session:
            people.apply_organisation(session, data)
        return group_id

    def card(self, person_id: str, name: str = "周敏", *, time: Any = None, **more: Any) -> None:
        """Members say a person's card anew."""
        version = self._versions[person_id] = self._versions.get(person_id, 0) + 1
        card = {
            "person_id": person_id,
            "school_id": self.id,
            "name": name,
            "pinyin": "".join(lazy_pinyin(name)),
            "pinyin_initials": "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)),
            "standing": "full",
            "offices": [],
            "disabled": False,
            "erased": False,
            "version": version,
            **more,
        }
        self.voting.receive(PersonChanged, subject=person_id, school=self.id, time=time, **card)

    def join(
        self,
        name: str = "周敏",
        *,
        offices: tuple[str, ...] = (),
        joined_on: date = date(2020, 9, 1),
        **more: Any,
    ) -> people.Person:
        """Somebody is a member, and holds these offices, from a day on, as the card of that day says."""
        person_id = new_id()
        held = [
            {"code": code, "scope_id": self.id, "term_from": joined_on, "term_to": None} for code in offices
        ]
        self.card(person_id, name, offices=held, time=clock.morning_of(joined_on), **more)
        with self.voting.reading() as session:
            person = people.person(session, person_id)
        assert person is not None
        return person

    def join_many(self, number: int, **more: Any) -> list[people.Person]:
        return [self.join(f"教师{n:03}", **more) for n in range(number)]


@pytest.fixture
def voting(service_of: Callable[..., TestService]) -> TestService:
    return service_of("voting")


@pytest.fixture
def union(voting: TestService) -> Union:
    return Union(voting)


@pytest.fixture
def another_union(voting: TestService) -> Union:
    return Union(voting, name="实验小学")
