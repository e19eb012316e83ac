"""What the calendars and outsiders hear of a round: its state in numbers, and nothing where the numbers are small."""

from sqlalchemy.orm import Session

from services.welfare.gifts.models import GiftRound
from services.welfare.rounds.queries import points_to_somebody
from shared.contracts.welfare import GiftRoundChanged
from shared.kit.messages import emit


def say(session: Session, made: GiftRound, eligible: int, issued: int = 0) -> None:
    """Emit `welfare.gift-round.changed`, unless it would tell of fewer than five people."""
    if points_to_somebody(eligible, issued):
        return
    emit(
        session,
        GiftRoundChanged,
        of=made,
        subject=made.id,
        school=made.school_id,
        round_id=made.id,
        festival_code=made.occasion,
        state=made.state,
        eligible=eligible,
        issued=issued,
        per_head_fen=made.per_head_fen,
        audience_code=made.audience,
        place_code=made.place,
        pickup_from=made.pickup_from,
        pickup_to=made.pickup_to,
    )
