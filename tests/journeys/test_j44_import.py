"""J-44 新学校接入, over HTTP: a roster with mistakes is shown cell by cell, entered, and undone."""

import io
from typing import Any

import openpyxl
import pytest

from services.members.people.identity import check_character
from shared.kit import people
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

IMPORTS = "/api/members/v1/imports"
HEADINGS = ["姓名", "性别", "出生日期", "身份证号", "小组", "用工形式"]


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    return Scene(house)


def identity(born: str, serial: str = "012") -> str:
    """An invented number with a right last digit; an even serial is a woman's."""
    body = f"110101{born}{serial}"
    return body + check_character(body)


def a_roster(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = [
    ["许安", "女", "1990-05-06", identity("19900506"), "理化生组", "在编"],
    ["江南", "女", "１９８８年３月４日", identity("19880304"), "理化生组", "合同"],
    ["秦岭", "女", "2000-02-29", identity("20000229"), "理化生组", "临时聘用"],
]
BAD = [
    ["梅雨", "女", "2001-02-29", "", "理化生组", "在编"],
    ["许安二", "女", "1990-05-06", identity("19900506"), "理化生组", "在编"],
    ["", "女", "1990-05-07", identity("19900507"), "理化生组", "在编"],
]


def upload(scene: Scene, rows: list[list[str]]) -> dict[str, Any]:
    file = (io.BytesIO(a_roster(rows)), "名册.xlsx")
    answer = scene.as_("赵立新").post(IMPORTS, data={"file": file}, content_type="multipart/form-data")
    assert answer.status_code == 201, answer.text
    scene.house.settle()
    return roster(scene, answer.get_json()["id"])


def roster(scene: Scene, import_id: str) -> dict[str, Any]:
    found: dict[str, Any] = scene.as_("赵立新").get(f"{IMPORTS}/{import_id}").get_json()
    return found


def names_in(scene: Scene, service: str) -> set[str]:
    with scene.house.services[service].reading() as session:
        return {person.name for person in people.people_in(session, scene.school_id)}


def test_mistakes_are_shown_by_cell_in_plain_words_and_nothing_is_entered_yet(scene: Scene) -> None:
    checked = upload(scene, GOOD + BAD)
    assert checked["state"] == "checked"
    rows = scene.as_("赵立新").get(f"{IMPORTS}/{checked['id']}/rows?show=bad").get_json()
    said = {
        row["row"]: {name: cell["says"] for name, cell in row["cells"].items() if cell["kind"] == "bad"}
        for row in rows
    }
    assert set(said) == {2, 5, 6, 7}, "of two rows with one identity number, neither is entered unseen"
    assert "birth_date" in said[5], "2001 has no 29 February"
    assert "identity_number" in said[6], "it stands in row 2 already"
    assert "name" in said[7]
    assert all(words for cells in said.values() for words in cells.values())
    fixed = scene.as_("赵立新").get(f"{IMPORTS}/{checked['id']}/rows?show=mended").get_json()
    assert 3 in {row["row"] for row in fixed}, "full-width digits were put right, and shown"
    assert names_in(scene, "members").isdisjoint({"许安", "江南"})


def test_the_good_rows_are_entered_known_everywhere_and_undone(scene: Scene) -> None:
    before = names_in(scene, "voting")
    checked = upload(scene, GOOD)
    chair = scene.as_("赵立新")
    committed = chair.post(f"{IMPORTS}/{checked['id']}/commit", json={})
    assert committed.status_code == 202, committed.text
    scene.house.settle()
    assert roster(scene, checked["id"])["state"] == "committed"
    assert names_in(scene, "voting") == before | {"许安", "江南", "秦岭"}

    again = upload(scene, GOOD)
    assert again["counts"].get("new", 0) == 0, "the same roster twice enters nobody twice"

    undone = chair.post(f"{IMPORTS}/{checked['id']}/undo", json={})
    assert undone.status_code == 202, undone.text
    scene.house.settle()
    assert names_in(scene, "voting") == before


def test_all_or_nothing_enters_nothing_while_one_row_is_bad(scene: Scene) -> None:
    checked = upload(scene, GOOD + BAD)
    refused = scene.as_("赵立新").post(f"{IMPORTS}/{checked['id']}/commit", json={"all_or_nothing": True})
    assert refused.status_code == 409, refused.text
    scene.house.settle()
    assert "许安" not in names_in(scene, "voting")
