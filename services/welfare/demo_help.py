"""What members of the demo district's first school asked of their union: files, aid, a dispute, requests; a round begun.

Everything goes through the same actions as anybody's; then the days are put back, so that it did not all begin today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.aid import actions as aid
from services.welfare.consents.models import FAMILY_FINANCE, ConsentCopy
from services.welfare.disputes import actions as disputes
from services.welfare.funds.actions import keep_receipt
from services.welfare.hardship.actions import applying, deciding, surveying
from services.welfare.hardship.assessment import Household
from services.welfare.hardship.models import HARDSHIP, LEVELS, HardshipCase
from services.welfare.requests import actions as requests
from services.welfare.requests.models import ANSWERED, CONCERN, DISCUSSED
from services.welfare.rounds.actions import deciding as voices
from services.welfare.rounds.actions import drafting, opening, results
from services.welfare.rounds.kinds import KINDS, RETIRED
from services.welfare.rounds.models import AWAY, DONE, DRAFT, OPENING, VisitRound
from services.welfare.rounds.queries import figures
from shared.kit import clock
from shared.kit.people import Organisation, Person, people_in

# Who asks and mediates; those with an account can be signed in as.
MEDIATORS = (("钱建平", "employees", True), ("周晓岚", "employees", False), ("孙月华", "employer", False))
ASKS = "林晓雨"
YUAN = 100


@dataclass(frozen=True)
class Told:
    """A household, what was found there, and how far it went: applied, surveyed, in the committee, on file."""

    size: int
    income: int
    medical: int
    story: str
    findings: str
    begun: int  # days ago
    steps: int


HOUSEHOLDS = (
    Told(
        4,
        5200,
        46000,
        "爱人长期透析，孩子读初三，父亲同住。",
        "家中整洁，药费单据齐全，孩子成绩不错。",
        240,
        3,
    ),
    Told(3, 2900, 8000, "独自抚养两个孩子，母亲随住。", "租住一居室，老人行动不便，需要有人照看。", 21, 2),
    Told(3, 6800, 31000, "儿子骨折手术，刚出院。", "", 3, 0),
)


def load(session: Session, union: Organisation, money: bytes) -> None:
    """Once, when the consents are here. `money`: a picture of a receipt."""
    cards = people_in(session, union.id)
    agreed = set(
        session.scalars(
            select(ConsentCopy.person_id).where(
                ConsentCopy.purpose_code == FAMILY_FINANCE, ConsentCopy.granted.is_(True)
            )
        )
    )
    asking = [card for card in cards if card.id in agreed]
    officers = {office: _holder(cards, office) for office in ("chair", "carer", "vice_chair", "treasurer")}
    if len(asking) < len(HOUSEHOLDS) or None in officers.values():
        return
    offices = {office: card.id for office, card in officers.items() if card is not None}
    for card, told in zip(asking, HOUSEHOLDS, strict=False):
        _file(session, union, card, told, offices)
    plain = [card for card in cards if card.standing == "full" and not card.offices and card.id not in agreed]
    applying.nominate(session, school_id=union.id, person_id=plain[0].id, by=plain[1].id)
    _aid(session, union, asking, offices, money)
    _dispute(session, union, cards, plain)
    _requests(session, union, cards, plain, offices)
    _round(session, union, cards, offices)


def _holder(cards: Sequence[Person], office: str) -> Person | None:
    return next((card for card in cards if card.holds(office)), None)


def _ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def _file(
    session: Session, union: Organisation, card: Person, told: Told, offices: dict[str, str]
) -> HardshipCase:
    household = Household(told.size, told.income * YUAN, told.medical * YUAN)
    case = applying.apply(
        session, school_id=union.id, person_id=card.id, told=applying.Told(household, told.story)
    )
    case.begun_on = case.applied_on = _ago(told.begun)
    case.survey_due_on = (
        max(_ago(told.begun) + applying.SURVEY_WITHIN, clock.today())
        if not told.steps
        else (_ago(told.begun) + applying.SURVEY_WITHIN)
    )
    if told.steps:
        found = surveying.Found(
            _ago(told.begun - 5), [offices["carer"], offices["vice_chair"]], household, told.findings
        )
        survey = surveying.record_survey(session, case, found, by=offices["carer"])
        suggested = (survey.assessment or {}).get("level")
        level = suggested if suggested in LEVELS and suggested != "none" else HARDSHIP
        proposal = deciding.propose(
            session, case, level=level, reason="药费负担重，收入单一，情况属实。", by=offices["carer"]
        )
        for voter in (offices["carer"], offices["chair"])[: told.steps - 1]:
            deciding.vote(session, case, proposal, by=voter, approves=True, reason=None)
        if case.active_from is not None:
            case.active_from = _ago(told.begun - 12)
            proposal.decided_at = clock.now() - timedelta(days=told.begun - 12)
        proposal.proposed_at = clock.now() - timedelta(days=told.begun - 9)
    return case


def _aid(
    session: Session, union: Organisation, asking: Sequence[Person], offices: dict[str, str], money: bytes
) -> None:
    """One sum that came, one to be paid, one that waits for the chair."""
    first, second = asking[0], asking[1]
    for card, fen, why, steps in (
        (first, 200000, "透析自费部分，本月尤其紧。", 2),
        (second, 100000, "母亲护理床。", 0),
    ):
        request = aid.request_aid(
            session, school_id=union.id, person_id=card.id, kind="medical" if steps else "living",
            asked_fen=fen, reason=why,
        )  # fmt: skip
        if steps:
            _grant(session, request, fen, offices["chair"])
            receipt = keep_receipt(
                session, BytesIO(money), "签收单.png", school_id=union.id, kept_by=offices["treasurer"]
            )
            session.flush()
            aid.pay(
                session, request, paid_on=clock.today(), receipt_ids=[receipt.id], by=offices["treasurer"]
            )
            aid.confirm_receipt(session, request)
    pupil = aid.request_for_pupil(
        session,
        school_id=union.id,
        pupil_ref="ZX-07",
        asked_fen=60000,
        reason="学期资料与车费。",
        by=offices["carer"],
    )
    _grant(session, pupil, 60000, offices["chair"])


def _grant(session: Session, request: aid.AidRequest, fen: int, by: str) -> None:
    aid.decide(
        session, request, approves=True, granted_fen=fen, fund="union", answer="情况属实，同意。", by=by
    )


def _dispute(session: Session, union: Organisation, cards: Sequence[Person], plain: Sequence[Person]) -> None:
    """Four days old, accepted, with one talk in the log and the hearing fixed."""
    by_name = {card.name: card for card in cards}
    seated = [
        disputes.seat(session, school_id=union.id, person_id=by_name[name].id, side=side, leads=leads,
                      term_from=_ago(90), term_to=None)
        for name, side, leads in MEDIATORS
        if name in by_name
    ]  # fmt: skip
    if not seated:
        return
    dispute = disputes.apply(
        session, school_id=union.id, person_id=plain[2].id, regime="personnel", matter="hours",
        statement="连续三个月的周末看班没有安排补休，希望补休或按规定折算。", known_on=_ago(40),
    )  # fmt: skip
    dispute.applied_on, dispute.due_on = _ago(4), _ago(4) + disputes.WITHIN
    disputes.step(session, dispute, to=disputes.ACCEPTED, words="", by=seated[0].person_id)
    disputes.note(session, dispute, words="与教务处核对了三个月的看班表。", by=seated[0].person_id)
    disputes.fix_hearing(session, dispute, hearing_on=clock.today() + timedelta(days=5))


def _requests(
    session: Session,
    union: Organisation,
    cards: Sequence[Person],
    plain: Sequence[Person],
    offices: dict[str, str],
) -> None:
    asks = next((card for card in cards if card.name == ASKS), plain[3])
    for person_id, kind, words, days, steps in (
        (asks.id, "schooling", "孩子明年小升初，想了解片区与报名时间。", 12,
         ((ANSWERED, "已请教务处整理片区说明，周五交给您。"),)),
        (plain[4].id, "housing", "宿舍卫生间漏水，报修两次没有回音。", 3, ()),
        (plain[5].id, CONCERN, "食堂午餐排队时间太长，能否错峰。", 9, ((DISCUSSED, ""),)),
    ):  # fmt: skip
        found = requests.ask(
            session,
            school_id=union.id,
            person_id=person_id,
            kind=kind,
            words=words,
            open_to_helpers=not steps,
        )
        found.asked_on, found.due_on = _ago(days), _ago(days) + requests.WITHIN
        for to, answer in steps:
            requests.step(session, found, to=to, words=answer, by=offices["carer"])


def _round(session: Session, union: Organisation, cards: Sequence[Person], offices: dict[str, str]) -> None:
    """The next round in which the retired are visited: approved and under way, some of its visits made."""
    today = clock.today()
    nearest = min(
        (KINDS[kind].festival_in(year), kind)
        for kind in KINDS
        for year in (today.year, today.year + 1)
        if RETIRED in KINDS[kind].criteria and KINDS[kind].due_on(KINDS[kind].festival_in(year)) >= today
    )
    day, kind = nearest
    made = session.scalar(
        select(VisitRound).where(
            VisitRound.school_id == union.id, VisitRound.kind == kind, VisitRound.year == day.year
        )
    ) or drafting.open_round(session, school_id=union.id, kind=kind, year=day.year)
    if made.state != DRAFT:
        return
    made.gift_fen = 200 * YUAN
    if not drafting.fill_list(session, made):
        return
    for route in made.routes:
        drafting.set_team(session, made, route, [offices["carer"], offices["vice_chair"]])
    voices.propose(session, made, by=offices["carer"])
    for voter in made.reviewers[: voices.NEEDED]:
        voices.vote(session, made, by=voter, approves=True, reason=None)
    job = opening.begin(session, made, by=offices["carer"])
    while made.state == OPENING:
        opening.open_step(session, job)
    said = ((1, DONE), (2, DONE), (3, AWAY), (4, DONE))
    listed = figures(session, made)["listed"]
    sheet = [results.Result(number, result, today) for number, result in said if number <= listed]
    results.take_results(session, made, sheet, by=offices["carer"])
