"""What voting says: assemblies, rolls, ballots, elections, proposals and disclosure. Never a choice."""

from shared.contracts.common import ErasureCompleted, NoticeRequested
from shared.contracts.fields import (
    code,
    count,
    counts,
    flag,
    identifier,
    iso_date,
    many,
    moment,
    ordinal,
    period,
    sha256,
)
from shared.contracts.registry import L0, L1, Event, event, optional


@event("voting.assembly.convened.v1", audience="public")
class AssemblyConvened(Event):
    """An assembly (教代会 or 教职工大会) was called. Reacts: events makes the activity with its check-in; members
    tells the delegates; district systems note it."""

    assembly_id = L0(identifier())
    session_no = L0(ordinal())
    kind = L0(code("delegates", "all_staff"))
    starts_at = L0(moment())
    delegates = L0(count())
    quorum = L0(count())


@event("voting.roll.frozen.v1", audience="internal")
class RollFrozen(Event):
    """Who may vote was fixed and hashed, for an assembly or a ballot. `teacher_share` is in per mille.

    Reacts: members answers who was entitled on the day; events takes the list for check-in.
    """

    roll_id = L0(identifier())
    assembly_id = L0(optional(identifier()))
    ballot_id = L0(optional(identifier()))
    entitled = L0(count())
    teacher_share = L0(optional(count()))
    sha256 = L0(sha256())


@event("voting.ballot.opened.v1", audience="internal")
class BallotOpened(Event):
    """A ballot or a poll is open. Reacts: members tells those entitled; events shows the closing time."""

    ballot_id = L0(identifier())
    kind = L0(code())
    secrecy = L0(code())
    closes_at = L0(moment())
    entitled = L0(count())


@event("voting.ballot.certified.v1", audience="public")
class BallotCertified(Event):
    """A result was certified. `tallies` counts votes by option, null under the least number that keeps it secret.

    Reacts: welfare puts an adopted scheme in force; events plans what follows; district systems note it.
    """

    ballot_id = L0(identifier())
    kind = L0(code())
    entitled = L0(count())
    issued = L0(count())
    returned = L0(count())
    valid = L0(count())
    outcome = L0(code())
    rule_id = L0(code())
    tallies = L0(optional(counts()))
    sha256 = L0(sha256())


@event("voting.election.certified.v1", audience="internal")
class ElectionCertified(Event):
    """An election was certified. Reacts: members gives the winners their offices, at once or when the district
    has approved."""

    election_id = L1(identifier())
    body_code = L1(code())
    winners = L1(many(identifier()))
    term_from = L1(iso_date())
    term_to = L1(iso_date())
    needs_approval = L1(flag())


@event("voting.election.declared.v1", audience="public")
class ElectionDeclared(Event):
    """Said beside a certified election, without the winners. Reacts: district systems; no service."""

    election_id = L0(identifier())
    body_code = L0(code())
    seats_filled = L0(count())
    term_from = L0(iso_date())
    term_to = L0(iso_date())
    needs_approval = L0(flag())


@event("voting.appraisal.certified.v1", audience="internal")
class AppraisalCertified(Event):
    """An appraisal (民主评议) was certified. `distribution` counts answers by grade and concerns whoever was
    appraised; null where it would betray a voter. Reacts: members marks the period as done."""

    appraisal_id = L1(identifier())
    subject_kind = L1(code())
    period = L1(period())
    entitled = L1(count())
    valid = L1(count())
    distribution = L1(optional(counts()))


@event("voting.appraisal.held.v1", audience="public")
class AppraisalHeld(Event):
    """Said beside a certified appraisal: that it was held, not how it went. Reacts: district systems; no service."""

    appraisal_id = L0(identifier())
    subject_kind = L0(code())
    period = L0(period())
    entitled = L0(count())
    valid = L0(count())


@event("voting.selection.certified.v1", audience="internal")
class SelectionCertified(Event):
    """Those to be honoured were chosen (评优评先). Reacts: events sets the ceremony's agenda; members drafts the
    honours."""

    program_id = L1(identifier())
    title_code = L1(code())
    level = L1(code())
    winner_ids = L1(many(identifier()))
    winner_kind = L1(code("person", "group"))
    notice_until = L1(iso_date())


@event("voting.selection.announced.v1", audience="public")
class SelectionAnnounced(Event):
    """Said beside a certified selection, without the chosen. Reacts: district systems; no service."""

    program_id = L0(identifier())
    title_code = L0(code())
    level = L0(code())
    winner_count = L0(count())
    notice_until = L0(iso_date())


@event("voting.proposal.stage-changed.v1", audience="public")
class ProposalStageChanged(Event):
    """A proposal (提案) reached another stage; its text and author are not said. Reacts: welfare opens the
    improvement task; members tells the proposer; district systems note it."""

    proposal_id = L0(identifier())
    stage = L0(code())
    dept_code = L0(optional(code()))
    due_on = L0(optional(iso_date()))
    satisfaction = L0(optional(code()))


@event("voting.disclosure.published.v1", audience="public")
class DisclosurePublished(Event):
    """An item of school affairs was made public (校务公开). Reacts: events prints the sheet for the board; school
    websites show it."""

    item_id = L0(identifier())
    category_code = L0(code())
    valid_until = L0(optional(iso_date()))


@event("voting.duty.overdue.v1", audience="public")
class VotingDutyOverdue(Event):
    """An assembly, appraisal, answer or disclosure is late. Reacts: members tells the chair and the principal;
    district systems mark it."""

    duty_code = L0(code())
    period = L0(period())
    days_over = L0(count())


@event("voting.notice.requested.v1", audience="internal")
class VotingNoticeRequested(NoticeRequested):
    """Voting has something to tell a person. Reacts: members delivers it."""


@event("voting.erasure.completed.v1", audience="internal")
class VotingErasureCompleted(ErasureCompleted):
    """Voting erased a person or a purpose. Reacts: members ticks it off on the person's page."""
