"""The list goes to the committee: of three, two decide; sums are checked against the rules of the festival's day."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.welfare import standards
from services.welfare.funds.models import FUNDS
from services.welfare.hardship.actions.deciding import ALWAYS, NEEDED, REVIEWERS, THIRD
from services.welfare.rounds.actions.saying import say
from services.welfare.rounds.models import APPROVED, DRAFT, IN_REVIEW, RoundRow, RoundVote, VisitRound
from services.welfare.standards import Breach
from services.welfare.telling import tell
from services.welfare.visits.actions.staffing import Officers
from services.welfare.wording import rule_words
from shared.kit import audit
from shared.kit.people import Person, RulePack, rule_pack
from shared.kit.problems import Conflict, Forbidden, Invalid, Problem


class AgainstRules(Problem):
    """Something on the list is against the rules of the province; the answer names each."""

    slug = "against-rules"
    status = 409
    title = _l("Against the rules")


def breaches_of(session: Session, made: VisitRound, pack: RulePack | None) -> list[Breach]:
    """What the list would break: a gift over the festival's ceiling, union money for the retired."""
    on_list = (RoundRow.round_id == made.id, RoundRow.taken_off.is_(False))
    found: list[Breach] = []
    name = standards.festival_ceiling(made.kind)
    sums = session.execute(
        select(RoundRow.fund, func.max(RoundRow.gift_fen), func.sum(RoundRow.gift_fen))
        .where(*on_list)
        .group_by(RoundRow.fund)
    )
    for fund, highest, _total in sums:
        breach = standards.over_ceiling(pack, name, highest) if FUNDS[fund].is_union_money else None
        found += [breach] if breach else []
    retired = session.execute(
        select(RoundRow.fund, func.sum(RoundRow.gift_fen))
        .join(Person, Person.id == RoundRow.person_id)
        .where(*on_list, Person.standing == "retired", RoundRow.gift_fen > 0)
        .group_by(RoundRow.fund)
    )
    for fund, total in retired:
        breach = standards.wrong_retiree_fund(pack, fund, total)
        found += [breach] if breach else []
    return found


def propose(session: Session, made: VisitRound, *, by: str) -> VisitRound:
    """Lay the list before the committee. Raises Conflict, Invalid, AgainstRules."""
    made.require(DRAFT)
    listed = set(
        session.scalars(
            select(RoundRow.person_id).where(RoundRow.round_id == made.id, RoundRow.taken_off.is_(False))
        )
    )
    if not listed:
        raise Conflict(_("Nobody is on the list."))
    pack = rule_pack(session, made.school_id, made.festival_on)
    if broken := breaches_of(session, made, pack):
        words = [rule_words(breach.as_dict()) for breach in broken]
        raise AgainstRules(" ".join(words), breaches=[breach.as_dict() for breach in broken])
    made.reviewers = reviewers_of(session, made.school_id, listed)
    made.pack_code, made.pack_version = (pack.code, pack.version) if pack else (None, None)
    made.proposal, made.proposed_by, made.state = made.proposal + 1, by, IN_REVIEW
    for reviewer in made.reviewers:
        if reviewer != by:
            tell(
                session, reviewer, "word-awaited", school_id=made.school_id, link=f"/welfare/rounds/{made.id}"
            )
    audit.record(session, "round.proposed", object_id=made.id, reason=standards.named(pack))
    return made


def vote(session: Session, made: VisitRound, *, by: str, approves: bool, reason: str | None) -> None:
    """Give one's voice; the second one alike decides. Raises Forbidden, Conflict, Invalid."""
    if by not in made.reviewers:
        raise Forbidden
    made.require(IN_REVIEW)
    if made.vote_of(by) is not None:
        raise Conflict(_("You have given your voice."))
    if not approves and not reason:
        raise Invalid(fields={"reason": [_("Say why not.")]})
    voice = RoundVote(
        school_id=made.school_id, round_id=made.id, proposal=made.proposal, person_id=by, approves=approves,
        reason=reason,
    )  # fmt: skip
    session.add(voice)
    made.votes.append(voice)
    audit.record(session, "round.voted", object_id=made.id)
    alike = [v for v in made.votes if v.proposal == made.proposal and v.approves is approves]
    if len(alike) < NEEDED:
        return
    made.state = APPROVED if approves else DRAFT
    say(session, made)
    tell(
        session,
        made.proposed_by,
        "round-decided",
        school_id=made.school_id,
        link=f"/welfare/rounds/{made.id}",
    )
    audit.record(session, "round.decided", object_id=made.id, reason=made.state)


def reviewers_of(session: Session, school_id: str, listed: set[str]) -> list[str]:
    """The welfare officer and the chair with a third of the committee; nobody on the list, while others are there."""
    officers = Officers(session, school_id)
    found: list[Any] = []
    for without in (tuple(listed), ()):
        for office in (*ALWAYS, *THIRD):
            if len(found) < REVIEWERS and (card := officers.holder(office, (*without, *found))):
                found.append(card.id)
        if len(found) >= NEEDED:
            break
    if len(found) < NEEDED:
        raise Conflict(_("Two voices are needed, and the committee has fewer."))
    return found
