"""What welfare says: visits, aid, rounds of gifts, campaigns, disputes and the union's money.

Care is said without labels: an occasion is a group of four, and outsiders get monthly counts alone,
because a single visit with its school and day would point to a person.
"""

from marshmallow import Schema, fields

from shared.contracts.common import ErasureCompleted, NoticeRequested
from shared.contracts.fields import (
    code,
    count,
    counts,
    fen,
    flag,
    identifier,
    iso_date,
    many,
    moment,
    period,
    sha256,
    text,
    withheld_count,
)
from shared.contracts.registry import L0, L1, Event, event, optional

OCCASION_GROUPS = ("care", "joy", "grief", "retiree")


@event("welfare.visit.task-created.v1", audience="internal")
class VisitTaskCreated(Event):
    """A visit is to be made. Said again, with the same task, when another officer takes it over.

    Reacts: events puts a private slot into the assignee's calendar.
    """

    task_id = L1(identifier())
    occasion_group = L1(code(*OCCASION_GROUPS))
    due_on = L1(iso_date())
    assignee_role = L1(code())
    assignee_id = L1(optional(identifier()))


@event("welfare.visit.completed.v1", audience="internal")
class VisitCompleted(Event):
    """A visit was made. Reacts: members stamps the first help on the life event; events clears the slot."""

    task_id = L1(identifier())
    life_event_id = L1(optional(identifier()))
    person_id = L1(optional(identifier()))
    occasion_group = L1(code(*OCCASION_GROUPS))
    visited_on = L1(iso_date())
    days_taken = L1(count())
    on_time = L1(flag())


@event("welfare.visit.cancelled.v1", audience="internal")
class VisitCancelled(Event):
    """A visit will not be made, for instance because its life event was withdrawn. Reacts: events clears the slot."""

    task_id = L1(identifier())


@event("welfare.visit.overdue.v1", audience="internal")
class VisitOverdue(Event):
    """A visit was not made by its day. Reacts: nobody yet; welfare itself tells whoever holds the role it escalates to,
    and the district counts it from welfare's own tables."""

    task_id = L1(identifier())
    occasion_group = L1(code(*OCCASION_GROUPS))
    days_over = L1(count())
    escalate_to_role = L1(code())


@event("welfare.hardship.case-changed.v1", audience="internal")
class HardshipCaseChanged(Event):
    """A hardship case (困难职工档案) changed its level or state. Reacts: nobody; no label may stick to a person
    elsewhere. It is kept for the audit of welfare's own outbox."""

    case_id = L1(identifier())
    level = L1(code())
    state = L1(code())


@event("welfare.aid.disbursed.v1", audience="internal")
class AidDisbursed(Event):
    """Aid was paid out; to whom is not said. Reacts: voting adds it to the totals it discloses."""

    aid_id = L1(identifier())
    kind = L1(code())
    fund_code = L1(code())
    amount_fen = L1(fen())


@event("welfare.care.counted.v1", audience="public")
class CareCounted(Event):
    """What outsiders learn of visits, hardship, aid and disputes: a union's counts of a period.

    A count from 1 to 4 is null, and so is every figure from which it could be reckoned back (a rate, a
    remainder, a sum of money). Said of each month two weeks after its end, in steps of five: 10 is 10 to 14, null
    is 0 to 4. Visits are those that fell due in the month. Reacts: district systems; no service.
    """

    period = L0(period())
    visits_planned = L0(optional(withheld_count()))
    visits_completed = L0(optional(withheld_count()))
    visits_on_time = L0(optional(withheld_count()))
    visits_overdue = L0(optional(withheld_count()))
    hardship_cases = L0(optional(withheld_count()))
    aid_payments = L0(optional(withheld_count()))
    aid_fen = L0(optional(fen()))
    disputes_open = L0(optional(withheld_count()))


@event("welfare.gift-round.changed.v1", audience="public")
class GiftRoundChanged(Event):
    """A round of gifts moved on. One whose gifts are fetched says by whom, where and when (from `pickup_from` to
    `pickup_to`); a round of visits does not. Reacts: events offers the time for fetching; members keeps it for
    outside programs; district systems note it. Welfare itself has members tell each who is on the list."""

    round_id = L0(identifier())
    festival_code = L0(code())
    state = L0(code())
    eligible = L0(count())
    issued = L0(count())
    per_head_fen = L0(fen())
    audience_code = L0(optional(code()))
    place_code = L0(optional(code()))
    pickup_from = L0(optional(moment()))
    pickup_to = L0(optional(moment()))


class CheckupSlot(Schema):
    """A half-day of a check-up with its places. `slot_id` is the id of the activity that events makes of it."""

    slot_id = L1(identifier())
    starts_at = L1(moment())
    ends_at = L1(moment())
    capacity = L1(count())


@event("welfare.checkup.campaign-opened.v1", audience="internal")
class CheckupCampaignOpened(Event):
    """A campaign of health check-ups begins; no result is ever kept. Reacts: events opens sign-up for each slot."""

    campaign_id = L1(identifier())
    audience_code = L1(code())
    starts_on = L1(iso_date())
    ends_on = L1(iso_date())
    capacity = L1(count())
    slots = L1(optional(many(fields.Nested(CheckupSlot))))


@event("welfare.campaign.closed.v1", audience="public")
class CampaignClosed(Event):
    """An insurance, donation or benefit campaign ended. Figures are null under five participants.

    Reacts: voting drafts the disclosure; district systems add it up.
    """

    campaign_id = L0(identifier())
    kind = L0(code("insurance", "donation", "benefit"))
    participants = L0(optional(withheld_count()))
    total_fen = L0(optional(fen()))


@event("welfare.dispute.stage-changed.v1", audience="internal")
class DisputeStageChanged(Event):
    """A labour dispute (劳动争议) reached another stage; parties and matter are not said. `attendees` are those
    who hear it, `hearing_on` the day. Reacts: events keeps a restricted slot for the hearing."""

    case_id = L1(identifier())
    stage = L1(code())
    due_on = L1(optional(iso_date()))
    claimants_band = L1(text(20))
    hearing_on = L1(optional(iso_date()))
    attendees = L1(optional(many(identifier())))


@event("welfare.finance.period-published.v1", audience="public")
class FinancePeriodPublished(Event):
    """The audited accounts of a period are open to the members. Reacts: voting publishes the disclosure; events
    prints the bulletin; district systems add it up."""

    period = L0(period())
    income_by_code = L0(counts())
    spend_by_code = L0(counts())
    rule_breaches = L0(optional(count()))
    audit_ref = L0(identifier())
    sha256 = L0(sha256())


@event("welfare.finance.rule-breached.v1", audience="internal")
class FinanceRuleBreached(Event):
    """Something was to cost more than a rule allows; or, counted in people, more prizes than it allows, and then both
    sums are 0. Outsiders see the number of breaches when the period is published.

    Reacts: events stops the activity until somebody has answered; welfare itself has members tell the auditors.
    """

    rule_id = L1(code())
    source_type = L1(code())
    source_id = L1(identifier())
    limit_fen = L1(fen())
    actual_fen = L1(fen())
    limit_count = L1(optional(count()))
    actual_count = L1(optional(count()))


@event("welfare.notice.requested.v1", audience="internal")
class WelfareNoticeRequested(NoticeRequested):
    """Welfare has something to tell a person, never the occasion. Reacts: members delivers it."""


@event("welfare.erasure.completed.v1", audience="internal")
class WelfareErasureCompleted(ErasureCompleted):
    """Welfare erased a person or a purpose. Reacts: members ticks it off on the person's page."""
