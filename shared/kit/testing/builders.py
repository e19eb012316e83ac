"""Things that tests need to be there: a union, a person with an office, a rule pack; put straight into the local copies."""

from datetime import date
from typing import Any

from pypinyin import Style, lazy_pinyin
from sqlalchemy.orm import Session

from shared.kit import people
from shared.kit.database import new_id
from shared.kit.testing.services import House, TestService

GUIZHOU: dict[str, Any] = {
    "ceilings_fen": {
        "hospitalized": 50000,
        "hospitalized-operation": 100000,
        "marriage": 50000,
        "childbirth": 50000,
        "birthday": 30000,
        "member-death": 200000,
        "relative-death": 100000,
        "retirement": 50000,
        "festival-spring": 50000,
        "festival-other": 20000,
        "festivals-year": None,
        "aid-severe": 500000,
        "aid-hardship": 300000,
        "aid-temporary": 200000,
        "aid-other": 100000,
    },
    "minimum_living_fen": 72000,
    "low_income_times": [3, 2],
    "medical_share": [2, 5],
    "festivals": ["new-year", "spring", "qingming", "labour", "dragon-boat", "mid-autumn", "national"],
    "prize_share": [2, 3],
    "retiree_fund_source": "administration",
}


def _everywhere(where: TestService | House, put: Any) -> None:
    for test in where.services.values() if isinstance(where, House) else [where]:
        with test.transaction() as session:
            put(session)


def a_school(
    where: TestService | House,
    name: str = "五马中学",
    *,
    kind: str = "school",
    district: people.Organisation | None = None,
    rule_pack_code: str | None = None,
) -> people.Organisation:
    """A union with a committee (or, with kind="district", a district)."""
    organisation_id = new_id()
    data = {
        "organisation_id": organisation_id,
        "kind": kind,
        "parent_id": district.id if district else None,
        "tenant_id": organisation_id,
        "name": name,
        "status": "active",
        "headcount_band": None,
        "member_count": None,
        "rule_pack_code": rule_pack_code,
        "version": 1,
    }
    _everywhere(where, lambda session: people.apply_organisation(session, data))
    return people.Organisation(
        id=organisation_id, **{k: v for k, v in data.items() if k != "organisation_id"}
    )


def a_person(
    where: TestService | House,
    school: people.Organisation,
    name: str = "林晓雨",
    *,
    sex: str = "female",
    birth_date: date | None = date(1990, 5, 17),
    standing: str = "full",
    offices: list[str] | None = None,
    group_id: str | None = None,
    post_kind: str = "established",
    **more: Any,
) -> people.Person:
    """A person of a union; an office is in term from 2020 on, a group leader's is for `group_id`."""
    letters = lazy_pinyin(name)
    data = {
        "person_id": more.pop("id", None) or new_id(),
        "school_id": school.id,
        "name": name,
        "sex": sex,
        "birth_date": birth_date,
        "group_id": group_id,
        "post_kind": post_kind,
        "standing": standing,
        "pinyin": "".join(letters),
        "pinyin_initials": "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)),
        "offices": [
            {
                "code": code,
                "scope_id": group_id if code == "group_leader" and group_id else school.id,
                "term_from": date(2020, 1, 1),
                "term_to": None,
            }
            for code in offices or []
        ],
        "signed_out_before": None,
        "disabled": False,
        "erased": False,
        "version": 1,
        **more,
    }
    found: list[people.Person] = []

    def put(session: Session) -> None:
        people.apply_card(session, data)
        session.flush()
        found.append(people.person(session, data["person_id"]))  # type: ignore[arg-type]

    _everywhere(where, put)
    return found[0]


def a_rule_pack(
    where: TestService | House,
    code: str = "guizhou",
    *,
    version: int = 1,
    effective_from: date = date(2018, 1, 1),
    effective_to: date | None = None,
    **parameters: Any,
) -> None:
    """A version of a pack; `parameters` replace those of 贵州."""
    data = {
        "pack_id": new_id(),
        "code": code,
        "version": version,
        "name": f"{code} v{version}",
        "jurisdiction": code,
        "effective_from": effective_from,
        "effective_to": effective_to,
        "source": "test",
        "superseded": False,
        "parameters": {**GUIZHOU, **parameters},
    }
    _everywhere(where, lambda session: people.apply_rule_pack(session, data))
