"""The money of the demo district's first school: a budget, a year of expenses by four hands, the accounts of a half-year
open to the members, an examination begun."""

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from services.welfare.audits.actions import look, open_audit, publish, sign, write_opinion
from services.welfare.audits.models import CLEAN
from services.welfare.audits.queries import samples
from services.welfare.expenses.actions import Spending, approve, check, pay, submit
from services.welfare.funds.actions import book_income, book_spending, keep_receipt
from services.welfare.funds.actions.planning import approve_budget, draft_budget
from services.welfare.funds.actions.posts import give_post, publish_policy
from services.welfare.funds.models import CASHIER
from services.welfare.periods import before, first_day, half_year_of
from shared.kit import clock
from shared.kit.access import Actor
from shared.kit.people import Organisation, Person, officers, people_in

LINES = {
    "allocation": 12000000, "dues": 1800000, "activity-sports": 4500000, "collective-welfare": 5000000,
    "hardship": 1500000, "warmth": 1200000, "business": 800000, "outings": 600000,
}  # fmt: skip


@dataclass(frozen=True)
class Bill:
    """An expense so many days after its half-year began; `before` that one is over. How far it went: its steps."""

    kind: str
    words: str
    yuan: int
    day: int
    heads: int | None = None
    winners: int | None = None
    before: bool = False
    steps: int = 3
    reason: str | None = None


BILLS = (
    Bill("contest-prizes", "拔河比赛奖品", 1600, 20, 48, 24, before=True),
    Bill("contest-souvenirs", "健步走纪念品", 2900, 45, 116, before=True),
    Bill("running", "工会办公用品", 386, 60, before=True),
    Bill("birthday", "生日蛋糕", 8600, 80, 43, before=True),
    Bill("training", "读书会用书", 1240, 95, before=True),
    Bill("birthday", "整十岁生日蛋糕", 350, 120, 1, before=True, reason="退休前最后一个生日"),
    Bill("occasion", "教工座谈会纪念品", 2320, 2, 58),
    Bill("sports", "羽毛球场地租用", 900, 6, steps=2),
    Bill("contest-prizes", "书画比赛奖品", 720, 8, 30, 12, steps=0),
)


def load(session: Session, union: Organisation) -> None:
    """Once: whoever has a hand in it must be there."""
    holders = {
        office: next(iter(officers(session, union.id, office)), None)
        for office in ("chair", "treasurer", "auditor", "sports")
    }
    plain = [card for card in people_in(session, union.id, standing="full") if not card.offices]
    people = {office: card for office, card in holders.items() if card is not None}
    if len(people) < len(holders) or not plain:
        return
    people["cashier"] = plain[-1]
    today, chair, treasurer = clock.today(), people["chair"].id, people["treasurer"].id
    give_post(session, school_id=union.id, post=CASHIER, person_id=plain[-1].id, by=chair)
    publish_policy(
        session,
        school_id=union.id,
        kind="finance-rules",
        text="工会经费独立核算。\n会计、出纳、经审由三人分别担任。\n没有票据不支付。",
        adopted_on=today - timedelta(days=200),
        by=chair,
    )
    budget = draft_budget(
        session, school_id=union.id, year=today.year, lines=LINES, reserve_percent=20, by=treasurer
    )
    approve_budget(session, budget, resolution="工会委员会年初例会", by=chair)
    begun = first_day(half_year_of(today))
    last = before(half_year_of(today))
    for day, fen, source_id in ((first_day(last), 6000000, "demo-1"), (begun, 6000000, "demo-2")):
        book_income(
            session, school_id=union.id, code="allocation", amount_fen=fen, received_on=day,
            source="income", source_id=source_id, words="行政拨缴", by=treasurer,
        )  # fmt: skip
    _published(session, union, people, before(last), second=plain[0].id)
    for bill in BILLS:
        starts = first_day(last) if bill.before else begun
        _spend(session, union, people, bill, min(starts + timedelta(days=bill.day), today))
    open_audit(session, school_id=union.id, period=last, by=people["auditor"].id, seed="demo")


def _published(
    session: Session, union: Organisation, people: dict[str, Person], period: str, second: str
) -> None:
    """A half-year that two people have examined, and that all may read."""
    school_id, treasurer, auditor = union.id, people["treasurer"].id, people["auditor"].id
    day = first_day(period)
    book_income(
        session, school_id=school_id, code="allocation", amount_fen=6000000, received_on=day, source="income",
        source_id="demo-0", words="行政拨缴", by=treasurer,
    )  # fmt: skip
    for bill, code in (
        (Bill("sports", "教职工运动会", 9800, 70), "activity-sports"),
        (Bill("running", "走访慰问", 6400, 90), "warmth"),
    ):
        receipt = keep_receipt(session, _picture(bill), "票据.png", kept_by=treasurer, school_id=school_id)
        session.flush()
        book_spending(
            session, school_id=school_id, code=code, fund="union", amount_fen=bill.yuan * 100,
            spent_on=day + timedelta(days=bill.day), source="demo", source_id=f"demo-{code}",
            receipt_ids=[receipt.id], words=bill.words, by=treasurer,
        )  # fmt: skip
    examined = open_audit(session, period=period, by=auditor, seed="demo", school_id=school_id)
    look(session, examined, [sample.entry_id for sample in samples(session, examined.id)], by=auditor)
    write_opinion(session, examined, verdict=CLEAN, opinion="账目清楚，票据齐全。", by=auditor)
    sign(session, examined, number=examined.opinion_number, by=second)
    publish(session, period=period, by=treasurer, school_id=school_id)


def _spend(session: Session, union: Organisation, people: dict[str, Person], bill: Bill, day: date) -> None:
    by = people["sports"].id
    receipt = keep_receipt(session, _picture(bill), "票据.png", school_id=union.id, kept_by=by)
    session.flush()
    spending = Spending(
        kind=bill.kind, fund="union", amount_fen=bill.yuan * 100, spent_on=day, words=bill.words,
        heads=bill.heads, winners=bill.winners, receipt_ids=[receipt.id], reason=bill.reason,
    )  # fmt: skip
    expense = submit(session, spending, school_id=union.id, by=by)
    steps = ((check, "treasurer"), (approve, "chair"), (pay, "cashier"))
    for step, office in steps[: bill.steps]:
        step(session, expense, _acting(people[office], office))
        session.flush()


def _picture(bill: Bill) -> BytesIO:
    """The receipt of a bill, each one different."""
    return picture(f"No. {2026000 + bill.yuan}\n\nCNY {bill.yuan}.00")


def picture(words: str) -> BytesIO:
    """A receipt as a photo would show it."""
    image = Image.new("RGB", (240, 160), "#fdfbf4")
    ImageDraw.Draw(image).text((16, 16), words, fill="#333333")
    content = BytesIO()
    image.save(content, "PNG")
    content.seek(0)
    return content


def _acting(card: Person, office: str) -> Actor:
    return Actor(person_id=card.id, school_id=card.school_id, offices=frozenset({office}))
