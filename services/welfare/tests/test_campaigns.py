"""Donations and group deals: sums meet to the fen, totals are told, what somebody gave never."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.welfare.campaigns.sums import rebate_of, share_out
from shared.contracts.members import PersonChanged
from shared.contracts.welfare import CampaignClosed

URL = "/api/welfare/v1/campaigns"
DAYS = {"opens_on": "2026-06-29", "closes_on": "2026-07-10"}
DONATION = {
    "kind": "donation",
    "cause": "one-day",
    "title": "慈善一日捐",
    "counterpart": "区慈善总会",
    **DAYS,
}
DEAL = {"kind": "benefit", "rebate_percent": 50, "title": "话费充值优惠", "counterpart": "移动营业厅", **DAYS}
ON = {"handed_on": "2026-06-29"}


@pytest.fixture
def keeper(union):
    return union.welfare.client(union.carer)


def begin(keeper, asked):
    opened = keeper.post(URL, json=asked)
    assert opened.status_code == 201, opened.text
    return f"{URL}/{opened.json['id']}"


def gives(union, keeper, one, person, fen, **more):
    """Somebody says a sum, and it comes in."""
    said = union.welfare.client(person).put(f"{one}/mine", json={"amount_fen": fen, **more})
    assert said.status_code == 200, said.text
    took = keeper.put(f"{one}/people/{person.id}", json={"collected_fen": fen})
    assert took.status_code == 204, took.text


def receipt(keeper, one):
    sent = keeper.post(f"{one}/receipt", data={"file": (BytesIO(b"%PDF-1.4 receipt"), "票据.pdf")})
    assert sent.status_code == 204, sent.text


def test_a_donation_is_handed_over_with_a_receipt_and_its_total_told_without_amounts(union, keeper):
    one = begin(keeper, DONATION)
    people = [union.person(f"教师{n}") for n in "甲乙丙丁戊"]
    for n, person in enumerate(people):
        gives(union, keeper, one, person, 10001 + n, name_shown=n < 2)
    assert keeper.post(f"{one}/close", json={"paid_fen": 50015, **ON}).status_code == 409, "no receipt yet"
    receipt(keeper, one)
    wrong = keeper.post(f"{one}/close", json={"paid_fen": 50000, **ON})
    assert (wrong.status_code, wrong.json["type"]) == (409, "/problems/sums-differ")
    assert "实收¥500.15，票据为¥500.00" in wrong.json["detail"]
    closed = keeper.post(f"{one}/close", json={"paid_fen": 50015, **ON})
    assert closed.status_code == 200, closed.text
    [said] = union.welfare.outbox(CampaignClosed)
    assert said.data["kind"] == "donation"
    assert (said.data["participants"], said.data["total_fen"]) == (5, 50015)

    stranger = union.welfare.client(union.colleague)
    seen = stranger.get(one).json
    assert (seen["names"], seen["total_fen"], seen["own"]) == (["教师甲", "教师乙"], 50015, None)
    page = stranger.get(one.replace("/api/welfare/v1", "/welfare")).text
    assert "500.15" in page
    assert not any(sum_ in page for sum_ in ("100.01", "100.03", "教师丙"))
    assert stranger.get(f"{one}/people").status_code == 403
    changed = union.welfare.client(people[0]).put(f"{one}/mine", json={"amount_fen": 1, "name_shown": False})
    assert changed.json["own"]["said_fen"] == 10001, "the sum stands, the name goes"
    assert stranger.get(one).json["names"] == ["教师乙"]


def test_under_five_the_total_is_told_to_nobody(union, keeper):
    one = begin(keeper, DONATION)
    for n in "甲乙丙丁":
        gives(union, keeper, one, union.person(f"教师{n}"), 20000)
    receipt(keeper, one)
    keeper.post(f"{one}/close", json={"paid_fen": 80000, **ON})
    [said] = union.welfare.outbox(CampaignClosed)
    assert (said.data["participants"], said.data["total_fen"]) == (None, None)
    stranger = union.welfare.client(union.colleague)
    assert stranger.get(one).json["total_fen"] is None
    page = stranger.get(one.replace("/api/welfare/v1", "/welfare")).text
    assert ("不公布总额" in page, "800.00" in page) == (True, False)


def test_a_deal_of_9600_brings_4800_back_and_each_learns_the_own_part(union, keeper):
    one = begin(keeper, DEAL)
    people = [union.person(f"教师{n}") for n in "甲乙丙丁戊"]
    for person, fen in zip(people, (200000, 200000, 200000, 200000, 160000), strict=True):
        gives(union, keeper, one, person, fen)
    receipt(keeper, one)
    wrong = keeper.post(f"{one}/close", json={"paid_fen": 960000, "rebate_fen": 470000, **ON})
    assert (wrong.status_code, wrong.json["expected"]) == (409, 480000)
    closed = keeper.post(f"{one}/close", json={"paid_fen": 960000, "rebate_fen": 480000, **ON})
    assert closed.status_code == 200, closed.text
    assert union.welfare.client(people[4]).get(one).json["own"]["rebate_fen"] == 80000
    assert union.welfare.outbox(CampaignClosed)[-1].data["total_fen"] == 960000


def test_a_word_can_be_taken_back_until_money_came_in(union, keeper, frozen_clock):
    one = begin(keeper, DONATION)
    member = union.welfare.client(union.colleague)
    assert member.put(f"{one}/mine", json={"amount_fen": 5000}).json["own"]["said_fen"] == 5000
    assert member.put(f"{one}/mine", json={"amount_fen": 0}).json["own"] is None
    frozen_clock.at("2026-07-11T09:00")
    late = union.welfare.client(union.colleague).put(f"{one}/mine", json={"amount_fen": 5000})
    assert (late.status_code, "7月10日" in late.text) == (409, True)


def test_pages_take_what_the_api_takes_and_keep_what_was_typed(union, keeper):
    no_rebate = keeper.form("/welfare/campaigns/new", data={**DEAL, "rebate_percent": ""})
    assert (no_rebate.status_code, "移动营业厅" in no_rebate.text) == (422, True)
    opened = keeper.form("/welfare/campaigns/new", data=DEAL)
    page = opened.headers["Location"]
    member = union.welfare.client(union.colleague)
    assert member.form(f"{page}/mine", data={"amount": "x"}).status_code == 422
    assert member.form(f"{page}/mine", data={"amount": "100"}).status_code == 303
    money = {"person_id": union.colleague.id, "collected": "100"}
    assert keeper.form(f"{page}/collect", data=money).status_code == 303
    paper = {"paid": "100", "rebate": "49", **ON}
    refused = keeper.form(f"{page}/close", data=paper)
    assert (refused.status_code, "应为¥50.00" in refused.text) == (422, True)
    both = paper | {"rebate": "50", "file": (BytesIO(b"%PDF-1.4 statement"), "对账单.pdf")}
    assert keeper.form(f"{page}/close", data=both).status_code == 303
    assert "返还您¥50.00" in member.get(page).text
    files = keeper.get(page).text.split('href="/welfare/files/')[1].split('"')[0]
    assert member.get(f"/welfare/files/{files}").status_code == 404, "the total stands on it"
    assert keeper.get(f"/welfare/files/{files}").status_code == 200


def test_a_form_of_file_that_nobody_knows_is_the_page(union, keeper):
    page = begin(keeper, DONATION).replace("/api/welfare/v1", "/welfare")
    assert keeper.get(f"{page}?format=csv").mimetype == "text/csv"
    assert "慈善一日捐" in keeper.get(f"{page}?format=pdf").text


def test_of_an_erased_person_the_sum_stays_and_the_name_goes(union, keeper):
    one = begin(keeper, DONATION)
    lin = union.person("林晓雨")
    gives(union, keeper, one, lin, 30000, name_shown=True)
    card = {"person_id": lin.id, "school_id": union.school.id, "name": "", "pinyin": "", "pinyin_initials": "",
            "standing": "left", "offices": [], "disabled": True, "erased": True, "version": 2}  # fmt: skip
    union.receive(PersonChanged, lin, **card)
    assert keeper.get(f"{one}/people").json == []
    assert keeper.get(one).json["collected_fen"] == 30000


amounts = st.lists(st.integers(0, 10_000_000), min_size=1, max_size=60)


@given(amounts=amounts, percent=st.integers(0, 100))
def test_the_parts_of_a_rebate_make_the_whole_and_none_is_a_fen_off(amounts, percent):
    whole = sum(amounts)
    rebate = rebate_of(whole, percent)
    parts = share_out(rebate, amounts)
    assert sum(parts) == rebate
    for part, amount in zip(parts, amounts, strict=True):
        assert abs(part * whole - rebate * amount) < max(whole, 1)
        assert 0 <= part <= amount


@given(amounts=amounts, percent=st.integers(0, 100))
def test_who_orders_more_gets_no_less_back(amounts, percent):
    ordered = sorted(set(amounts))
    parts = share_out(rebate_of(sum(ordered), percent), ordered)
    assert parts == sorted(parts)
