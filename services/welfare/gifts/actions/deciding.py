"""A round goes to the committee with the rules that it would break; of three, two decide."""

from collections import Counter
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare import standards
from services.welfare.expenses.actions import BreaksRule
from services.welfare.funds.actions import check_reserve, say_breach
from services.welfare.funds.models import ADMINISTRATION
from services.welfare.gifts.models import APPROVED, DRAFT, IN_REVIEW, GiftRound
from services.welfare.gifts.queries.years import expenses_each, got_in_year, meant, planned_fen
from services.welfare.hardship.actions.deciding import NEEDED
from services.welfare.rounds.actions.deciding import reviewers_of
from services.welfare.standards import Breach
from services.welfare.telling import tell
from services.welfare.wording import rule_words
from shared.kit import audit
from shared.kit.people import Person, RulePack, rule_pack
from shared.kit.problems import Conflict, Forbidden, Invalid

SOURCE = "gift-round"
YEAR = "festivals-year"


def breaches_of(session: Session, made: GiftRound, pack: RulePack | None) -> list[Breach]:
    """Every rule that the round would break, by the pack of its day and the people whom its rule finds now.

    The rules on union funds do not bind what the school administration pays (行政福利费); the reserve does.
    """
    people = list(session.scalars(meant(made.school_id, made.audience)))
    total = made.per_head_fen * len(people)
    found: list[Breach | None] = []
    if made.fund != ADMINISTRATION:
        outside = standards.no_gift_festival(pack, made.occasion, total)
        found.append(outside)
        if outside is None:
            name = standards.festival_ceiling(made.occasion)
            found.append(standards.over_ceiling(pack, name, made.per_head_fen))
        found.append(_over_year(session, made, pack, people))
        retired = sum(card.standing == "retired" for card in people)
        if retired:
            found.append(standards.wrong_retiree_fund(pack, made.fund, made.per_head_fen * retired))
    year = made.happens_on.year
    planned = total + planned_fen(session, made.school_id, year, made.id)
    found.append(check_reserve(session, made.school_id, made.happens_on, planned))
    return [breach for breach in found if breach is not None]


def _over_year(
    session: Session, made: GiftRound, pack: RulePack | None, people: list[Person]
) -> Breach | None:
    """What somebody would get in the year at all rounds, and by expenses for all, against the province's ceiling."""
    limit = standards.ceiling(pack, YEAR)
    if limit is None:
        return None
    before: Counter[str] = got_in_year(session, made.school_id, made.happens_on.year, but_for=made.id)
    most = max((before[card.id] for card in people), default=0) + made.per_head_fen
    each = most + expenses_each(session, made.school_id, made.happens_on.year)
    return Breach(f"ceiling.{YEAR}", limit, -(-each.numerator // each.denominator)) if each > limit else None


def propose(session: Session, made: GiftRound, *, by: str, reason: str | None) -> None:
    """Lay the round before the committee. Raises Conflict, BreaksRule (until a reason is given)."""
    made.require(DRAFT)
    pack = rule_pack(session, made.school_id, made.happens_on)
    if session.scalars(meant(made.school_id, made.audience).limit(1)).first() is None:
        raise Conflict(_("Nobody is on the list."))
    broken = breaches_of(session, made, pack)
    if broken and not reason:
        raise _refusal(broken, "reason")
    made.breaches, made.reason = [breach.as_dict() for breach in broken], reason if broken else None
    made.reviewers = reviewers_of(session, made.school_id, set())
    made.pack_code, made.pack_version = (pack.code, pack.version) if pack else (None, None)
    made.proposal, made.proposed_by, made.state = made.proposal + 1, by, IN_REVIEW
    for reviewer in made.reviewers:
        if reviewer != by:
            tell(session, reviewer, "word-awaited", school_id=made.school_id, link=_link(made))
    audit.record(session, "gifts.proposed", object_id=made.id, reason=standards.named(pack))


def require_no_more_broken(session: Session, made: GiftRound) -> None:
    """Since the committee saw it nothing else may have come to be broken: another round, more people. Raises
    BreaksRule."""
    seen = {breach["rule"] for breach in made.breaches}
    now = breaches_of(session, made, rule_pack(session, made.school_id, made.happens_on))
    if more := [breach for breach in now if breach.rule not in seen]:
        raise _refusal(more, "round")


def vote(session: Session, made: GiftRound, *, by: str, approves: bool, reason: str | None) -> None:
    """Give one's voice; the second one alike decides. Raises Forbidden, Conflict, Invalid."""
    if by not in made.reviewers:
        raise Forbidden
    made.require(IN_REVIEW)
    if not made.awaits(by):
        raise Conflict(_("You have given your voice."))
    if not approves and not reason:
        raise Invalid(fields={"reason": [_("Say why not.")]})
    voice = {"proposal": made.proposal, "person_id": by, "approves": approves, "reason": reason}
    made.voices = [*made.voices, voice]
    audit.record(session, "gifts.voted", object_id=made.id)
    if sum(said["approves"] is approves for said in made.voices_now()) < NEEDED:
        return
    made.state = APPROVED if approves else DRAFT
    for broken in made.breaches if approves else []:
        say_breach(
            session,
            Breach(**broken),
            of=made,
            school_id=made.school_id,
            source_type=SOURCE,
            source_id=made.id,
        )
    tell(session, made.proposed_by, "round-decided", school_id=made.school_id, link=_link(made))
    audit.record(session, "gifts.decided", object_id=made.id, reason=made.state)


def _refusal(broken: list[Breach], field: str) -> BreaksRule:
    words = [rule_words(breach.as_dict()) for breach in broken]
    extra: dict[str, Any] = {"breaches": [breach.as_dict() for breach in broken]}
    return BreaksRule(" ".join(words), fields={field: words}, **extra)


def _link(made: GiftRound) -> str:
    return f"/welfare/gifts/{made.id}"
