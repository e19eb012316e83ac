"""The end of a round: the count stands, and what it cost is booked once against its fund."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.funds.actions import book_spending
from services.welfare.funds.codes import WELFARE
from services.welfare.funds.models import PackUsed
from services.welfare.gifts.actions.deciding import SOURCE
from services.welfare.gifts.actions.saying import say
from services.welfare.gifts.models import CLOSED, OPEN, TAKEN, WAITING, GiftRound
from services.welfare.gifts.queries.lists import figures
from shared.kit import audit, clock
from shared.kit.problems import Invalid
from shared.kit.web.formats import money


def close(
    session: Session,
    made: GiftRound,
    *,
    cost_fen: int,
    spent_on: date,
    reason: str | None,
    by: str,
    receipt_ids: Sequence[str] = (),
) -> None:
    """Close it with the actual cost, which is at most what was approved for those on the list; whoever has not
    fetched anything needs a reason. Raises Conflict, Invalid."""
    made.require(OPEN)
    counted = figures(session, made)
    approved = made.per_head_fen * (made.eligible or 0)
    faults: dict[str, list[str]] = {}
    if counted[WAITING] and not reason:
        faults["reason"] = [
            _("%(count)s have not fetched theirs: say what becomes of it.", count=counted[WAITING])
        ]
    if cost_fen > approved:
        faults["cost_fen"] = [
            _(
                "The committee approved %(each)s for each of %(count)s.",
                each=money(made.per_head_fen),
                count=made.eligible,
            )
        ]
    if counted[TAKEN] and not cost_fen:
        faults["cost_fen"] = [_("What was handed out cost something.")]
    if spent_on > clock.today():
        faults["spent_on"] = [_("That day is still to come.")]
    if faults:
        raise Invalid(fields=faults)
    if cost_fen:
        used = PackUsed(made.pack_code, made.pack_version) if made.pack_code and made.pack_version else None
        book_spending(
            session,
            school_id=made.school_id,
            code=WELFARE,
            fund=made.fund,
            amount_fen=cost_fen,
            spent_on=spent_on,
            source=SOURCE,
            source_id=made.id,
            receipt_ids=receipt_ids,
            pack=used,
            breaches=[breach["rule"] for breach in made.breaches],
            by=by,
        )
    made.state, made.cost_fen, made.closing_reason = CLOSED, cost_fen, reason
    made.closed_at = clock.now()
    audit.record(session, "gifts.closed", object_id=made.id)
    say(session, made, made.eligible or 0, counted[TAKEN])
