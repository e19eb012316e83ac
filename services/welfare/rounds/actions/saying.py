"""What outsiders hear of a round: its state in numbers, and nothing where the numbers are small."""

from typing import Any

from sqlalchemy.orm import Session

from services.welfare.rounds import queries
from services.welfare.rounds.models import VisitRound
from shared.contracts.welfare import GiftRoundChanged
from shared.kit.messages import emit


def say(session: Session, made: VisitRound, figures: dict[str, Any] | None = None) -> None:
    """Emit `welfare.gift-round.changed`, unless it would tell of fewer than five people."""
    listed = queries.size(session, made)
    issued = figures["done"] if figures else 0
    if queries.points_to_somebody(listed, issued):
        return
    emit(
        session,
        GiftRoundChanged,
        of=made,
        subject=made.id,
        school=made.school_id,
        round_id=made.id,
        festival_code=made.kind,
        state=made.state,
        eligible=listed,
        issued=issued,
        per_head_fen=made.gift_fen,
    )
