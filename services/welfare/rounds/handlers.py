"""A festival comes near: its round is begun with a list. On the due day, and after it, the teams are reminded."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.welfare.rounds import queries
from services.welfare.rounds.actions import drafting, opening, results  # noqa: F401  (results: its jobs)
from services.welfare.rounds.kinds import KINDS
from services.welfare.rounds.models import VisitRound
from services.welfare.telling import tell_office
from shared.contracts.events import FestivalApproaching
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.messages import Received, handles


@handles(FestivalApproaching)
def on_festival_approaching(session: Session, event: Received) -> None:
    kind, year = event.data["festival_code"], event.data["date"].year
    if kind not in KINDS or not event.school:
        return
    known = select(VisitRound.id).where(
        VisitRound.school_id == event.school, VisitRound.kind == kind, VisitRound.year == year
    )
    if session.scalar(known) is not None:
        return
    made = drafting.open_round(session, school_id=event.school, kind=kind, year=year)
    link = f"/welfare/rounds/{made.id}"
    tell_office(session, "carer", "round-listed", school_id=event.school, link=link,
                due_on=made.due_on.isoformat())  # fmt: skip


@handles(opening.RoundDue, opening.RoundLate)
def on_round_due(session: Session, event: Received) -> None:
    made = locked(session, VisitRound, event.data["round_id"])
    is_past = event.type == opening.RoundDue.type and made is not None and clock.today() > made.due_on
    if made is not None and not is_past:
        counted = queries.figures(session, made)
        opening.remind_of_round(session, made, counted["waiting"] + counted["away"])
