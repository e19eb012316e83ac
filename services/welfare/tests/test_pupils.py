"""Help for pupils: proposed, agreed and paid by three people; a pupil is a code, and the total alone is told."""

from io import BytesIO

import pytest
from sqlalchemy import select

from services.welfare.funds.models import Entry
from shared.contracts.welfare import AidDisbursed

BASE = "/api/welfare/v1/pupils/programmes"
PAGES = "/welfare/pupils"
TITLE = {
    "title": "春蕾助学",
    "donor": "明德区青禾书店",
    "fund": "superior",
    "pupils": 6,
    "amount_fen": 300_000,
}
CODES = [f"2026-07-A{n}" for n in range(1, 7)]


class Programme:
    def __init__(self, union):
        self.union, self.treasurer = union, union.person("钱敏", offices=["treasurer"])
        self.id = self.of(union.carer).post(BASE, json=TITLE).json["id"]
        self.receipts = 0

    def of(self, person):
        return self.union.welfare.client(person)

    def agree(self, by=None):
        return self.of(by or self.union.chair).post(f"{BASE}/{self.id}/agree")

    def pay(self, codes, each="500", by=None, **more):
        """By the page, with a receipt."""
        self.receipts += 1
        receipt = (BytesIO(b"%%PDF-1.4 %d" % self.receipts), "回单.pdf")
        form = {"codes": "\n".join(codes), "each": each, "paid_on": "2026-06-29", "receipts": receipt}
        return self.of(by or self.treasurer).form(f"{PAGES}/{self.id}/pay", data=form | more)

    def total(self):
        """What members read of the year."""
        rows = self.of(self.union.colleague).get("/api/welfare/v1/aid/totals?year=2026").json
        return next(row for row in rows if row["kind"] == "pupil")


@pytest.fixture
def programme(union):
    return Programme(union)


def test_three_people_and_one_sum_in_the_ledger(programme):
    assert programme.union.notices(programme.union.chair) == ["file-waiting"]
    assert programme.pay(CODES).status_code == 422, "not agreed yet"
    assert programme.agree(programme.union.carer).status_code == 403
    assert programme.agree().json["state"] == "agreed"
    assert programme.pay(CODES).status_code == 303
    welfare = programme.union.welfare
    with welfare.reading() as session:
        [entry] = session.scalars(select(Entry)).all()
    assert (entry.amount_fen, entry.code, entry.fund, entry.source) == (
        300_000,
        "hardship",
        "superior",
        "pupil-aid",
    )
    [said] = welfare.outbox(AidDisbursed)
    assert (said.data["kind"], said.data["amount_fen"]) == ("pupil", 300_000)
    assert not any(code in str(said.data) + str(vars(entry)) for code in CODES), (
        "no code leaves the programme"
    )
    assert programme.pay(["2026-07-A1"]).status_code == 422, "nothing is left"
    assert programme.of(programme.union.chair).post(f"{BASE}/{programme.id}/close").json["state"] == "closed"


def test_who_agreed_does_not_pay_and_who_proposed_does_not_agree(union):
    both = union.person("孙立", offices=["chair", "treasurer"])
    programme = Programme(union)
    assert programme.agree(both).status_code == 200
    assert programme.pay(CODES, by=both).status_code == 422


def test_who_proposed_does_not_pay(union):
    union.carer = union.person("孙立", offices=["carer", "treasurer"])
    programme = Programme(union)
    programme.agree()
    assert f"{programme.id}/pay" not in programme.of(union.carer).get(f"{PAGES}/{programme.id}").text
    assert "提出人" in programme.pay(CODES, by=union.carer).text
    assert programme.pay(CODES).status_code == 303


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("王小明", "像是姓名"),
        ("WangXiaoming", "像是姓名"),
        ("522101201403070012", "像是身份证号或电话号码"),
        ("52210120140307001X", "像是身份证号或电话号码"),
        ("13800001234", "像是身份证号或电话号码"),
        ("A_1", "2至20个字母和数字"),
    ],
)
def test_what_looks_like_somebody_is_refused_with_a_plain_message(programme, code, words):
    programme.agree()
    answer = programme.pay([CODES[0], code])
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert words in page and code in page, "what was typed is kept"
    body = {"codes": [code], "each_fen": 100, "paid_on": "2026-06-29", "receipt_ids": [programme.id]}
    assert (
        programme.of(programme.treasurer).post(f"{BASE}/{programme.id}/payments", json=body).status_code
        == 422
    )
    single = {"pupil_ref": code, "asked_fen": 100, "reason": "学习用品"}
    assert (
        programme.of(programme.union.carer).post("/api/welfare/v1/aid/pupils", json=single).status_code == 422
    )


def test_no_title_and_no_donor_holds_a_number_of_somebody(programme):
    for field in ("title", "donor"):
        wrong = TITLE | {field: "资助 522101201403070012"}
        assert programme.of(programme.union.carer).post(BASE, json=wrong).status_code == 422
    form = {"title": "春蕾", "donor": "电 13800001234", "fund": "union", "pupils": "3", "amount": "900"}
    page = programme.of(programme.union.carer).form(f"{PAGES}/new", data=form)
    assert page.status_code == 422
    assert "13800001234" in page.get_data(as_text=True)


def test_members_read_the_total_from_five_pupils_upwards(programme):
    programme.agree()
    programme.pay(CODES[:4])
    assert programme.total() == {"kind": "pupil", "number": None, "amount_fen": None}
    programme.pay(CODES[3:5], each="100")
    assert programme.total() == {"kind": "pupil", "number": 5, "amount_fen": 220_000}, (
        "the same code is one pupil"
    )


def test_a_payment_keeps_to_the_programme(programme):
    programme.agree()
    for wrong in (
        programme.pay([*CODES, "2026-07-A7"], each="10"),
        programme.pay([CODES[0], CODES[0]], each="10"),
        programme.pay(CODES, each="500.01"),
        programme.pay(CODES, paid_on="2026-06-28"),
        programme.pay(CODES, receipts=""),
    ):
        assert wrong.status_code == 422


def test_the_pages_of_a_programme(programme):
    carer, treasurer = programme.of(programme.union.carer), programme.of(programme.treasurer)
    programme.agree()
    for url in (f"{PAGES}/?q=春蕾&state=agreed&sort=proposed_on", f"{PAGES}/{programme.id}"):
        assert "春蕾助学" in treasurer.get(url).get_data(as_text=True)
    assert treasurer.get(f"{PAGES}/{programme.id}/pay").status_code == 200
    assert "青禾书店" in carer.get(f"{PAGES}/?format=csv").get_data(as_text=True)
    form = {"title": "微光", "donor": "校友", "fund": "union", "pupils": "3", "amount": "900"}
    made = carer.form(f"{PAGES}/new", data=form)
    assert made.status_code == 303
    url = made.headers["Location"]
    assert programme.of(programme.union.chair).form(f"{url}/agree").status_code == 303
    assert carer.form(f"{url}/close").status_code == 303
    assert programme.of(programme.union.colleague).get(url).status_code == 403
