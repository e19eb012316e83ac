"""Visits of the demo district: schemes chosen, some visits made, one overdue, some still to make."""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare import demo_help, demo_money, demo_oversight
from services.welfare.campaigns.actions import collect, say
from services.welfare.campaigns.actions import open_campaign as begin_campaign
from services.welfare.campaigns.models import BENEFIT, DONATION
from services.welfare.checkups.actions import open_campaign
from services.welfare.checkups.models import MORNING, WOMEN
from services.welfare.claims.actions import submit
from services.welfare.counselling import actions as counselling
from services.welfare.gifts.actions import deciding, drafting, handing_out
from services.welfare.insurance.actions import open_plan, record_people
from services.welfare.insurance.models import EVERYONE
from services.welfare.schemes import queries as schemes
from services.welfare.schemes.actions import choose_scheme
from services.welfare.schemes.models import Occasion
from services.welfare.schemes.variants import VARIANTS
from services.welfare.visits.actions.planning import plan_visit
from services.welfare.visits.actions.reporting import Report, complete_visit
from services.welfare.visits.models import VisitTask
from shared.kit import clock
from shared.kit.people import Organisation, Person, officers, people_in, rule_pack


@dataclass(frozen=True)
class Story:
    """What happened to somebody some days ago, and when it was visited, if it was."""

    kind: str
    reported: int  # days ago
    visited: int | None = None  # days after the report
    gift_fen: int = 0


STORIES = {
    "五马中学": (
        Story("childbirth", 64, 9, 40000), Story("bereavement", 52, 1, 80000), Story("marriage", 40, 12, 50000),
        Story("hospitalized", 25, 2, 50000), Story("hospitalized", 17, 5, 30000), Story("hospitalized", 9, 1, 30000),
        Story("hospitalized", 4), Story("hardship", 4), Story("hospitalized", 1), Story("childbirth", 0),
    ),
    "实验小学": (Story("hospitalized", 20, 2, 30000), Story("childbirth", 3)),
}  # fmt: skip


def load(session: Session) -> None:
    """Once, and only for the unions of the demo district that have been heard of."""
    for name, stories in STORIES.items():
        union = session.scalars(
            select(Organisation).where(Organisation.name == name, Organisation.kind == "school")
        ).first()
        if union is None or schemes.latest(session, union.id) is not None:
            continue
        chair = next(iter(officers(session, union.id, "chair")), None)
        if chair is None or rule_pack(session, union.id, clock.today()) is None:
            continue
        _choose(session, union, chair, "A" if name == "五马中学" else "B")
        _tell(session, union, stories)
        if name == "五马中学":
            demo_money.load(session, union)
            demo_help.load(session, union, demo_money.picture("SIGNED").getvalue())
            _open_checkup(session, union, chair)
            _hand_out_gifts(session, union, chair)
            _offer_insurance(session, union, chair)
            _give(session, union, chair)
            _offer_counselling(session, union)
            demo_oversight.load(session, union, chair)


def _offer_counselling(session: Session, union: Organisation) -> None:
    """Two afternoons of 林晓雨, who teaches psychology beside her subject."""
    found = select(Person).where(Person.school_id == union.id, Person.name == "林晓雨")
    if (counsellor := session.scalars(found).first()) is None:
        return
    place, about = "行政楼旁小屋", "倾听、减压、家庭与工作"
    offer = counselling.offer(
        session, school_id=union.id, counsellor_id=counsellor.id, place=place, about=about
    )
    for days in (3, 10):
        first = datetime.combine(clock.today() + timedelta(days=days), time(14), clock.SHANGHAI)
        counselling.add_times(session, offer, starts_at=first, minutes=50, count=3)


def _open_checkup(session: Session, union: Organisation, chair: Person) -> None:
    """Three mornings of twenty places, a fortnight ahead."""
    days = [clock.today() + timedelta(days=n) for n in (14, 15, 16)]
    open_campaign(
        session,
        school_id=union.id,
        title="女教职工体检",
        audience=WOMEN,
        provider="市妇幼保健院",
        half_days=[(day, MORNING) for day in days],
        capacity=20,
        by=chair.id,
    )


def _offer_insurance(session: Session, union: Organisation, chair: Person) -> None:
    """A plan that some signed on paper, with a week left to join; and a claim that waits for its papers."""
    today = clock.today()
    plan = open_plan(
        session, school_id=union.id, by=chair.id, title="职工互助保障", audience=EVERYONE, insurer="省职工互助会",
        premium_fen=4800, payer="union", opens_on=today - timedelta(days=7), closes_on=today + timedelta(days=7),
    )  # fmt: skip
    colleagues = people_in(session, union.id, standing="full")
    signed = colleagues[len(colleagues) // 2 :]
    record_people(session, plan, [card.id for card in signed], signed_on=today - timedelta(days=2))
    submit(session, school_id=union.id, person_id=signed[0].id, plan_id=plan.id)


def _hand_out_gifts(session: Session, union: Organisation, chair: Person) -> None:
    """A donation that runs, with some of what was pledged come in; and a deal that is about to end."""
    today, colleagues = clock.today(), people_in(session, union.id, standing="full")
    window = {"opens_on": today - timedelta(days=5), "closes_on": today + timedelta(days=5)}
    told: list[tuple[dict[str, Any], list[Person], int]] = [
        (
            {"kind": DONATION, "cause": "one-day", "title": "慈善一日捐", "counterpart": "明德区慈善总会"},
            colleagues[::5],
            10000,
        ),
        (
            {"kind": BENEFIT, "rebate_percent": 50, "title": "话费充值优惠", "counterpart": "移动营业厅"},
            colleagues[::9],
            20000,
        ),
    ]
    for campaign_of, people, fen in told:
        campaign = begin_campaign(session, school_id=union.id, by=chair.id, **campaign_of, **window)
        for n, card in enumerate(people):
            say(session, campaign, card.id, amount_fen=fen, name_shown=n % 3 == 0)
            if n % 2:
                collect(session, campaign, card.id, fen)


def _give(session: Session, union: Organisation, chair: Person) -> None:
    """A round of gifts for the retired that the school pays, handed out from now on; one is fetched already."""
    if not people_in(session, union.id, standing="retired"):
        return
    begins = datetime.combine(clock.today() + timedelta(days=1), time(12), clock.SHANGHAI)
    made = drafting.begin(
        session, school_id=union.id, occasion="new-year", happens_on=None, audience="retired", fund="administration",
        items=["挂历与茶叶", "保暖围巾"], per_head_fen=12000, place="union-home", pickup_from=begins,
        pickup_to=begins + timedelta(days=5, hours=5),
    )  # fmt: skip
    deciding.propose(session, made, by=chair.id, reason="年初例会议定")
    for reviewer in made.reviewers[: deciding.NEEDED]:
        deciding.vote(session, made, by=reviewer, approves=True, reason=None)
    handing_out.open_round(session, made, by=chair.id)
    session.flush()
    handing_out.take_lines(session, made, [handing_out.Line("1")], by=chair.id)


def _choose(session: Session, union: Organisation, chair: Person, variant: str) -> None:
    """五必访 as a school would adapt it: the usual occasions of working life beside its own five."""
    own = VARIANTS[variant].occasions
    known = {kind for occasion in own for kind in occasion.kinds}
    usual = ("childbirth", "marriage", "bereavement", "accident")
    more = [Occasion.usual(kind) for kind in usual if kind not in known]
    choose_scheme(
        session, school_id=union.id, variant=variant, chosen_by=chair.id, replaces=0, occasions=[*own, *more]
    )


def _tell(session: Session, union: Organisation, stories: tuple[Story, ...]) -> None:
    colleagues = [card for card in people_in(session, union.id, standing="full") if not card.offices]
    chosen = random.Random(33).sample(colleagues, len(stories))  # noqa: S311  (the same people every time)
    for card, story in zip(chosen, stories, strict=True):
        reported_on = clock.today() - timedelta(days=story.reported)
        task = plan_visit(
            session, school_id=union.id, person_id=card.id, kind=story.kind, cause=f"demo:{card.id}",
            occurred_on=reported_on, reported_on=reported_on,
        )  # fmt: skip
        if task is not None and story.visited is not None:
            _visit(session, task, story)


def _visit(session: Session, task: VisitTask, story: Story) -> None:
    visited_on = task.reported_on + timedelta(days=story.visited or 0)
    report = Report(visited_on=visited_on, went=task.goes[:2], gift_fen=story.gift_fen, fund="union")
    complete_visit(session, task, report, by=task.goes[0])
