"""Opening a round and making its list, from rules as of a day and then by hand with a reason."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.welfare.funds.models import FUNDS, PERSONAL
from services.welfare.hardship.queries import active_on
from services.welfare.occasions import CARE, ROUND
from services.welfare.rounds.kinds import BY_HAND, CRITERIA, HARDSHIP, HONOURED, ILL, KINDS, RETIRED
from services.welfare.rounds.models import (
    APPROVED,
    CALLED_OFF,
    DRAFT,
    IN_REVIEW,
    RoundRoute,
    RoundRow,
    VisitRound,
)
from services.welfare.visits.models import VisitTask
from shared.kit import audit, clock
from shared.kit.people import GONE, Person, organisation, people_in, person
from shared.kit.problems import Conflict, Invalid

WITHIN = timedelta(days=365)
ILLNESS = ("hospitalized", "sick-leave", "accident")
MOST = 5000  # names on one list


def open_round(
    session: Session,
    *,
    school_id: str,
    kind: str,
    year: int,
    as_of: date | None = None,
    due_on: date | None = None,
    criteria: Mapping[str, int | None] | None = None,
    **money: Any,
) -> VisitRound:
    """Begin the round of a kind in a year, with a list by its criteria. Raises Invalid; Conflict where it is there."""
    usual = KINDS[kind]
    known = session.scalar(
        select(VisitRound).where(
            VisitRound.school_id == school_id, VisitRound.kind == kind, VisitRound.year == year
        )
    )
    if known is not None:
        raise Conflict(_("This round has been begun."), round_id=known.id)
    festival_on = usual.festival_in(year)
    made = VisitRound(
        school_id=school_id,
        kind=kind,
        year=year,
        festival_on=festival_on,
        as_of=as_of or festival_on,
        due_on=due_on or usual.due_on(festival_on),
        criteria=dict(usual.criteria if criteria is None else criteria),
        **{name: value for name, value in money.items() if value is not None},
    )
    if made.due_on > festival_on:
        raise Invalid(fields={"due_on": [_("The visits are made before the festival is over.")]})
    for name in ("fund", "retiree_fund"):
        if (getattr(made, name) or "union") not in FUNDS or getattr(made, name) == PERSONAL:
            raise Invalid(fields={name: [_("Say which fund pays.")]})
    session.add(made)
    session.flush()
    fill_list(session, made)
    audit.record(session, "round.begun", object_id=made.id, school_id=school_id)
    return made


def fill_list(session: Session, made: VisitRound) -> int:
    """Make the list anew from the criteria as of its day; lines that a person wrote or took off stay. How many stand."""
    made.require(DRAFT)
    rows = session.scalars(select(RoundRow).where(RoundRow.round_id == made.id)).all()
    kept = {row.person_id for row in rows if row.why.get("reason")}
    session.execute(
        delete(RoundRow).where(RoundRow.id.in_([row.id for row in rows if row.person_id not in kept]))
    )
    fitting = _fitting(session, made)
    areas = _Areas(session)
    cards = [
        card for card in people_in(session, made.school_id) if card.id in fitting and card.id not in kept
    ]
    number = max((row.number for row in rows if row.person_id in kept), default=0)
    for card in cards[: MOST - len(kept)]:
        number += 1
        session.add(_row(made, card, number, areas.of(card), {"criteria": fitting[card.id]}))
    session.flush()
    _renew_routes(session, made)
    return len(cards) + len(kept)


def _fitting(session: Session, made: VisitRound) -> dict[str, list[str]]:
    """Who meets which criteria, as of the round's day."""
    found: dict[str, list[str]] = {}
    ids: dict[str, set[str]] = {code: set() for code in CRITERIA}
    if HARDSHIP in made.criteria:
        ids[HARDSHIP] = {
            case.person_id for case in active_on(session, made.school_id, min(made.as_of, clock.today()))
        }
    if ILL in made.criteria or HONOURED in made.criteria:
        ids[ILL], ids[HONOURED] = _by_visits(session, made)
    for card in people_in(session, made.school_id):
        if RETIRED in made.criteria and card.standing == "retired":
            age = card.age_on(made.as_of)
            if age is not None and age >= (made.criteria[RETIRED] or 0):
                ids[RETIRED].add(card.id)
    for code in CRITERIA:
        if code in made.criteria:
            for person_id in ids[code]:
                found.setdefault(person_id, []).append(code)
    return found


def _by_visits(session: Session, made: VisitRound) -> tuple[set[str], set[str]]:
    """Who was ill, and who achieved something, in the year before: what the visits of that year were for."""
    ill, honoured = set(), set()
    tasks = session.scalars(
        select(VisitTask).where(
            VisitTask.school_id == made.school_id,
            VisitTask.restricted.is_(False),
            VisitTask.reported_on > made.as_of - WITHIN,
            VisitTask.reported_on <= made.as_of,
            VisitTask.outcome.is_(None) | VisitTask.outcome.not_in(("withdrawn", "error")),
            VisitTask.cause.not_like(f"{ROUND}%"),
        )
    )
    for task in tasks:
        kind = task.matter["kind"]
        if kind in ILLNESS:
            ill.add(task.person_id)
        elif kind == "achievement":
            honoured.add(task.person_id)
    return ill, honoured


class _Areas:
    """Where people are looked for first: with their group, else their workplace; read once each."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._names: dict[str, str] = {}

    def of(self, card: Person) -> str:
        for key in (card.group_id, card.workplace_id):
            if key:
                if key not in self._names:
                    found = organisation(self._session, key)
                    self._names[key] = found.name[:60] if found else ""
                if self._names[key]:
                    return self._names[key]
        return _("No area yet")


def _row(made: VisitRound, card: Person, number: int, area: str, why: dict[str, Any]) -> RoundRow:
    is_retired = card.standing == "retired"
    group = next((CRITERIA[code].group for code in CRITERIA if code in why["criteria"]), CARE)
    return RoundRow(
        school_id=made.school_id,
        round_id=made.id,
        person_id=card.id,
        number=number,
        group=CRITERIA[RETIRED].group if is_retired else group,
        area=area,
        gift_fen=made.gift_fen,
        fund=made.retiree_fund if is_retired else made.fund,
        why=why,
    )


def add_person(session: Session, made: VisitRound, person_id: str, *, reason: str) -> RoundRow:
    """Put somebody on the list whom no rule found, or put back who was taken off. Raises Invalid, Conflict."""
    made.require(DRAFT)
    card = person(session, person_id)
    if card is None or card.school_id != made.school_id or card.standing in GONE or card.erased:
        raise Invalid(fields={"person_id": [_("Choose somebody of this school.")]})
    row = session.scalar(
        select(RoundRow).where(RoundRow.round_id == made.id, RoundRow.person_id == person_id)
    )
    if row is None:
        last = session.scalar(select(func.max(RoundRow.number)).where(RoundRow.round_id == made.id)) or 0
        if last >= MOST:
            raise Conflict(_("The list is full."))
        why = {"criteria": [BY_HAND], "reason": reason}
        row = _row(made, card, last + 1, _Areas(session).of(card), why)
        session.add(row)
    elif row.taken_off:
        row.taken_off, row.why = False, {**row.why, "reason": reason}
    else:
        raise Invalid(fields={"person_id": [_("This person is on the list.")]})
    session.flush()
    _renew_routes(session, made)
    audit.record(session, "round.added", object_id=made.id, person_id=person_id)
    return row


def edit_row(session: Session, made: VisitRound, row: RoundRow, **changes: Any) -> RoundRow:
    """Change a line: `area`, `place`, `gift_fen`; or `taken_off` with its `reason`. Raises Invalid, Conflict.

    What is given is settled with the committee's approval; where somebody lives may be written until it ends.
    """
    if {"gift_fen", "taken_off"} & set(changes):
        made.require(DRAFT)
    made.require(DRAFT, IN_REVIEW, APPROVED)
    if changes.get("taken_off"):
        if not changes.get("reason"):
            raise Invalid(fields={"reason": [_("Say why.")]})
        row.taken_off, row.why = True, {**row.why, "reason": changes["reason"]}
        audit.record(session, "round.taken-off", object_id=made.id, person_id=row.person_id)
    for name in ("area", "place", "gift_fen"):
        if changes.get(name) is not None:
            setattr(row, name, changes[name])
    session.flush()
    _renew_routes(session, made)
    return row


def set_team(session: Session, made: VisitRound, route: RoundRoute, team: Sequence[str]) -> RoundRoute:
    """Who goes to an area, the one responsible first; up to three of the school. Raises Invalid, Conflict."""
    made.require(DRAFT, IN_REVIEW, APPROVED)
    chosen = list(dict.fromkeys(team))
    cards = [person(session, who) for who in chosen]
    if not 1 <= len(chosen) <= 3 or any(
        card is None or card.school_id != made.school_id or card.standing in GONE for card in cards
    ):
        raise Invalid(fields={"team": [_("Choose one to three people of this school.")]})
    route.team = chosen
    audit.record(session, "round.team-named", object_id=route.id)
    return route


def call_off(session: Session, made: VisitRound) -> None:
    """Give a round up before its visits are opened. Raises Conflict."""
    made.require(DRAFT, IN_REVIEW, APPROVED)
    made.state = CALLED_OFF
    audit.record(session, "round.called-off", object_id=made.id)


def _renew_routes(session: Session, made: VisitRound) -> None:
    """A route for each area of the list; teams that were named stay."""
    areas = set(
        session.scalars(
            select(RoundRow.area)
            .where(RoundRow.round_id == made.id, RoundRow.taken_off.is_(False))
            .distinct()
        )
    )
    for route in list(made.routes):
        if route.area not in areas:
            made.routes.remove(route)
            session.delete(route)
    for area in sorted(areas - {route.area for route in made.routes}):
        made.routes.append(RoundRoute(school_id=made.school_id, round_id=made.id, area=area))
    session.flush()
