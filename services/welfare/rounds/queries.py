"""Reading rounds: lists, one round for those who keep it or sit in the committee, one's own routes, figures."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.welfare.district.withholding import LEAST, is_few
from services.welfare.rounds.models import (
    AWAY,
    CLOSED,
    DECLINED,
    DONE,
    OPEN,
    RoundRoute,
    RoundRow,
    VisitRound,
)
from services.welfare.visits.models import CANCELLED, COMPLETED, VisitReport, VisitTask
from shared.kit.access import actor, get_within, within
from shared.kit.paging import Keyset
from shared.kit.people import Person, matching
from shared.kit.problems import NotFound

MOST_TOLD = 6
KEEP, DECIDE, WALK = "rounds.keep", "rounds.decide", "rounds.walk"


def rounds(filters: dict[str, Any]) -> Keyset:
    """The school's rounds, the latest festival first."""
    query = select(VisitRound).where(within(VisitRound))
    for name in ("state", "kind", "year"):
        if filters.get(name):
            query = query.where(getattr(VisitRound, name) == filters[name])
    return Keyset(query, [VisitRound.festival_on, VisitRound.id], descending=True)


@dataclass(frozen=True)
class Told:
    """A round that is over, as every member may see it: how many were on the list and were visited; no name."""

    round: VisitRound
    listed: int
    done: int


def told(session: Session) -> list[Told]:
    """The latest rounds, unless a number would point to somebody."""
    query = select(VisitRound).where(within(VisitRound), VisitRound.state == CLOSED)
    latest = session.scalars(query.order_by(VisitRound.festival_on.desc(), VisitRound.id).limit(MOST_TOLD))
    found = [Told(made, made.figures["listed"], made.figures["done"]) for made in latest if made.figures]
    return [one for one in found if not points_to_somebody(one.listed, one.done)]


def points_to_somebody(listed: int, done: int) -> bool:
    """Whether one of the figures, or what is left between them, stands for fewer than five people."""
    return listed < LEAST or is_few(done) or is_few(listed - done)


def kept(session: Session, round_id: str, *, lock: bool = False) -> VisitRound:
    """A round of one's school. Raises NotFound."""
    return get_within(session, VisitRound, round_id, lock=lock)


def seen(session: Session, round_id: str, *, lock: bool = False) -> VisitRound:
    """A round for those who keep it, and for the committee's three while they decide. Raises NotFound."""
    made = get_within(session, VisitRound, round_id, lock=lock)
    who = actor()
    if who.may(KEEP) or who.person_id in made.reviewers:
        return made
    raise NotFound()


def areas_of(made: VisitRound) -> list[str] | None:
    """Whose visits one may see and report: None for all; else those of one's own routes. Raises NotFound."""
    who = actor()
    if who.may(KEEP):
        return None
    own = [route.area for route in made.routes if who.person_id in route.team]
    if not own or made.state != OPEN:
        raise NotFound()
    return own


def line(session: Session, row_id: str) -> tuple[RoundRow, VisitRound]:
    """A line for those who may report it. Raises NotFound."""
    row = get_within(session, RoundRow, row_id)
    made = get_within(session, VisitRound, row.round_id)
    areas = areas_of(made)
    if row.task_id is None or (areas is not None and row.area not in areas):
        raise NotFound()
    return row, made


def rows(made: VisitRound, filters: dict[str, Any], areas: list[str] | None = None) -> Keyset:
    """The list by number: by area, name and result; without those taken off unless they are asked for."""
    query = select(RoundRow).where(within(RoundRow), RoundRow.round_id == made.id)
    query = query.where(RoundRow.taken_off.is_(filters.get("result") == "taken-off"))
    if areas is not None:
        query = query.where(RoundRow.area.in_(areas))
    if filters.get("area"):
        query = query.where(RoundRow.area == filters["area"])
    if filters.get("q"):
        query = query.where(
            RoundRow.person_id.in_(select(Person.id).where(within(Person), matching(filters["q"])))
        )
    state = select(VisitTask.state).where(VisitTask.id == RoundRow.task_id).scalar_subquery()
    match filters.get("result"):
        case "done":
            query = query.where(state == COMPLETED)
        case "declined":
            query = query.where(RoundRow.result == DECLINED, or_(state.is_(None), state == CANCELLED))
        case "away":
            query = query.where(RoundRow.result == AWAY, state.not_in((COMPLETED, CANCELLED)))
        case "waiting":
            query = query.where(
                RoundRow.result.is_(None), or_(state.is_(None), state.not_in((COMPLETED, CANCELLED)))
            )
    return Keyset(query, [RoundRow.number, RoundRow.id])


def sheet(session: Session, made: VisitRound, areas: list[str] | None, area: str | None) -> list[RoundRow]:
    """What stands on the sheets, by area and number."""
    query = select(RoundRow).where(RoundRow.round_id == made.id, RoundRow.taken_off.is_(False))
    if areas is not None:
        query = query.where(RoundRow.area.in_(areas))
    if area:
        query = query.where(RoundRow.area == area)
    return list(session.scalars(query.order_by(RoundRow.area, RoundRow.number)))


def results(session: Session, listed: list[RoundRow]) -> dict[str, str | None]:
    """What became of each line (row id → result), by its visit where that has ended otherwise."""
    ids = [row.task_id for row in listed if row.task_id]
    states = dict(session.execute(select(VisitTask.id, VisitTask.state).where(VisitTask.id.in_(ids))).all())  # type: ignore[arg-type]
    found: dict[str, str | None] = {}
    for row in listed:
        state = states.get(row.task_id or "")
        found[row.id] = DONE if state == COMPLETED else row.result if row.result != DONE else None
    return found


def numbers(session: Session, made: VisitRound) -> dict[str, int]:
    """Row ids → numbers, for what a scanner reads."""
    return dict(
        session.execute(select(RoundRow.id, RoundRow.number).where(RoundRow.round_id == made.id)).all()
    )  # type: ignore[arg-type]


def size(session: Session, made: VisitRound) -> int:
    """How many stand on the list."""
    query = select(func.count()).where(RoundRow.round_id == made.id, RoundRow.taken_off.is_(False))
    return session.scalar(query) or 0


def figures(session: Session, made: VisitRound) -> dict[str, Any]:
    """How a round stands: people by result, in time, and what was given (fen) by fund."""
    counted = {"listed": 0, DONE: 0, AWAY: 0, DECLINED: 0, "waiting": 0, "not_made": 0, "on_time": 0}
    query = (
        select(RoundRow.result, VisitTask.state, VisitTask.visited_on <= VisitTask.due_on, func.count())
        .outerjoin(VisitTask, VisitTask.id == RoundRow.task_id)
        .where(RoundRow.round_id == made.id, RoundRow.taken_off.is_(False))
        .group_by(RoundRow.result, VisitTask.state, VisitTask.visited_on <= VisitTask.due_on)
    )
    for result, state, in_time, count in session.execute(query):
        counted["listed"] += count
        if state == COMPLETED:
            counted[DONE] += count
            counted["on_time"] += count if in_time else 0
        elif state == CANCELLED:
            counted[DECLINED if result == DECLINED else "not_made"] += count
        else:
            counted[AWAY if result == AWAY else "waiting"] += count
    return {**counted, "given_fen": _given(session, made)}


def _given(session: Session, made: VisitRound) -> dict[str, int]:
    """What was given, by fund: of each visit the last report counts."""
    last = (
        select(VisitReport.task_id, func.max(VisitReport.number).label("number"))
        .join(RoundRow, RoundRow.task_id == VisitReport.task_id)
        .where(RoundRow.round_id == made.id)
        .group_by(VisitReport.task_id)
        .subquery()
    )
    query = (
        select(VisitReport.fund, func.sum(VisitReport.gift_fen))
        .join(last, (last.c.task_id == VisitReport.task_id) & (last.c.number == VisitReport.number))
        .where(VisitReport.gift_fen > 0)
        .group_by(VisitReport.fund)
    )
    return {str(fund): int(total) for fund, total in session.execute(query)}


def own_routes(session: Session) -> list[tuple[RoundRoute, VisitRound]]:
    """The routes of rounds under way on which the asker goes."""
    pairs = session.execute(
        select(RoundRoute, VisitRound)
        .join(VisitRound, VisitRound.id == RoundRoute.round_id)
        .where(within(RoundRoute), VisitRound.state == OPEN)
        .order_by(RoundRoute.area)
    )
    return [(route, made) for route, made in pairs if actor().person_id in route.team]
