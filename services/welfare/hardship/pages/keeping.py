"""The files, for those who keep them: the list, one file, the survey, the proposal, the printed file."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.hardship import queries
from services.welfare.hardship.actions import deciding, surveying
from services.welfare.hardship.models import ACTIVE, LEVELS, STATES, HardshipCase
from services.welfare.hardship.pages import pages
from services.welfare.hardship.schemas import PAPERS, CaseFilter, Proposal, SurveyForm
from services.welfare.hardship.wording import badge
from services.welfare.visits.queries import names
from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, export, flash, render, seen_other
from shared.kit.paging import Keyset, everything
from shared.kit.people import officers, people_in, person, rule_pack
from shared.kit.problems import Conflict, Invalid
from shared.kit.web.forms import WHOLE, Form

HOME = "/welfare/hardship/"
LIKELY = ("carer", "chair", "vice_chair", "women")


@pages.get("/hardship/", allow=queries.KEEP)
def cases() -> Any:
    filters = Form().load(CaseFilter, request.args) or {}
    keyset = queries.cases(filters)
    if (file := _exported(keyset)) is not None:
        return file
    listing = Listing(keyset)
    with reading() as session:
        return render(
            "hardship/list.html",
            listing=listing,
            names=names(session, {case.person_id for case in listing.rows}),
            filters=filters,
            counts=queries.counts(session),
            reviews=len(queries.my_reviews(session)),
        )


def _exported(keyset: Keyset) -> Response | None:
    with reading() as session:
        asked = request.args.get("format")
        people = names(session, {case.person_id for case in everything(session, keyset)}) if asked else {}

    def row(case: HardshipCase) -> list[Any]:
        return [
            people.get(case.person_id or "", ""),
            str(STATES[case.state]),
            str(LEVELS[case.level]),
            case.begun_on,
            case.active_from,
            case.active_to,
            badge(case)[0],
        ]

    header = [
        _("Name"),
        _("State"),
        _("Level"),
        _("Begun"),
        _("On file from"),
        _("Lifted on"),
        _("How it stands"),
    ]
    return export(keyset, header, row, "hardship")


@pages.get("/hardship/<uuid:case_id>", allow=ANYONE_SIGNED_IN)
def show(case_id: str) -> str:
    """One file: for the person, and for those who keep it; the latter's read is recorded."""
    with transaction() as session:
        case = queries.visible(session, case_id)
        queries.record_read(session, case)
        return render("hardship/show.html", **_shown(session, case))


@pages.get("/hardship/<uuid:case_id>/sheet", allow=ANYONE_SIGNED_IN)
def sheet(case_id: str) -> str:
    """The file on paper (困难职工档案表)."""
    with transaction() as session:
        case = queries.visible(session, case_id)
        queries.record_read(session, case, reason="print")
        return render("hardship/sheet.html", **_shown(session, case))


def _shown(session: Any, case: HardshipCase) -> dict[str, Any]:
    ids: set[str | None] = {case.person_id, *(p.proposed_by for p in case.proposals)}
    ids.update(who for survey in case.surveys for who in survey.went)
    ids.update(who for proposal in case.proposals for who in proposal.reviewers)
    who = actor()
    own = case.person_id is not None and case.person_id == who.person_id
    return {
        "case": case,
        "own": own,
        "keeps": who.may(queries.KEEP) and not own,
        "names": names(session, ids),
        "papers": PAPERS,
        "today": clock.today(),
    }


# --- the survey


@pages.get("/hardship/<uuid:case_id>/survey", allow=queries.KEEP)
def survey(case_id: str) -> Any:
    with transaction() as session:
        case = queries.kept(session, case_id)
        queries.record_read(session, case)
        found = case.survey or case
        start = {
            "surveyed_on": clock.today(),
            "went": [actor().person_id],
            "size": found.size,
            "income": found.income_fen,
            "medical": found.medical_fen,
            "schooling": found.schooling_fen,
            "accident": found.accident,
        }
        return _survey_form(session, case, Form(start))


@pages.post("/hardship/<uuid:case_id>/survey", allow=queries.KEEP)
def send_survey(case_id: str) -> Any:
    form = Form()
    found = form.load(SurveyForm, request.form)
    if found is not None:
        try:
            with transaction() as session:
                case = queries.kept(session, case_id)
                surveying.record_survey(session, case, found, by=str(actor().person_id))
            flash(_("Recorded. What the rules suggest stands below; you decide what to propose."))
            return seen_other(f"{HOME}{case_id}")
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    with transaction() as session:
        return Response(_survey_form(session, queries.kept(session, case_id), form), 422)


def _survey_form(session: Any, case: HardshipCase, form: Form) -> str:
    colleagues = {
        card.id: card.name for card in people_in(session, case.school_id) if card.id != case.person_id
    }
    ticked = [str(text) for text in form.values.get("went") or []]
    usual = [card.id for code in LIKELY for card in officers(session, case.school_id, code)]
    likely = [(key, colleagues[key]) for key in dict.fromkeys([*ticked, *usual]) if key in colleagues]
    pack = rule_pack(session, case.school_id, clock.today())
    return render(
        "hardship/survey.html",
        case=case,
        form=form,
        likely=likely,
        others=[(key, name) for key, name in colleagues.items() if key not in dict(likely)],
        name=_name(session, case),
        pack=pack,
        line=pack.parameters.get("minimum_living_fen") if pack else None,
        is_recheck=case.state == ACTIVE,
    )


# --- the proposal


@pages.get("/hardship/<uuid:case_id>/propose", allow=queries.KEEP)
def propose(case_id: str) -> Any:
    with transaction() as session:
        case = queries.kept(session, case_id)
        queries.record_read(session, case)
        return _proposal_form(session, case, Form())


@pages.post("/hardship/<uuid:case_id>/propose", allow=queries.KEEP)
def send_proposal(case_id: str) -> Any:
    form = Form()
    data = form.load(Proposal, request.form)
    if data is not None:
        try:
            with transaction() as session:
                case = queries.kept(session, case_id)
                proposal = deciding.propose(session, case, by=str(actor().person_id), **data)
                mine = actor().person_id in proposal.reviewers
            flash(_("It lies before the committee. Two of three voices decide."))
            return seen_other(f"{HOME}reviews/{proposal.id}" if mine else f"{HOME}{case_id}")
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    with transaction() as session:
        return Response(_proposal_form(session, queries.kept(session, case_id), form), 422)


def _proposal_form(session: Any, case: HardshipCase, form: Form) -> str:
    likely = deciding.likely_third(session, case)
    people = names(session, set(likely))
    return render(
        "hardship/propose.html",
        case=case,
        form=form,
        name=_name(session, case),
        thirds=[(key, people[key]) for key in likely if key in people],
        levels=_levels(case),
    )


def _levels(case: HardshipCase) -> list[tuple[str, str]]:
    words = dict(LEVELS)
    if case.state == ACTIVE:
        words["none"] = _("Lift it: no longer in hardship")
    return [(code, str(name)) for code, name in words.items()]


def _name(session: Any, case: HardshipCase) -> str:
    card = person(session, case.person_id) if case.person_id else None
    return card.name if card else ""
