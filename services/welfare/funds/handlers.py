"""What the money learns from others: activities and what they cost, dues, who became an auditor or the chair, which unions exist."""

import re
from datetime import date, timedelta

from sqlalchemy.orm import Session

from services.welfare.funds.actions import half_years, planning, posts
from services.welfare.funds.actions.ledger import book_income, standing, take_back
from services.welfare.funds.codes import DUES
from services.welfare.funds.models import DUES_FUND
from services.welfare.periods import HALF_YEAR, last_day
from shared.contracts.events import ActivityChanged, ActivityCompleted, ActivityScheduled
from shared.contracts.members import DuesPeriodClosed, OfficerChanged, OrganisationChanged
from shared.kit import clock
from shared.kit.messages import Received, handles

UNIONS = ("school", "joint_union")


@handles(ActivityScheduled)
def on_activity_scheduled(session: Session, event: Received) -> None:
    """Bespeak its budget; said again, with other figures, it is bespoken anew."""
    if event.school:
        planning.commit_activity(
            session,
            school_id=event.school,
            activity_id=event.data["activity_id"],
            kind=event.data["kind"],
            fund=event.data["fund_source"],
            amount_fen=event.data["budget_fen"],
            day=clock.local(event.data["starts_at"]).date(),
        )


@handles(ActivityChanged)
def on_activity_changed(session: Session, event: Received) -> None:
    if not event.school:
        return
    activity_id, starts_at = event.data["activity_id"], event.data["starts_at"]
    if event.data["change"] == "cancelled":
        planning.release_activity(session, event.school, activity_id)
    elif starts_at is not None:
        planning.move_activity(session, event.school, activity_id, clock.local(starts_at).date())


@handles(ActivityCompleted)
def on_activity_completed(session: Session, event: Received) -> None:
    if event.school:
        planning.settle_activity(
            session, school_id=event.school, day=clock.local(event.time).date(), cost=event.data
        )


@handles(DuesPeriodClosed)
def on_dues_period_closed(session: Session, event: Received) -> None:
    """Book what was received; a period that is closed anew with another sum is countered and booked again."""
    if not event.school:
        return
    period, received = event.data["period"], event.data["received_fen"]
    there = standing(session, event.school, "dues", period)
    if there is not None and there.amount_fen != received:
        take_back(session, there, reason=period)
    if received:
        book_income(
            session,
            school_id=event.school,
            code=DUES,
            fund=DUES_FUND,
            amount_fen=received,
            received_on=_day_of(period, clock.local(event.time).date()),
            source="dues",
            source_id=period,
            words=period,
        )


@handles(OfficerChanged)
def on_officer_changed(session: Session, event: Received) -> None:
    """Whoever becomes an auditor, or the chair, neither keeps books nor cash any more."""
    if event.data["office_code"] in posts.KEPT_APART and event.data["action"] != "ended" and event.school:
        posts.relieve(session, event.school, event.data["person_id"], on=event.data["term_from"])


@handles(OrganisationChanged)
def on_organisation_changed(session: Session, event: Received) -> None:
    """A union that exists owes its members its accounts: its half-years are watched from now on."""
    if event.data["kind"] in UNIONS and event.data["status"] == "active":
        half_years.watch(session, event.data["organisation_id"])


@handles(half_years.HalfYearEnds)
def on_half_year_ends(session: Session, event: Received) -> None:
    half_years.end(session, event.data["period_id"])


@handles(half_years.AccountsSoonDue)
def on_accounts_soon_due(session: Session, event: Received) -> None:
    half_years.remind_of_publishing(session, event.data["period_id"])


@handles(half_years.AccountsLate)
def on_accounts_late(session: Session, event: Received) -> None:
    half_years.fall_late(session, event.data["period_id"])


def _day_of(period: str, told_on: date) -> date:
    """When dues of a period were received: on its last day, or when they were told, whichever is earlier."""
    if found := re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", period):
        year, month = int(found[1]), int(found[2])
        ends = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    elif re.match(HALF_YEAR, period) or re.fullmatch(r"20\d\d", period):
        ends = last_day(period)
    else:  # a school year, or a period that we do not know
        return told_on
    return min(ends, told_on)
