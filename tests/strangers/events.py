"""Cases for every route of events: activities, places in them, who was there, calendars, and the district's counts."""

from datetime import date, timedelta
from typing import Any

from services.events.activities.models import Activity
from services.events.attendance import codes
from services.events.attendance.actions import check_in_at_door
from services.events.registrations.actions import sign_up
from services.events.school_calendars import actions as school_calendars
from services.events.tests.scene import an_activity
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.testing.builders import a_person
from tests.strangers import events_money, kit
from tests.strangers.cases import Case, Ours, Route

API = "/api/events/v1"
PAGES = "/events"
Cases = dict[Route, Case]


def prepare(ours: Ours) -> Cases:
    return {
        **kit.cases(ours, "events"),
        **_lists(ours),
        **_activities(ours),
        **_deeds(ours),
        **_own_places(ours),
        **_name_list(ours),
        **_door(ours),
        **_check_in(ours),
        **_school_years(ours),
        **_district(ours),
        **events_money.cases(ours),
    }


def _activity(ours: Ours, **fields: Any) -> Activity:
    """An activity of our school, in which our member has a place as soon as it is announced."""
    events = ours.house.events
    made = an_activity(events, ours.school, **fields)
    if fields.get("published", True):
        with events.transaction() as session:
            sign_up(session, _locked(session, made), ours.member)
    ours.mark(made.id)
    return made


def _locked(session: Any, activity: Activity) -> Activity:
    found = locked(session, Activity, activity.id)
    assert found is not None
    return found


def _at_the_door(ours: Ours) -> Activity:
    """One that is about to begin."""
    now = clock.now()
    return _activity(ours, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))


def _arrived(ours: Ours) -> Activity:
    """One to which our member has come."""
    activity = _at_the_door(ours)
    with ours.house.events.transaction() as session:
        check_in_at_door(session, _locked(session, activity), ours.member, ours.officers["organiser"].id)
    return activity


def _held(ours: Ours) -> Activity:
    activity = _activity(ours)
    with ours.house.events.transaction() as session:
        _locked(session, activity).hold()
    return activity


def _both(ours: Ours, deed: str, make: Any, json: Any = None, form: Any = None) -> Cases:
    """A deed of our organiser on an activity, over HTTP and on its page, each on one of its own."""
    organiser = ours.officers["organiser"]
    path = "/activities/<uuid:activity_id>"
    return {
        ("POST", f"{API}{path}/{deed}"): Case(organiser, f"{API}/activities/{make().id}/{deed}", json=json),
        ("POST", f"{PAGES}{path}/{deed}"): Case(
            organiser, f"{PAGES}/activities/{make().id}/{deed}", form=form or {}
        ),
    }


def _lists(ours: Ours) -> Cases:
    now, member = clock.now(), ours.member
    # The next of all, because the panel shows but a handful.
    activity = _activity(ours, starts_at=now + timedelta(minutes=30), ends_at=now + timedelta(minutes=90))
    spans = {
        f"{API}/calendar": f"?first={activity.day}&last={activity.day}",
        f"{PAGES}/calendar": f"?month={activity.day:%Y-%m}",
    }
    lists = (
        f"{API}/activities",
        f"{API}/calendar",
        f"{API}/me/registrations",
        f"{PAGES}/",
        f"{PAGES}/calendar",
        f"{PAGES}/mine",
        f"{PAGES}/panels/this-week",
    )
    return {
        ("GET", url): Case(member, url + spans.get(url, ""), shared=True, shows=activity.id) for url in lists
    }


def _activities(ours: Ours) -> Cases:
    """Drafting (of one's own, so everybody who may does), looking, changing."""
    organiser, announced, draft = (
        ours.officers["organiser"],
        _activity(ours),
        _activity(ours, published=False),
    )
    starts_at = clock.now() + timedelta(days=7)
    new = {
        "title": "秋游",
        "kind": "culture",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=3)).isoformat(),
    }
    path = "/activities/<uuid:activity_id>"
    return {
        ("POST", f"{API}/activities"): Case(organiser, f"{API}/activities", json=new, shared=True),
        ("GET", f"{PAGES}/activities/new"): Case(organiser, f"{PAGES}/activities/new", shared=True),
        ("POST", f"{PAGES}/activities/new"): Case(
            organiser, f"{PAGES}/activities/new", form=new, shared=True
        ),
        ("GET", f"{API}{path}"): Case(ours.member, f"{API}/activities/{announced.id}"),
        ("GET", f"{PAGES}{path}"): Case(ours.member, f"{PAGES}/activities/{announced.id}"),
        ("PATCH", f"{API}{path}"): Case(
            organiser,
            f"{API}/activities/{draft.id}",
            json={"place": "操场"},
            headers={"If-Match": f'"{draft.version}"'},
        ),
        ("POST", f"{PAGES}{path}/edit"): Case(
            organiser, f"{PAGES}/activities/{_activity(ours).id}/edit", form=new
        ),
        **{
            ("GET", f"{PAGES}{path}/{form}"): Case(organiser, f"{PAGES}/activities/{announced.id}/{form}")
            for form in ("edit", "cancel", "complete")
        },
    }


def _deeds(ours: Ours) -> Cases:
    reason = {"reason": "下雨"}
    return {
        **_both(ours, "publish", lambda: _activity(ours, published=False)),
        **_both(ours, "close-sign-up", lambda: _activity(ours)),
        **_both(ours, "cancel", lambda: _activity(ours), json=reason, form=reason),
        **_both(ours, "complete", lambda: _held(ours), json={"spend_fen": 0}, form={"spend": "0"}),
    }


def _own_places(ours: Ours) -> Cases:
    """A place of one's own, which a stranger must not take in ours."""
    return {
        **_both(ours, "sign-up", lambda: _activity(ours)),
        **{
            route: Case(ours.member, case.url, form=case.form)
            for route, case in _both(ours, "withdraw", lambda: _activity(ours)).items()
        },
    }


def _name_list(ours: Ours) -> Cases:
    organiser, listed, name = ours.officers["organiser"], _activity(ours), ours.member.name
    colleague = {"person_id": ours.officers["carer"].id}
    places = "/activities/<uuid:activity_id>/registrations"
    people = f"{PAGES}/activities/<uuid:activity_id>/people"

    def url(activity: Activity, path: str, prefix: str = PAGES) -> str:
        return f"{prefix}/activities/{activity.id}/{path}"

    return {
        ("GET", f"{API}{places}"): Case(organiser, url(listed, "registrations", API), shows=name),
        ("POST", f"{API}{places}"): Case(
            organiser, url(_activity(ours), "registrations", API), json=colleague
        ),
        ("DELETE", f"{API}{places}/<uuid:person_id>"): Case(
            organiser, url(_activity(ours), f"registrations/{ours.member.id}", API)
        ),
        ("GET", people): Case(organiser, url(listed, "people"), shows=name),
        ("GET", f"{people}/print"): Case(organiser, url(listed, "people/print"), shows=name),
        ("POST", people): Case(organiser, url(_activity(ours), "people"), form=colleague),
        ("POST", f"{people}/<uuid:person_id>/remove"): Case(
            organiser, url(_activity(ours), f"people/{ours.member.id}/remove"), form={}
        ),
    }


def _door(ours: Ours) -> Cases:
    """The organiser at the door: who is expected, who came, ticking, and taking a tick back."""
    organiser, member, activity = ours.officers["organiser"], ours.member, _arrived(ours)
    path, here = "/activities/<uuid:activity_id>", f"/activities/{activity.id}"
    tick = {"person_id": member.id}

    def door(make: Any) -> str:
        return f"/activities/{make(ours).id}"

    return {
        ("GET", f"{API}{path}/door-code"): Case(organiser, f"{API}{here}/door-code"),
        ("GET", f"{API}{path}/attendance"): Case(organiser, f"{API}{here}/attendance", shows=member.name),
        ("GET", f"{PAGES}{path}/door"): Case(organiser, f"{PAGES}{here}/door", shows=member.name),
        ("POST", f"{API}{path}/attendance"): Case(
            organiser, f"{API}{door(_at_the_door)}/attendance", json=tick
        ),
        ("POST", f"{PAGES}{path}/door"): Case(organiser, f"{PAGES}{door(_at_the_door)}/door", form=tick),
        ("DELETE", f"{API}{path}/attendance/<uuid:person_id>"): Case(
            organiser, f"{API}{door(_arrived)}/attendance/{member.id}"
        ),
        ("POST", f"{PAGES}{path}/door/<uuid:person_id>/take-back"): Case(
            organiser, f"{PAGES}{door(_arrived)}/door/{member.id}/take-back", form={}
        ),
    }


def _check_in(ours: Ours) -> Cases:
    """Somebody who was sent a photograph of our door's code."""
    page = f"{PAGES}/check-in/<token>"
    by_api, by_page = (codes.code_now(_at_the_door(ours)) for _ in range(2))
    return {
        ("POST", f"{API}/check-ins"): Case(ours.member, f"{API}/check-ins", json={"token": by_api}),
        ("GET", page): Case(ours.member, f"{PAGES}/check-in/{by_page}"),
        ("POST", page): Case(ours.member, f"{PAGES}/check-in/{by_page}", form={}),
    }


def _school_years(ours: Ours) -> Cases:
    """Every school has a year of its own; ours has a make-up day that nobody else has."""
    organiser, year, make_up = ours.officers["organiser"], 2031, date(2031, 7, 13)
    mark = ours.mark(make_up.isoformat())
    entered: dict[str, Any] = {"terms": [], "holidays": [], "make_up_workdays": [], "bell": "16:30"}
    with ours.house.events.transaction() as session:
        calendar = school_calendars.take(session, ours.school.id, year)
        school_calendars.enter(
            calendar,
            **entered | {"make_up_workdays": [make_up], "bell": calendar.bell},
        )
    api, page = f"{API}/school-calendars", f"{PAGES}/school-calendar"
    return {
        ("GET", f"{api}/<int:year>"): Case(organiser, f"{api}/{year}", shared=True, shows=mark),
        ("GET", f"{page}/edit"): Case(organiser, f"{page}/edit?year={year}", shared=True, shows=mark),
        ("GET", f"{api}/<int:year>/month-ends"): Case(organiser, f"{api}/{year}/month-ends", shared=True),
        ("GET", page): Case(organiser, f"{page}?year={year}", shared=True),
        ("PUT", f"{api}/<int:year>"): Case(organiser, f"{api}/2032", json=entered, shared=True),
        ("POST", f"{api}/<int:year>/publish"): Case(organiser, f"{api}/2033/publish", shared=True),
        ("POST", f"{page}/edit"): Case(
            organiser, f"{page}/edit?year=2034", form={"bell": "16:30", "publish": "1"}, shared=True
        ),
    }


def _district(ours: Ours) -> Cases:
    officer = a_person(ours.house.events, ours.district, "本区干部", offices=["district_officer"])
    return {
        ("GET", url): Case(officer, url, district=True, shows=ours.school.name)
        for url in (f"{API}/district/activities", f"{PAGES}/district")
    }
