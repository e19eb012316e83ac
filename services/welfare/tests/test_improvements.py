"""Improvements: suggested or from a proposal, taken on, in work, done with their cost and a photo for all to see."""

from io import BytesIO

import pytest
from PIL import Image

from services.welfare.consents.actions import erase_everything
from services.welfare.improvements.models import Improvement
from shared.contracts.promises import samples
from shared.contracts.voting import ProposalStageChanged
from shared.kit.database import new_id

API = "/api/welfare/v1/improvements"
PAGE = "/welfare/improvements"


def picture():
    out = BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "PNG")
    out.seek(0)
    return out


@pytest.fixture
def suggested(union):
    body = {"title": "车棚加顶", "words": "雨天电动车淋雨"}
    made = union.welfare.client(union.colleague).post(API, json=body)
    assert made.status_code == 201, made.text
    return f"{API}/{made.json['id']}"


def test_from_a_suggestion_to_what_stands_there(union, suggested):
    chair, other = union.welfare.client(union.chair), union.welfare.client(union.person("周婷"))
    assert union.notices(union.chair) == ["file-waiting"]
    assert other.get(suggested).status_code == 404, "until it is taken on it is between the two"
    taken = {"accepts": True, "department": "总务处", "due_on": "2026-09-01"}
    assert chair.post(f"{suggested}/decide", json=taken).json["state"] == "accepted"
    assert "suggested_by" not in other.get(suggested).json
    assert chair.post(f"{suggested}/finish", json={"done_on": "2026-06-29", "cost_fen": 1}).status_code == 409
    assert chair.post(f"{suggested}/begin", json={}).json["state"] == "in-work"
    done = {"done_on": "2026-06-29", "cost_fen": 1268000, "answer": "已装顶棚"}
    assert chair.post(f"{suggested}/finish", json=done | {"done_on": "2026-07-29"}).status_code == 422
    assert chair.post(f"{suggested}/finish", json=done).json["cost_fen"] == 1268000
    shown = chair.post(f"{suggested}/photo", data={"file": (picture(), "棚.png")}).json
    assert other.get(f"/welfare/files/{shown['photo_id']}").status_code == 200
    assert union.notices(union.colleague) == ["answer-ready"] * 3
    page = other.get(suggested.replace(API, PAGE)).get_data(as_text=True)
    assert "12,680.00" in page and union.colleague.name not in page


def test_what_is_not_taken_on_has_a_reason_and_stays_with_its_member(union, suggested):
    chair = union.welfare.client(union.chair)
    assert chair.post(f"{suggested}/decide", json={"accepts": False}).status_code == 422
    assert (
        chair.post(f"{suggested}/decide", json={"accepts": False, "answer": "消防不允许"}).status_code == 200
    )
    assert union.welfare.client(union.colleague).get(suggested).json["answer"] == "消防不允许"
    assert union.welfare.client(union.person("周婷")).get(API).json == []
    assert union.welfare.client(union.carer).post(f"{suggested}/begin", json={}).status_code == 403


def say(union, proposal_id, stage, **more):
    union.welfare.receive(
        ProposalStageChanged,
        subject=proposal_id,
        school=union.school.id,
        **{
            "proposal_id": proposal_id,
            "stage": stage,
            "dept_code": None,
            "due_on": None,
            "satisfaction": None,
        }
        | more,
    )


def test_a_proposal_that_became_work_stands_here_once(union):
    chair, proposal_id = union.welfare.client(union.chair), new_id()
    say(union, proposal_id, "submitted")
    assert chair.get(API).json == []
    say(union, proposal_id, "assigned", dept_code="general-affairs", due_on="2026-09-11")
    say(union, proposal_id, "answered", satisfaction="satisfied")
    [row] = chair.get(API).json
    assert (row["state"], row["title"], row["due_on"], row["satisfaction"]) == (
        "accepted",
        None,
        "2026-09-11",
        "satisfied",
    )
    assert chair.post(f"{API}/{row['id']}/begin", json={}).status_code == 422, "all read it: it needs a title"
    assert chair.post(f"{API}/{row['id']}/begin", json={"title": "装充电插座"}).json["state"] == "in-work"
    assert chair.get(f"{PAGE}/{row['id']}").status_code == 200


def test_every_sample_of_a_proposal_is_understood(union):
    for body in samples(ProposalStageChanged.type):
        union.welfare.deliver(body)
    with union.welfare.reading() as session:
        assert [found.proposal_stage for found in session.query(Improvement)] == ["answered"]


def test_a_paper_is_no_photo_and_an_erased_member_suggested_nothing(union, suggested):
    chair = union.welfare.client(union.chair)
    chair.post(f"{suggested}/decide", json={"accepts": True})
    chair.post(f"{suggested}/begin", json={})
    paper = {"file": (BytesIO(b"%PDF-1.4"), "发票.pdf")}
    assert chair.post(f"{suggested}/photo", data=paper).status_code == 422
    with union.welfare.transaction() as session:
        erase_everything(session, union.colleague.id, union.school.id)
    with union.welfare.reading() as session:
        found = session.get(Improvement, suggested.rsplit("/", 1)[1])
        assert (found.suggested_by, found.title) == (None, "车棚加顶")


def test_the_steps_go_by_pages(union):
    member, chair = union.welfare.client(union.colleague), union.welfare.client(union.chair)
    assert member.form(f"{PAGE}/suggest", data={"words": "坐"}).status_code == 422
    here = member.form(f"{PAGE}/suggest", data={"title": "走廊长椅"}).headers["Location"]
    assert chair.form(f"{here}/decide", data={"accepts": "false"}).status_code == 422
    assert chair.form(f"{here}/decide", data={"accepts": "true", "title": "走廊长椅"}).status_code == 303
    assert chair.form(f"{here}/begin", data={"title": "走廊长椅"}).status_code == 303
    wrong = chair.form(f"{here}/finish", data={"done_on": "2026-06-28", "cost": "x"})
    assert wrong.status_code == 422
    done = {"done_on": "2026-06-28", "cost": "860", "file": (picture(), "椅.png")}
    assert chair.form(f"{here}/finish", data=done).status_code == 303
    assert "/welfare/files/" in member.get(here).get_data(as_text=True)
    assert "860.00" in member.get(f"{PAGE}/?format=csv").get_data(as_text=True)
