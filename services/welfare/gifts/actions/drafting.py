"""Beginning a round of gifts and changing its draft."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.gifts.kinds import day_of
from services.welfare.gifts.models import APPROVED, CALLED_OFF, DRAFT, IN_REVIEW, GiftItem, GiftRound
from shared.kit import audit, clock
from shared.kit.problems import Invalid

MOST_ITEMS = 8
LONGEST = timedelta(days=31)  # a window for fetching
# Between the day by whose rules and in whose year a round counts, and the fetching: no other year is for choosing.
APART = timedelta(days=120)


def begin(session: Session, *, school_id: str, items: Sequence[str], **told: Any) -> GiftRound:
    """A draft. `told`: occasion, happens_on (or None: the nearest day of the festival), audience, per_head_fen, fund, place,
    pickup_from, pickup_to. Raises Invalid."""
    made = GiftRound(school_id=school_id)
    session.add(made)
    _write(made, items, told)
    session.flush()
    audit.record(session, "gifts.begun", object_id=made.id, school_id=school_id)
    return made


def edit(session: Session, made: GiftRound, *, items: Sequence[str], **told: Any) -> GiftRound:
    """Write the draft anew. Raises Invalid, Conflict."""
    made.require(DRAFT)
    made.items.clear()
    session.flush()
    _write(made, items, told)
    session.flush()
    return made


def revise(session: Session, made: GiftRound) -> None:
    """Take what was proposed or approved back to the draft. Raises Conflict."""
    made.require(IN_REVIEW, APPROVED)
    made.state, made.breaches = DRAFT, []
    audit.record(session, "gifts.revised", object_id=made.id)


def call_off(session: Session, made: GiftRound) -> None:
    """Give a round up before it is opened. Raises Conflict."""
    made.require(DRAFT, IN_REVIEW, APPROVED)
    made.state = CALLED_OFF
    audit.record(session, "gifts.called-off", object_id=made.id)


def _write(made: GiftRound, items: Sequence[str], told: dict[str, Any]) -> None:
    begins, ends = told["pickup_from"], told["pickup_to"]
    happens_on = told.pop("happens_on", None) or day_of(told["occasion"], clock.local(begins).date())
    faults: dict[str, list[str]] = {}
    names = list(dict.fromkeys(name.strip() for name in items if name.strip()))
    if not 1 <= len(names) <= MOST_ITEMS or any(len(name) > 60 for name in names):
        faults["items"] = [_("One to %(most)s things, a line each, at most 60 characters.", most=MOST_ITEMS)]
    if happens_on is None:
        faults["happens_on"] = [_("No calendar says this day: write it.")]
    elif abs(happens_on - clock.local(begins).date()) > APART:
        faults["happens_on"] = [
            _("The day lies too far from the time for fetching: its rules would be others.")
        ]
    if told["fund"] not in FUNDS or told["fund"] == PERSONAL:
        faults["fund"] = [_("Say which fund pays.")]
    if told["per_head_fen"] <= 0:
        faults["per_head_fen"] = [_("The amount must be more than zero.")]
    if not begins < ends <= begins + LONGEST:
        faults["pickup_to"] = [_("The end must come after the beginning, and within a month.")]
    elif ends <= clock.now():
        faults["pickup_to"] = [_("That lies in the past.")]
    if faults:
        raise Invalid(fields=faults)
    made.happens_on = happens_on  # type: ignore[assignment]
    for name, value in told.items():
        setattr(made, name, value)
    made.items = [
        GiftItem(school_id=made.school_id, number=number, name=name) for number, name in enumerate(names, 1)
    ]
