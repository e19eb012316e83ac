"""The pages of rounds: a round and its steps (steps), its lines and teams (lines), the sheets and what comes back (returns)."""

from typing import Any

from flask_babel import gettext as _

from services.welfare.rounds.wording import WORDS
from services.welfare.visits.actions.reporting import NeedsConfirmation
from shared.kit.access import actor
from shared.kit.pages import Pages
from shared.kit.problems import Problem
from shared.kit.web.forms import WHOLE, Form

pages = Pages("rounds")
HOME = "/welfare/rounds/"
CONTROLS = {"gift_fen": "gift", "team": "first", "results": "lines"}


@pages.context_processor
def _words() -> dict[str, object]:
    return {"words": WORDS}


def me() -> str:
    return str(actor().person_id)


def job_page(job: Any) -> str:
    return f"/welfare/jobs/{job.id}"


def refuse(form: Form, refusal: Problem) -> None:
    """Say what is refused at the control that it is about, or ask to confirm."""
    if isinstance(refusal, NeedsConfirmation):
        form.add("confirmed", _("Please read and confirm."))
        form.values["warnings"] = [
            (warning["code"], warning["text"]) for warning in refusal.extra["warnings"]
        ]
        return
    faults = {CONTROLS.get(name, name): text for name, text in (refusal.fields or {}).items()}
    form.refuse(faults or {WHOLE: [str(refusal.detail or refusal.title)]})


from services.welfare.rounds.pages import lines, returns, steps  # noqa: E402, F401  (they hang their views here)
