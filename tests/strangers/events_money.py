"""Cases for what welfare says of money and events shows: the board of the school, and what stops an activity."""

from datetime import timedelta

from services.events.activities.models import Activity
from services.events.attendance.actions import check_in_at_door
from services.events.bulletins.actions import post_accounts
from services.events.stops.actions import stop
from services.events.tests.scene import an_activity
from shared.kit import clock
from shared.kit.database import locked
from tests.strangers.cases import Case, Ours, Route

API = "/api/events/v1"
PAGES = "/events"
ACCOUNTS = {
    "period": "2025-H2", "income_by_code": {"dues": 100}, "spend_by_code": {}, "rule_breaches": 0, "sha256": "0f" * 32,
}  # fmt: skip
REASON = {"reason": "校庆"}


def cases(ours: Ours) -> dict[Route, Case]:
    member, organiser, chair = ours.member, ours.officers["organiser"], ours.officers["chair"]
    sheet, path = _sheet(ours), "/activities/<uuid:activity_id>"
    by_api, by_page = _stopped(ours), _stopped(ours)
    return {
        ("GET", f"{API}/bulletins"): Case(member, f"{API}/bulletins", shared=True, shows=sheet),
        ("GET", f"{API}/bulletins/<uuid:bulletin_id>"): Case(member, f"{API}/bulletins/{sheet}", shows=sheet),
        ("GET", f"{PAGES}/bulletins/"): Case(member, f"{PAGES}/bulletins/", shared=True, shows=sheet),
        ("GET", f"{PAGES}/bulletins/<uuid:bulletin_id>"): Case(
            member, f"{PAGES}/bulletins/{sheet}", shows=sheet
        ),
        ("GET", f"{PAGES}/bulletins/<uuid:bulletin_id>/print"): Case(
            member, f"{PAGES}/bulletins/{sheet}/print", shows=sheet
        ),
        ("GET", f"{API}{path}/stops"): Case(
            organiser, f"{API}/activities/{by_api}/stops", shows="budget-line"
        ),
        ("POST", f"{API}{path}/stops/allow"): Case(
            chair, f"{API}/activities/{by_api}/stops/allow", json=REASON
        ),
        ("PUT", f"{API}{path}/opinion"): Case(
            member, f"{API}/activities/{_attended(ours)}/opinion", json={"mark": 5}
        ),
        ("POST", f"{PAGES}{path}/opinion"): Case(
            member, f"{PAGES}/activities/{_attended(ours)}/opinion", form={"mark": "5"}
        ),
        ("GET", f"{PAGES}{path}/allow"): Case(chair, f"{PAGES}/activities/{_stopped(ours)}/allow"),
        ("POST", f"{PAGES}{path}/allow"): Case(chair, f"{PAGES}/activities/{by_page}/allow", form=REASON),
    }


def _attended(ours: Ours) -> str:
    """One that our member came to, and is asked about."""
    starts_at = clock.now() + timedelta(minutes=30)
    made = an_activity(
        ours.house.events,
        ours.school,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        walk_ins=True,
    )
    with ours.house.events.transaction() as session:
        activity = locked(session, Activity, made.id)
        assert activity is not None
        check_in_at_door(session, activity, ours.member, ours.officers["organiser"].id)
        activity.hold()
    return ours.mark(made.id)


def _sheet(ours: Ours) -> str:
    with ours.house.events.transaction() as session:
        sheet = post_accounts(session, ours.school.id, ACCOUNTS, clock.now())
        session.flush()
        return ours.mark(sheet.id)


def _stopped(ours: Ours) -> str:
    made = an_activity(ours.house.events, ours.school, budget_fen=300000, fund_source="union")
    with ours.house.events.transaction() as session:
        activity = locked(session, Activity, made.id)
        assert activity is not None
        stop(session, activity, "budget-line", most=200000, actual=300000)
    return ours.mark(made.id)
