"""Words for a case: the trace of a suggestion in plain sentences, how a case stands, what waits to be done."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.welfare.hardship import assessment as steps
from services.welfare.hardship.models import (
    ACTIVE,
    APPLIED,
    DECLINED,
    IN_REVIEW,
    LEVELS,
    LIFTED,
    NOMINATED,
    STATES,
    SURVEYED,
    HardshipCase,
    HardshipSurvey,
)
from shared.kit import clock
from shared.kit.web.formats import money

DONE, SOON, LATE = "done", "soon", "late"
PLAIN = ("size", "percent", "limit_percent", "numerator", "denominator")

SENTENCES: dict[tuple[str, bool | None], Any] = {
    (steps.PER_HEAD, None): _l("%(income)s a month for %(size)s people: %(per_head)s each"),
    (steps.LINE, None): _l(
        "Local minimum living standard: %(line)s for each person a month (%(pack)s v%(version)s)"
    ),
    (steps.NO_LINE, None): _l(
        "The rules in force name no local minimum living standard, so nothing can be suggested"
    ),
    (steps.BELOW_LINE, True): _l("%(per_head)s is below %(line)s: the mark of severe hardship is met"),
    (steps.BELOW_LINE, False): _l(
        "%(per_head)s is not below %(line)s: the mark of severe hardship is not met"
    ),
    (steps.AFTER_COSTS, True): _l(
        "After illness (%(medical)s) and schooling (%(schooling)s) %(left)s are left each, below %(line)s: "
        "the mark of hardship is met"
    ),
    (steps.AFTER_COSTS, False): _l(
        "After illness (%(medical)s) and schooling (%(schooling)s) %(left)s are left each: "
        "the mark of hardship is not met by it"
    ),
    (steps.LOW_INCOME, True): _l(
        "%(per_head)s is not over %(limit)s (%(times)s of the standard): the mark of hardship is met"
    ),
    (steps.LOW_INCOME, False): _l(
        "%(per_head)s is over %(limit)s (%(times)s of the standard): the mark of hardship is not met by it"
    ),
    (steps.MEDICAL, True): _l(
        "Illness took %(medical)s of %(year)s a year, %(share)s, at least %(limit)s: "
        "the mark of temporary hardship is met"
    ),
    (steps.MEDICAL, False): _l(
        "Illness took %(medical)s of %(year)s a year, %(share)s, less than %(limit)s: "
        "the mark of temporary hardship is not met by it"
    ),
    (steps.ACCIDENT, True): _l(
        "An accident or a disaster in the last 12 months: the mark of temporary hardship is met"
    ),
    (steps.ACCIDENT, False): _l("No accident or disaster in the last 12 months"),
}


def trace(survey: HardshipSurvey) -> list[tuple[bool | None, str]]:
    """Each step of the suggestion in a sentence, with whether its mark is met."""
    assessed = survey.assessment or {"steps": []}
    return [(step["met"], sentence(step, survey)) for step in assessed["steps"]]


def marks(survey: HardshipSurvey | None) -> list[tuple[bool, str]]:
    """The same without a figure: which marks are met, for a reviewer who is not to see the sums."""
    assessed = (survey.assessment if survey else None) or {"steps": []}
    names = {
        steps.BELOW_LINE: _("Income below the local minimum living standard"),
        steps.AFTER_COSTS: _("Below it after the costs of illness and schooling"),
        steps.LOW_INCOME: _("A low income"),
        steps.MEDICAL: _("A heavy burden of illness"),
        steps.ACCIDENT: _("An accident or a disaster"),
    }
    return [(step["met"], names[step["code"]]) for step in assessed["steps"] if step["met"] is not None]


def sentence(step: dict[str, Any], survey: HardshipSurvey) -> str:
    """A step as a sentence, with its sums as money and its shares in per cent, cut and never rounded up."""
    figures: dict[str, int] = step["figures"]
    words: dict[str, Any] = {
        name: value if name in PLAIN else money(value) for name, value in figures.items()
    }
    words |= {"pack": survey.pack_code, "version": survey.pack_version}
    if step["code"] == steps.LOW_INCOME:
        words["times"] = f"{figures['numerator']}/{figures['denominator']}"
    if step["code"] == steps.MEDICAL:
        words |= {"share": f"{figures['percent']}%", "limit": f"{figures['limit_percent']}%"}
    return str(SENTENCES[step["code"], step["met"]]) % words


def suggestion(survey: HardshipSurvey | None) -> str:
    """What the rules suggest, in a word."""
    level = (survey.assessment or {}).get("level") if survey else None
    return str(LEVELS[level]) if level else _("No suggestion")


def badge(case: HardshipCase) -> tuple[str, str]:
    """How a case stands, and the kind of badge."""
    today = clock.today()
    if case.misses_recheck(today):
        return _("Re-check missing"), LATE
    if case.state == APPLIED and case.survey_due_on is not None and case.survey_due_on < today:
        return _("Survey overdue"), LATE
    if case.state == ACTIVE:
        return _("On file: %(level)s", level=LEVELS[case.level]), DONE
    kind = SOON if case.state in (NOMINATED, APPLIED, SURVEYED, IN_REVIEW) else ""
    return str(STATES[case.state]), kind


def course(case: HardshipCase) -> list[tuple[str, str, Any]]:
    """What happened, what is now, what comes: (done|now|todo, title, day or None)."""
    reached = {NOMINATED: 0, APPLIED: 1, SURVEYED: 2, IN_REVIEW: 3, ACTIVE: 4}
    if case.state not in reached:
        ended = {LIFTED: _("Lifted"), DECLINED: _("Not taken on file")}.get(case.state, _("Withdrawn"))
        return [("done", _("Begun"), case.begun_on), ("done", ended, case.closed_at)]
    now = reached[case.state]
    survey, proposal = case.survey, case.proposal
    rows: list[tuple[str, Any]] = [
        (_("Application"), case.applied_on),
        (_("Visit to the home"), survey.surveyed_on if survey else case.survey_due_on),
        (_("Proposal"), proposal.proposed_at if proposal else None),
        (_("Decision of the committee"), proposal.decided_at if proposal else None),
    ]
    states = ["done" if n < now else "now" if n == now else "todo" for n in range(len(rows))]
    steps_ = [
        (state, title, day if state != "todo" else None)
        for state, (title, day) in zip(states, rows, strict=True)
    ]
    if case.state == ACTIVE:
        steps_.append(("now", _("On file, looked at again each November"), case.active_from))
    return steps_


WORDS: dict[str, Any] = {
    "trace": trace,
    "marks": marks,
    "suggestion": suggestion,
    "badge": badge,
    "course": course,
    "LEVELS": LEVELS,
    "STATES": STATES,
}
