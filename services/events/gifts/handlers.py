"""Welfare opens a round of gifts: the time for fetching them goes into the calendars, until the round is closed."""

from sqlalchemy.orm import Session

from services.events.gifts import actions
from shared.contracts.welfare import GiftRoundChanged
from shared.kit.messages import Received, handles


@handles(GiftRoundChanged)
def on_gift_round_changed(session: Session, event: Received) -> None:
    data = event.data
    if data["pickup_from"] is None or data["pickup_to"] is None:
        return  # a round of visits: nothing is fetched
    if data["state"] == "open":
        assert event.school, "the school that gives"
        actions.offer(
            session,
            school_id=event.school,
            round_id=data["round_id"],
            festival_code=data["festival_code"],
            audience_code=data["audience_code"],
            place_code=data["place_code"],
            starts_at=data["pickup_from"],
            ends_at=data["pickup_to"],
        )
    elif data["state"] == "closed":
        actions.take_away(session, data["round_id"])
