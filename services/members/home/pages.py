"""Home: what I can do now, with a panel of each service; and 我的, the way to everything of one's own."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _

from services.members.asking import me, my_union
from services.members.home import queries
from shared.kit import clock, people
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.console.pages import NAMES
from shared.kit.database import reading
from shared.kit.pages import Pages, render

# Whom events lets organise activities; a wrong entry here only leads to a page that says no.
ORGANISERS = {"chair", "vice_chair", "organiser", "sports", "women", "publicist"}

pages = Pages("home")


@dataclass(frozen=True)
class Weekday:
    """One day of the strip: where it leads, and how much of ours falls on it (the panels bring the rest)."""

    date: date
    href: str
    due: int = 0


class Way(NamedTuple):
    """A quick way to what is done often."""

    title: str
    href: str
    icon: str
    tone: str = ""


@pages.get("/", allow=ANYONE_SIGNED_IN, root=True)
def home() -> Any:
    who, today = actor(), clock.today()
    monday = today - timedelta(days=today.weekday())
    week = [
        Weekday(day, f"/events/calendar?on={day.isoformat()}")
        for day in (monday + timedelta(n) for n in range(7))
    ]
    with reading() as session:
        teaching_week = queries.teaching_week(people.calendar(session, my_union(), today.year), today)
    return render(
        "home/home.html",
        greeting=_greeting(who.name),
        week=week,
        today=today,
        teaching_week=teaching_week,
        officer=who.is_officer,
        frequent=_frequent(),
        consoles=NAMES.items(),
    )


@pages.get("/me", allow=ANYONE_SIGNED_IN)
def mine() -> Any:
    with reading() as session:
        waiting = queries.waiting_for(session, me())
    return render("home/mine.html", waiting=waiting)


@pages.get("/panels/this-week", allow=ANYONE_SIGNED_IN)
def this_week() -> Any:
    """What members itself has for this person; nothing at all if there is nothing."""
    with reading() as session:
        waiting = queries.waiting_for(session, me())
        union = queries.union_figures(session, my_union()) if actor().may("people.see") else None
    if union is None and waiting.is_empty:
        return "", 204
    return render("home/this_week.html", waiting=waiting, union=union)


def _greeting(name: str) -> str:
    hour = clock.local(clock.now()).hour
    if hour < 5 or hour >= 19:
        return _("Good evening, %(name)s", name=name)
    if hour < 12:
        return _("Good morning, %(name)s", name=name)
    return _("Good afternoon, %(name)s", name=name)


def _frequent() -> list[Way]:
    """Quick ways for these offices, in rows of four, as they fit on a phone."""
    report = Way(_("Report something"), "/members/life-events/report", icon="heart-plus", tone="warm")
    if actor().is_district:
        return [
            Way(_("Schools"), "/members/schools/", icon="school"),
            Way(_("Rule packs"), "/members/rules/", icon="scale"),
            Way(_("School calendar"), "/events/school-calendar", icon="calendar-cog"),
            Way(_("Programs"), "/members/programs/", icon="plug-connected"),
        ]
    if actor().may("people.see"):
        organises = bool(actor().offices & ORGANISERS)
        return [
            report,
            Way(_("New activity"), "/events/activities/new", icon="calendar-plus")
            if organises
            else Way(_("Activities"), "/events/", icon="calendar-event"),
            Way(_("My visits"), "/welfare/visits/", icon="heart-handshake"),
            Way(_("People"), "/members/people/", icon="users"),
        ]
    if not actor().is_member:
        return [
            report,
            Way(_("Apply to join"), "/members/joining/mine", icon="user-plus"),
            Way(_("My details"), "/members/people/me", icon="id"),
            Way(_("Notices"), "/members/notices/", icon="bell"),
        ]
    return [
        report,
        Way(_("Activities"), "/events/", icon="calendar-event"),
        Way(_("My calendar"), "/events/calendar", icon="calendar-week"),
        Way(_("Polls"), "/voting/", icon="checkbox"),
        Way(_("Gifts for me"), "/welfare/gifts/mine", icon="gift"),
        Way(_("Mutual insurance"), "/welfare/insurance/", icon="umbrella"),
        Way(_("Counselling"), "/welfare/counselling/", icon="armchair"),
        Way(_("Ask the union"), "/welfare/requests/mine", icon="message-circle"),
    ]
