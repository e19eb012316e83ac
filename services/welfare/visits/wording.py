"""Words for a task that may stand in front of anybody: how many days, how it stands, whose it is."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from services.welfare.visits.models import CANCELLED, COMPLETED, FOLLOW_UP, STATES, VisitTask
from services.welfare.wording import listed, office

DONE, SOON, LATE = "done", "soon", "late"
URGENT_DAYS = 2


def title(task: VisitTask) -> str:
    """What every list calls a task: 关怀任务·3天内. Never the occasion."""
    if task.stage == FOLLOW_UP:
        return _("Care task · follow-up")
    return _("Care task · within %(days)s days", days=(task.due_on - task.reported_on).days)


def badge(task: VisitTask) -> tuple[str, str]:
    """How a task stands, and the kind of badge."""
    if task.state == COMPLETED:
        return (_("Done in time"), DONE) if task.was_on_time else (_("Done late"), SOON)
    if task.state == CANCELLED:
        return str(STATES[CANCELLED]), ""
    left = task.days_left
    if left < 0:
        return ngettext("%(num)d day overdue", "%(num)d days overdue", -left), LATE
    if left == 0:
        return _("Due today"), SOON
    return ngettext("%(num)d day left", "%(num)d days left", left), SOON if left <= URGENT_DAYS else ""


def who_goes(task: VisitTask, names: dict[str, str]) -> str:
    """The people of a task with their offices: 何莉 (生活委员)、赵立新 (主席)."""
    people: list[tuple[str | None, str | None]] = [(task.assignee_id, None if task.by_hand else task.office)]
    people += [(companion.person_id, companion.office) for companion in task.companions]
    words = [
        f"{names[person]} ({office(post)})" if post else names[person]
        for person, post in people
        if person in names
    ]
    return listed(words) if words else _("Nobody yet")


WORDS: dict[str, Any] = {"title": title, "badge": badge, "listed": listed, "who_goes": who_goes}
