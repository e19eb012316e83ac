"""W-18, W-46, W-49, W-50, W-61 over HTTP: an inspection until all is in order, an improvement from a suggestion and from a
proposal, the lights of the six systems, and the yearly question what members need."""

from typing import Any

import pytest

from services.welfare.inspections.kinds import KINDS
from shared.contracts.voting import ProposalStageChanged
from shared.kit.database import new_id
from shared.kit.messages import emit
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House
from tests.scene import Scene

API = "/api/welfare/v1"


class Proposal:
    """Stands for a proposal that voting made and says."""

    def __init__(self) -> None:
        self.id = new_id()


@pytest.fixture
def scene(house: House, frozen_clock: FrozenClock) -> Scene:
    frozen_clock.at("2026-09-07T10:00")
    scene = Scene(house)
    scene.person("顾振海", "principal", sex="male")
    house.settle()
    return scene


def test_the_union_looks_asks_and_follows_until_it_is_done(scene: Scene, frozen_clock: FrozenClock) -> None:
    def post(who: str, path: str, body: Any, status: int = 200) -> Any:
        answer = scene.as_(who).post(f"{API}/{path}", json=body)
        assert answer.status_code == status, answer.text
        scene.house.settle()
        return answer.get_json()

    def told(who: str) -> list[str]:
        return [one["link"] for one in scene.as_(who).get("/api/members/v1/notices").get_json()]

    # Lawful employment: the member goes, the school replies and mends, the member looks again.
    plan = {"kind": "employment", "due_on": "2026-09-10", "roster": [scene.ids["高远"]]}
    inspection = post("赵立新", "inspections", plan, 201)["id"]
    here = f"inspections/{inspection}"
    assert told("高远") == [f"/welfare/{here}"]
    answers = {item: {"answer": "yes"} for item in KINDS["employment"].items}
    answers["insurance"] = {"answer": "no", "remark": "两人未参保"}
    letter = {"answers": answers, "opinion": "请依法补缴", "mend_by": "2026-09-20"}
    [finding] = post("高远", f"{here}/hold", letter)["findings"]
    assert told("顾振海") == [f"/welfare/{here}"]
    assert scene.as_("林晓雨").get(f"{API}/{here}").status_code == 404
    assert "两人未参保" in scene.as_("顾振海").get(f"/welfare/{here}/print").text
    post("顾振海", f"{here}/reply", {"reply": "九月补缴"})
    post("顾振海", f"{here}/findings/{finding['id']}/mend", {"done": "已补缴"})
    done = post("高远", f"{here}/findings/{finding['id']}/look", {"is_mended": True})
    assert (done["state"], done["reply"]) == ("closed", "九月补缴")

    # An improvement that a member suggested, and one that was a proposal in voting.
    own = post("林晓雨", "improvements", {"title": "车棚加顶"}, 201)["id"]
    post("赵立新", f"improvements/{own}/decide", {"accepts": True, "due_on": "2026-10-01"})
    post("赵立新", f"improvements/{own}/begin", {})
    post("赵立新", f"improvements/{own}/finish", {"done_on": "2026-09-07", "cost_fen": 1268000})
    assert told("林晓雨") == [f"/welfare/improvements/{own}"] * 3
    proposal = Proposal()
    with scene.house.voting.transaction() as session:
        session.info.setdefault("made", set()).add(proposal)
        emit(
            session,
            ProposalStageChanged,
            of=proposal,
            subject=proposal.id,
            school=scene.school_id,
            proposal_id=proposal.id,
            stage="assigned",
            dept_code="general-affairs",
            due_on=None,
            satisfaction=None,
        )
    scene.house.settle()
    seen = scene.as_("高远").get(f"{API}/improvements").get_json()
    assert {(one["state"], one["title"], one["proposal_id"]) for one in seen} == {
        ("done", "车棚加顶", None),
        ("accepted", None, proposal.id),
    }

    # The lights come from what happened; in March the chair is reminded to ask what members need.
    scene.report("hospitalized", "2026-09-06")
    frozen_clock.at("2026-09-15T09:00")
    scene.house.settle()
    lights = {one["code"]: one["light"] for one in scene.as_("赵立新").get(f"{API}/systems").get_json()}
    assert (lights["visits"], lights["reports"], lights["aid"]) == ("broken", "kept", "nothing")
    frozen_clock.at("2027-03-15T09:00")
    scene.house.settle()
    survey = next(link for link in told("赵立新") if link.startswith("/voting/"))
    assert "劳动合同与社会保险" in scene.as_("赵立新").get(survey).text
