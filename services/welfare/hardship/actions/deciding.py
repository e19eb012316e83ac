"""A person proposes a level with a reason; of three committee members two decide. No rule decides anything."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.hardship.actions.rechecking import plan_recheck
from services.welfare.hardship.actions.saying import say, tell_person
from services.welfare.hardship.models import (
    ACTIVE,
    APPROVED,
    BY_COMMITTEE,
    DECLINED,
    IN_REVIEW,
    LEVELS,
    LIFTED,
    NONE,
    OPEN_PROPOSAL,
    REFUSED,
    SURVEYED,
    HardshipCase,
    HardshipProposal,
    HardshipVote,
)
from services.welfare.telling import tell
from services.welfare.visits.actions.staffing import GONE, Officers
from shared.kit import audit, clock
from shared.kit.people import person
from shared.kit.problems import Conflict, Forbidden, Invalid

REVIEWERS, NEEDED = 3, 2
# The two who keep the files, then whoever of the committee is there to be the third.
ALWAYS = ("carer", "chair")
THIRD = ("vice_chair", "women", "organiser", "publicist", "sports", "treasurer")


def propose(
    session: Session, case: HardshipCase, *, level: str, reason: str, by: str, third: str | None = None
) -> HardshipProposal:
    """Lay a level before the committee; on a case on file "none" proposes to lift it. Raises Invalid, Conflict."""
    case.require(SURVEYED, ACTIVE)
    if case.under_review:
        raise Conflict(_("The committee is deciding already."))
    if level not in LEVELS:
        raise Invalid(fields={"level": [_("There is no such level.")]})
    if case.survey is None:
        raise Conflict(_("First somebody has to go there."))
    proposal = HardshipProposal(
        school_id=case.school_id,
        case_id=case.id,
        survey_id=case.survey.id,
        number=len(case.proposals) + 1,
        level=level,
        reason=reason,
        proposed_by=by,
        reviewers=_reviewers(session, case, third),
        state=OPEN_PROPOSAL,
    )
    session.add(proposal)
    case.proposals.append(proposal)
    if case.state == SURVEYED:
        case.state = IN_REVIEW
    say(session, case)
    audit.record(session, "hardship.proposed", object_id=case.id, person_id=case.person_id)
    for reviewer in proposal.reviewers:
        if reviewer != by:
            link = f"/welfare/hardship/reviews/{proposal.id}"
            tell(session, reviewer, "word-awaited", school_id=case.school_id, link=link)
    return proposal


def likely_third(session: Session, case: HardshipCase) -> list[str]:
    """Who of the committee could be the third reviewer, the likeliest first."""
    officers = Officers(session, case.school_id)
    taken = {case.person_id, *_standing_reviewers(officers, case)}
    found = [officers.holder(office, tuple(taken)) for office in THIRD]
    return list(dict.fromkeys(card.id for card in found if card is not None))


def vote(
    session: Session,
    case: HardshipCase,
    proposal: HardshipProposal,
    *,
    by: str,
    approves: bool,
    reason: str | None,
) -> HardshipVote:
    """Give one's voice; with the second one alike the committee has decided. Raises Forbidden, Conflict, Invalid."""
    card = person(session, by)
    if (
        by not in proposal.reviewers
        or card is None
        or card.school_id != case.school_id
        or card.standing in GONE
    ):
        raise Forbidden
    if proposal.state != OPEN_PROPOSAL:
        raise Conflict(_("The committee has decided."))
    if proposal.vote_of(by) is not None:
        raise Conflict(_("You have given your voice."))
    if not approves and not reason:
        raise Invalid(fields={"reason": [_("Say why not.")]})
    voice = HardshipVote(
        school_id=case.school_id, proposal_id=proposal.id, person_id=by, approves=approves, reason=reason
    )
    session.add(voice)
    proposal.votes.append(voice)
    audit.record(session, "hardship.voted", object_id=case.id, person_id=case.person_id)
    _count(session, case, proposal)
    return voice


def _count(session: Session, case: HardshipCase, proposal: HardshipProposal) -> None:
    for approves, state in ((True, APPROVED), (False, REFUSED)):
        if sum(voice.approves is approves for voice in proposal.votes) >= NEEDED:
            proposal.state, proposal.decided_at = state, clock.now()
            if approves:
                _carry_out(session, case, proposal)
            elif case.state == IN_REVIEW:
                case.state = SURVEYED
            say(session, case)
            audit.record(
                session, "hardship.decided", object_id=case.id, person_id=case.person_id, reason=state
            )


def _carry_out(session: Session, case: HardshipCase, proposal: HardshipProposal) -> None:
    today = clock.today()
    if proposal.level != NONE:
        case.take_on_file(proposal.level, today)
        plan_recheck(session, case.school_id, today)
    else:
        case.end(LIFTED if case.state == ACTIVE else DECLINED, BY_COMMITTEE, today)
    tell_person(session, case, "answer-ready")


def _reviewers(session: Session, case: HardshipCase, third: str | None) -> list[str]:
    """The welfare officer and the chair, with a third of the committee; nobody reviews an own case."""
    officers = Officers(session, case.school_id)
    found = _standing_reviewers(officers, case)
    if third is not None:
        card = person(session, third)
        if card is None or card.school_id != case.school_id or third in (case.person_id, *found):
            raise Invalid(fields={"third": [_("Choose somebody else of the committee.")]})
        found.append(third)
    for office in THIRD:
        if len(found) < REVIEWERS and (card := officers.holder(office, (case.person_id, *found))):
            found.append(card.id)
    if len(found) < NEEDED:
        raise Invalid(fields={"third": [_("Two voices are needed: choose a second reviewer.")]})
    return found[:REVIEWERS]


def _standing_reviewers(officers: Officers, case: HardshipCase) -> list[str]:
    found: list[str] = []
    for office in ALWAYS:
        if card := officers.holder(office, (case.person_id, *found)):
            found.append(card.id)
    return found
