"""The ways through the house: five tabs on a phone, the same along the top at a desk."""

from dataclasses import dataclass
from typing import Any

from flask_babel import pgettext as _p


@dataclass(frozen=True)
class Entry:
    title: str
    path: str
    icon: str
    desk_only: bool = False

    def holds(self, path: str) -> bool:
        """Whether `path` lies under this entry."""
        return path == self.path if self.path == "/" else path.startswith(self.path)


def navigation(actor: Any) -> list[Entry]:
    """The entries for `actor`, who may be None; at desks officers (工会干部) see the members too,
    the district its schools."""
    entries = [
        Entry(_p("navigation", "Home"), "/", icon="home"),
        Entry(_p("navigation", "Care"), "/welfare/", icon="heart-handshake"),
    ]
    if getattr(actor, "is_member", True):  # who has not joined yet has neither
        entries += [
            Entry(_p("navigation", "Activities"), "/events/", icon="calendar-event"),
            Entry(_p("navigation", "Decisions"), "/voting/", icon="gavel"),
        ]
    if getattr(actor, "is_district", False):
        entries.append(Entry(_p("navigation", "Schools"), "/members/schools/", icon="school", desk_only=True))
    elif getattr(actor, "is_officer", False):
        entries.append(Entry(_p("navigation", "Members"), "/members/people/", icon="users", desk_only=True))
    entries.append(Entry(_p("navigation", "Me"), "/members/me", icon="user"))
    return entries


def current(entries: list[Entry], path: str) -> Entry | None:
    """The entry under which `path` lies: the longest that holds it."""
    return max((e for e in entries if e.holds(path)), key=lambda e: len(e.path), default=None)
