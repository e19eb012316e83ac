"""Asking for help: nominating a colleague, applying, adding papers, withdrawing; and one's own cases."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.consents import queries as consents
from services.welfare.consents.models import FAMILY_FINANCE
from services.welfare.hardship import queries
from services.welfare.hardship.actions import applying
from services.welfare.hardship.pages import pages
from services.welfare.hardship.schemas import PAPERS, ApplicationForm, Nomination, PaperForm
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, flash, render, seen_other
from shared.kit.people import people_in
from shared.kit.problems import Conflict, Invalid
from shared.kit.web.forms import WHOLE, Form

HOME = "/welfare/hardship/"


@pages.get("/hardship/mine", allow="hardship.ask")
def mine() -> str:
    return render("hardship/mine.html", listing=Listing(queries.own_cases()))


@pages.get("/hardship/apply", allow="hardship.ask")
def apply() -> Any:
    return _application(Form(), None)


@pages.post("/hardship/apply", allow="hardship.ask")
def send_application() -> Any:
    return _take_application(None)


@pages.get("/hardship/<uuid:case_id>/apply", allow=ANYONE_SIGNED_IN)
def apply_after_nomination(case_id: str) -> Any:
    with transaction() as session:
        queries.own(session, case_id)
    return _application(Form(), case_id)


@pages.post("/hardship/<uuid:case_id>/apply", allow=ANYONE_SIGNED_IN)
def send_application_after_nomination(case_id: str) -> Any:
    return _take_application(case_id)


@pages.post("/hardship/<uuid:case_id>/refuse", allow=ANYONE_SIGNED_IN)
def refuse(case_id: str) -> Response:
    with transaction() as session:
        applying.refuse_nomination(session, queries.own(session, case_id))
    flash(_("All right. Nothing of it is kept."))
    return seen_other("/welfare/hardship/mine")


@pages.get("/hardship/<uuid:case_id>/withdraw", allow=ANYONE_SIGNED_IN)
def withdraw(case_id: str) -> str:
    with transaction() as session:
        return render("hardship/withdraw.html", case=queries.own(session, case_id), form=Form())


@pages.post("/hardship/<uuid:case_id>/withdraw", allow=ANYONE_SIGNED_IN)
def send_withdrawal(case_id: str) -> Response:
    with transaction() as session:
        applying.withdraw(session, queries.own(session, case_id))
    flash(_("Withdrawn, and what you told is erased."))
    return seen_other("/welfare/hardship/mine")


@pages.get("/hardship/<uuid:case_id>/papers", allow=ANYONE_SIGNED_IN)
def papers(case_id: str) -> str:
    with reading() as session:
        return _papers_form(queries.visible(session, case_id), Form())


@pages.post("/hardship/<uuid:case_id>/papers", allow=ANYONE_SIGNED_IN)
def send_papers(case_id: str) -> Any:
    form = Form()
    data = form.load(PaperForm, request.form)
    uploads = [upload for upload in request.files.getlist("papers") if upload.filename]
    if not uploads:
        form.add("papers", _("Choose a photo or a PDF."))
    if data is not None and not form.errors:
        try:
            with transaction() as session:
                case = queries.visible(session, case_id, lock=True)
                for upload in uploads:
                    applying.add_paper(
                        session,
                        case,
                        upload.stream,
                        upload.filename or "",
                        what=data["what"],
                        by=str(actor().person_id),
                    )
            flash(_("Kept, and sealed."))
            return seen_other(f"{HOME}{case_id}")
        except Invalid as refusal:
            form.refuse({"papers": refusal.fields.get("file", [str(refusal.detail)])})
    with reading() as session:
        return Response(_papers_form(queries.visible(session, case_id), form), 422)


def _papers_form(case: Any, form: Form) -> str:
    return render("hardship/papers.html", case=case, form=form, kinds=list(PAPERS.items()))


@pages.get("/hardship/nominate", allow="hardship.ask")
def nominate() -> str:
    return _nomination(Form({"person_id": request.args.get("person")}))


@pages.post("/hardship/nominate", allow="hardship.ask")
def send_nomination() -> Any:
    form = Form()
    data = form.load(Nomination, request.form)
    if data is not None:
        try:
            with transaction() as session:
                applying.nominate(
                    session,
                    school_id=str(actor().school_id),
                    person_id=data["person_id"],
                    by=str(actor().person_id),
                )
            return render("hardship/nominated.html")
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return Response(_nomination(form), 422)


def _nomination(form: Form) -> str:
    who = actor()
    with reading() as session:
        people = [
            (card.id, card.name)
            for card in people_in(session, str(who.school_id))
            if card.id != who.person_id
        ]
    return render("hardship/nominate.html", form=form, people=people)


def _application(form: Form, case_id: str | None) -> str:
    with reading() as session:
        consent = consents.in_force(session, str(actor().person_id), FAMILY_FINANCE)
    back_here = f"{HOME}{case_id}/apply" if case_id else f"{HOME}apply"
    return render(
        "hardship/apply.html", form=form, consent=consent, back_here=back_here, back_to=f"{HOME}mine"
    )


def _take_application(case_id: str | None) -> Any:
    form = Form()
    told = form.load(ApplicationForm, request.form)
    if told is not None:
        try:
            with transaction() as session:
                case = queries.own(session, case_id) if case_id else None
                who = actor()
                case = applying.apply(
                    session, school_id=str(who.school_id), person_id=str(who.person_id), told=told, case=case
                )
            flash(_("Your application is with the welfare officer, who will come to see you."))
            return seen_other(f"{HOME}{case.id}")
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_application(form, case_id), 422)
