"""Words for aid: how a request stands, and the rule's trace in plain sentences."""

from typing import Any

from flask_babel import gettext as _

from services.welfare.aid.limits import Limit
from services.welfare.aid.models import APPROVED, KINDS, PAID, RECEIVED, REQUESTED, STATES, AidRequest
from services.welfare.hardship.models import LEVELS
from shared.kit.web.formats import money


def trace(request: AidRequest, limit: Limit) -> list[tuple[bool | None, str]]:
    """How far aid may go this year, step by step, with whether the sum keeps within it."""
    level = str(LEVELS[limit.level])
    steps: list[tuple[bool | None, str]] = [(None, _("On file: %(level)s", level=level))]
    if limit.limit_fen is None or limit.pack is None:
        return [*steps, (None, _("The rules in force name no limit for a year"))]
    amount = request.granted_fen or request.asked_fen
    steps += [
        (
            None,
            _(
                "Limit of a year at this level: %(limit)s (%(pack)s v%(version)s)",
                limit=money(limit.limit_fen),
                pack=limit.pack.name,
                version=limit.pack.version,
            ),
        ),
        (None, _("Granted already this year: %(granted)s", granted=money(limit.granted_fen))),
    ]
    words = {"amount": money(amount), "left": money(limit.left_fen or 0)}
    if limit.allows(amount):
        return [*steps, (True, _("%(amount)s keeps within the %(left)s that are left", **words))]
    return [*steps, (False, _("%(amount)s is more than the %(left)s that are left", **words))]


def badge(request: AidRequest) -> tuple[str, str]:
    kind = {REQUESTED: "soon", APPROVED: "soon", PAID: "done", RECEIVED: "done"}.get(request.state, "")
    return str(STATES[request.state]), kind


def course(request: AidRequest) -> list[tuple[str, str, Any]]:
    """What happened, what is now, what comes."""
    now = {REQUESTED: 1, APPROVED: 2, PAID: 3, RECEIVED: 4}.get(request.state)
    if now is None:
        return [
            ("done", _("Asked for"), request.requested_on),
            ("done", str(STATES[request.state]), request.decided_on),
        ]
    rows = [
        (_("Asked for"), request.requested_on),
        (_("Decision"), request.decided_on),
        (_("Payment"), request.paid_on),
        (_("Receipt confirmed"), request.received_on),
    ]
    return [
        ("done" if n < now else "now" if n == now else "todo", title, day)
        for n, (title, day) in enumerate(rows)
    ]


WORDS: dict[str, Any] = {"trace": trace, "badge": badge, "course": course, "KINDS": KINDS, "STATES": STATES}
