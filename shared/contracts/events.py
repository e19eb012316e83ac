"""What events says: plans, festivals, activities, attendance, honours, and duties left undone."""

from marshmallow import Schema, fields

from shared.contracts.common import ErasureCompleted, NoticeRequested
from shared.contracts.fields import (
    code,
    count,
    fen,
    identifier,
    iso_date,
    many,
    moment,
    ordinal,
    period,
)
from shared.contracts.registry import L0, L1, Event, event, optional


class Term(Schema):
    """A school term (学期), both days included."""

    code = L0(code())
    starts_on = L0(iso_date())
    ends_on = L0(iso_date())


class Holiday(Schema):
    """A public or school holiday, both days included."""

    code = L0(code())
    starts_on = L0(iso_date())
    ends_on = L0(iso_date())


@event("events.calendar.published.v1", audience="public")
class CalendarPublished(Event):
    """A school's calendar of one year: the whole state, which replaces an older version.

    `make_up_workdays` are the weekend days on which one works for a holiday (调休). Reacts: members, events,
    welfare and voting count working days by their copies; school websites show it.
    """

    school_id = L0(identifier())
    year = L0(ordinal())
    terms = L0(many(fields.Nested(Term)))
    holidays = L0(many(fields.Nested(Holiday)))
    make_up_workdays = L0(many(iso_date()))
    version = L0(ordinal())


@event("events.plan.published.v1", audience="public")
class PlanPublished(Event):
    """The committee published or revised the year's plan (年度工作计划). Reacts: welfare drafts its rounds; voting
    drafts assemblies and appraisals; district systems note it."""

    plan_id = L0(identifier())
    year = L0(ordinal())
    revision = L0(ordinal())
    item_count = L0(count())
    duty_codes = L0(many(code()))


@event("events.festival.approaching.v1", audience="internal")
class FestivalApproaching(Event):
    """A festival is `lead_days` away. Reacts: welfare opens the gift or visiting round; members refreshes the
    lists by age."""

    festival_code = L0(code())
    date = L0(iso_date())
    lead_days = L0(count())
    calendar = L0(code("lunar", "solar"))


@event("events.activity.scheduled.v1", audience="public")
class ActivityScheduled(Event):
    """An activity has its date, and sign-up may begin. Reacts: welfare commits the money; members shows it in
    personal calendars; district systems show it."""

    activity_id = L0(identifier())
    kind = L0(code())
    audience_code = L0(code())
    starts_at = L0(moment())
    ends_at = L0(moment())
    budget_fen = L0(optional(fen()))
    fund_source = L0(optional(code()))


@event("events.activity.changed.v1", audience="internal")
class ActivityChanged(Event):
    """An activity was moved or called off. Reacts: voting checks its assembly's day; welfare moves check-up
    slots; members corrects personal calendars."""

    activity_id = L0(identifier())
    change = L0(code("moved", "cancelled"))
    starts_at = L0(optional(moment()))


@event("events.checkin.recorded.v1", audience="internal")
class CheckinRecorded(Event):
    """A person arrived at an activity (签到). Reacts: voting counts the quorum of an assembly; welfare marks a
    check-up or a gift as attended."""

    activity_id = L1(identifier())
    person_id = L1(identifier())
    at = L1(moment())
    method = L1(code())


@event("events.checkin.withdrawn.v1", audience="internal")
class CheckinWithdrawn(Event):
    """A tick at the door stood on the wrong line and was taken back. Reacts: whoever counted the arrival counts it
    no more; welfare takes back that the person has been to a check-up, or has fetched a gift."""

    activity_id = L1(identifier())
    person_id = L1(identifier())


@event("events.activity.completed.v1", audience="public")
class ActivityCompleted(Event):
    """An activity was closed with its figures. `satisfaction_hundredths` is the mean answer times 100, null
    under five answers. Reacts: welfare books what was spent; members counts; district systems add it up."""

    activity_id = L0(identifier())
    kind = L0(code())
    invited = L0(count())
    attended = L0(count())
    winners = L0(count())
    spend_fen = L0(fen())
    satisfaction_hundredths = L0(optional(count()))


@event("events.honour.conferred.v1", audience="internal")
class HonourConferred(Event):
    """An honour was conferred on a person or a group. Reacts: members enters it in the ledger; welfare plans the
    congratulation where the scheme has one."""

    honour_id = L1(identifier())
    person_id = L1(optional(identifier()))
    group_id = L1(optional(identifier()))
    title_code = L1(code())
    level = L1(code())
    year = L1(ordinal())


@event("events.honour.announced.v1", audience="public")
class HonourAnnounced(Event):
    """Said beside an honour, without its holder. Reacts: school websites and district systems; no service."""

    honour_id = L0(identifier())
    holder = L0(code("person", "group"))
    title_code = L0(code())
    level = L0(code())
    year = L0(ordinal())


@event("events.duty.overdue.v1", audience="public")
class EventsDutyOverdue(Event):
    """A duty of the year (a monthly meeting, a contest each term) was not done in its time. Reacts: members
    tells the chair; district systems mark it."""

    duty_code = L0(code())
    period = L0(period())
    required = L0(count())
    done = L0(count())
    owner_role = L0(code())


@event("events.notice.requested.v1", audience="internal")
class EventsNoticeRequested(NoticeRequested):
    """Events has something to tell a person (a place, a move, a waiting list). Reacts: members delivers it."""


@event("events.erasure.completed.v1", audience="internal")
class EventsErasureCompleted(ErasureCompleted):
    """Events erased a person or a purpose. Reacts: members ticks it off on the person's page."""
