"""Joining, moving, retiring and leaving; groups, offices, consents and dues."""

from shared.contracts.common import ErasureCompleted, NoticeRequested
from shared.contracts.fields import (
    code,
    count,
    fen,
    flag,
    identifier,
    iso_date,
    ordinal,
    period,
    withheld_count,
)
from shared.contracts.members.state import POST_KINDS, STANDINGS
from shared.contracts.registry import L0, L1, Event, event, optional


@event("members.member.joined.v1", audience="internal")
class MemberJoined(Event):
    """The committee approved an application (入会). Reacts: voting counts the person in future rolls; events
    drafts the welcome; welfare opens the entitlements."""

    person_id = L1(identifier())
    group_id = L1(optional(identifier()))
    category = L1(code(*POST_KINDS))
    standing = L1(code(*STANDINGS))
    joined_on = L1(iso_date())


@event("members.member.transferred.v1", audience="internal")
class MemberTransferred(Event):
    """A person goes from one union of the district to another (转接); the envelope's school is the one left.

    Reacts: voting moves the person between rolls that are not frozen; events gives up the places held;
    welfare offers its open cases to the new school, and does not push them.
    """

    person_id = L1(identifier())
    to_school_id = L1(identifier())
    effective_on = L1(iso_date())


@event("members.member.retired.v1", audience="internal")
class MemberRetired(Event):
    """A member retired and keeps the membership without a vote (保留会籍). Reacts: welfare plans the visit at
    retirement; voting ends the vote; events drafts the farewell."""

    person_id = L1(identifier())
    effective_on = L1(iso_date())
    standing = L1(code(*STANDINGS))


@event("members.member.left.v1", audience="internal")
class MemberLeft(Event):
    """A membership ended. Reacts: voting, events and welfare close what is open; where the reason is
    `deceased`, welfare plans a visit to the family."""

    person_id = L1(identifier())
    reason_code = L1(code())
    effective_on = L1(iso_date())


@event("members.group.adjusted.v1", audience="internal")
class GroupAdjusted(Event):
    """A union group (工会小组) was formed, changed its leader or its size. Reacts: voting redraws its
    constituencies; events plans the group's slots; welfare learns who reports."""

    group_id = L0(identifier())
    leader_id = L1(optional(identifier()))
    member_count = L0(count())
    valid_from = L0(iso_date())


@event("members.officer.changed.v1", audience="internal")
class OfficerChanged(Event):
    """A person took, renewed or laid down an office. Rights follow the person card, which is said with it.

    Reacts: welfare reassigns visits; events drafts the new officer's training; voting keeps the
    terms of delegates for its rolls.
    """

    person_id = L1(identifier())
    office_code = L1(code())
    scope_id = L1(identifier())
    action = L1(code("taken", "renewed", "ended"))
    term_from = L1(iso_date())
    term_to = L1(optional(iso_date()))


@event("members.consent.changed.v1", audience="internal")
class ConsentChanged(Event):
    """A person gave or withdrew a consent, to that version of its text. Reacts: events, welfare and voting stop the processing, erase by
    `erase_by` and say so."""

    person_id = L1(identifier())
    purpose_code = L1(code())
    granted = L1(flag())
    text_version = L1(optional(ordinal()))
    erase_by = L1(optional(iso_date()))


@event("members.dues.period-closed.v1", audience="public")
class DuesPeriodClosed(Event):
    """The dues (会费) of a period are closed. Reacts: welfare books the income; district systems add it up."""

    period = L0(period())
    payers = L0(count())
    expected_fen = L0(fen())
    received_fen = L0(fen())


@event("members.membership.counted.v1", audience="public")
class MembershipCounted(Event):
    """How many joined, left, retired or moved in a period: what outsiders learn of these, without persons.

    A count from 1 to 4 is null, and so is a second one where a difference would give it away.
    Reacts: district systems; no service.
    """

    period = L0(period())
    members = L0(optional(withheld_count()))
    joined = L0(optional(withheld_count()))
    left = L0(optional(withheld_count()))
    retired = L0(optional(withheld_count()))
    transferred_in = L0(optional(withheld_count()))
    transferred_out = L0(optional(withheld_count()))


@event("members.notice.requested.v1", audience="internal")
class MembersNoticeRequested(NoticeRequested):
    """Members itself has something to tell a person. Reacts: members delivers it."""


@event("members.erasure.completed.v1", audience="internal")
class MembersErasureCompleted(ErasureCompleted):
    """Members erased a person or a purpose. Reacts: members ticks it off on the person's page."""
