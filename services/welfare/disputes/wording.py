"""Words for disputes: how one stands, its course, and what the law leaves when there is no agreement."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from services.welfare.disputes.actions import STEPS
from services.welfare.disputes.models import (
    ACCEPTED,
    AGREEMENT,
    APPLIED,
    DECLINED,
    FAILED,
    HEARING,
    MATTERS,
    OPEN,
    REGIMES,
    SIDES,
    STATES,
    Dispute,
)
from shared.kit.web.formats import day


def badge(dispute: Dispute) -> tuple[str, str]:
    if dispute.is_open and dispute.days_left < 0:
        return _("Fifteen days over"), "late"
    return str(
        STATES[dispute.state]
    ), "soon" if dispute.is_open else "done" if dispute.state == AGREEMENT else ""


def clock_of(dispute: Dispute) -> str:
    """How much of the fifteen days is left, in words."""
    if dispute.days_left < 0:
        return _("The fifteen days are over: both sides may go to arbitration now.")
    return ngettext("%(num)d day left of fifteen", "%(num)d days left of fifteen", dispute.days_left)


def course(dispute: Dispute) -> list[tuple[str, str, Any]]:
    """What happened, what is now, what comes."""
    rows = [
        (_("Applied for"), dispute.applied_on),
        (_("Accepted"), dispute.accepted_on),
        (_("Hearing"), dispute.hearing_on),
        (str(STATES[dispute.state]) if not dispute.is_open else _("Agreement, or none"), dispute.closed_on),
    ]
    now = {APPLIED: 1, ACCEPTED: 2, HEARING: 3}.get(dispute.state, 4)
    rows = rows if dispute.is_open else [row for row in rows if row[1] is not None]
    return [
        ("done" if n < now else "now" if n == now else "todo", title, at)
        for n, (title, at) in enumerate(rows)
    ]


def arbitration(dispute: Dispute) -> str:
    """The way that remains, and until when. 劳动争议调解仲裁法 art. 27; for personnel (人事) disputes the same board."""
    if dispute.arbitrate_by is None:
        return _("The labour and personnel arbitration board of the district decides if mediation does not.")
    if dispute.matter == "pay":
        return _(
            "If mediation fails, the labour and personnel arbitration board decides. Unpaid wages have no time limit "
            "while the employment lasts; then it is one year from its end."
        )
    return _(
        "If mediation fails, the labour and personnel arbitration board decides. Apply within one year of knowing, "
        "here by %(day)s; who claims in time begins that year anew.",
        day=day(dispute.arbitrate_by),
    )


STEP_WORDS: dict[str, Any] = {
    ACCEPTED: lambda: _("Accept it"),
    DECLINED: lambda: _("Do not accept it"),
    AGREEMENT: lambda: _("Agreement reached"),
    FAILED: lambda: _("No agreement"),
}


def steps(dispute: Dispute) -> list[tuple[str, str]]:
    """What can be recorded next."""
    return [(to, STEP_WORDS[to]()) for to, before in STEPS.items() if dispute.state in before]


WORDS: dict[str, Any] = {"badge": badge, "course": course, "clock": clock_of, "arbitration": arbitration,
                         "steps": steps, "STATES": STATES, "MATTERS": MATTERS, "REGIMES": REGIMES,
                         "SIDES": SIDES, "OPEN": OPEN}  # fmt: skip
