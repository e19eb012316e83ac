"""Pages of claims: one's own and the form, the officers' list, one claim with its papers and stages."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare import standards
from services.welfare.claims import actions, queries, schemas
from services.welfare.claims.models import STATES, InsuranceClaim
from services.welfare.insurance.models import InsurancePlan
from services.welfare.visits.queries import names
from services.welfare.wording import in_yuan
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.paging import everything
from shared.kit.problems import Conflict, Invalid, NotFound
from shared.kit.web.forms import WHOLE, Form

pages = Pages("claims")
HOME = "/welfare/claims/"


def badge(claim: InsuranceClaim) -> tuple[str, str]:
    if claim.is_late:
        return _("Late: %(state)s", state=STATES[claim.state]), "late"
    return str(STATES[claim.state]), "soon" if claim.is_open else "done" if claim.state == "paid" else ""


@pages.context_processor
def _words() -> dict[str, object]:
    return {"badge": badge, "STATES": STATES, "KEPT_DAYS": standards.CLAIM_PAPERS_DAYS}


@pages.get("/claims/mine", allow="claims.ask")
def mine() -> str:
    return render("claims/mine.html", listing=Listing(queries.own_claims()))


@pages.get("/claims/new", allow="claims.ask")
def new() -> str:
    return _new(Form({"plan_id": request.args.get("plan", "")}))


@pages.post("/claims/new", allow="claims.ask")
def send_new() -> Any:
    form, who = Form(), actor()
    data = form.load(schemas.ClaimIn, request.form)
    uploads = [one for one in request.files.getlist("papers") if one.filename]
    if not uploads:
        form.add("papers", _("Choose at least one photo or PDF."))
    elif data is not None:
        try:
            with transaction() as session:
                by = str(who.person_id)
                claim = actions.submit(session, school_id=str(who.school_id), person_id=by, **data)
                for upload in uploads:
                    actions.add_paper(session, claim, upload.stream, upload.filename or "", by=by)
            flash(_("Handed in. You will be told what the insurer says."))
            return seen_other(HOME + claim.id)
        except Invalid as refusal:
            form.refuse({"papers": refusal.fields["file"]})
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_new(form), 422)


@pages.get("/claims/", allow=queries.KEEP)
def claims() -> Any:
    filters = Form().load(schemas.ClaimFilter, request.args) or {}
    keyset = queries.claims(filters)
    with reading() as session:
        everyone = everything(session, keyset) if request.args.get("format") else []
        people = names(session, {found.person_id for found in everyone})

    def row(found: InsuranceClaim) -> list[Any]:
        paid = None if found.paid_fen is None else in_yuan(found.paid_fen)
        whose = people.get(found.person_id or "", "")
        return [whose, badge(found)[0], found.submitted_on, found.due_on, found.settled_on, paid]

    header = [_("Who"), _("State"), _("Handed in on"), _("Due on"), _("Settled on"), _("Paid, in yuan")]
    if (file := export(keyset, header, row, "claims")) is not None:
        return file
    listing = Listing(keyset)
    with reading() as session:
        people = names(session, {found.person_id for found in listing.rows})
    return render("claims/list.html", listing=listing, names=people, filters=filters)


@pages.get("/claims/<uuid:claim_id>", allow=ANYONE_SIGNED_IN)
def claim(claim_id: str) -> str:
    return _claim(claim_id, Form())


@pages.post("/claims/<uuid:claim_id>/papers", allow=ANYONE_SIGNED_IN)
def send_papers(claim_id: str) -> Any:
    form = Form()
    uploads = [one for one in request.files.getlist("papers") if one.filename]
    try:
        with transaction() as session:
            found = queries.visible(session, claim_id, lock=True)
            if not uploads:
                raise Invalid(fields={"file": [_("Choose at least one photo or PDF.")]})
            for upload in uploads:
                by = str(actor().person_id)
                actions.add_paper(session, found, upload.stream, upload.filename or "", by=by)
        return seen_other(HOME + claim_id)
    except Invalid as refusal:
        form.refuse({"papers": refusal.fields["file"]})
    except Conflict as refusal:
        form.add(WHOLE, str(refusal.detail))
    return Response(_claim(claim_id, form), 422)


@pages.post("/claims/<uuid:claim_id>/steps", allow=queries.KEEP)
def step(claim_id: str) -> Any:
    form = Form()
    data = form.load(schemas.StepForm, request.form)
    if data is not None:
        try:
            with transaction() as session:
                found = queries.visible(session, claim_id, lock=True)
                actions.step(session, found, by=str(actor().person_id), **data)
            return seen_other(HOME + claim_id)
        except Invalid as refusal:
            form.refuse({"paid": refusal.fields["paid_fen"]})
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_claim(claim_id, form), 422)


@pages.post("/claims/<uuid:claim_id>/withdraw", allow=ANYONE_SIGNED_IN)
def withdraw(claim_id: str) -> Response:
    with transaction() as session:
        found = queries.visible(session, claim_id, lock=True)
        if not queries.is_own(found):
            raise NotFound()
        actions.withdraw(session, found)
    flash(_("Taken back; its papers are deleted."))
    return seen_other(f"{HOME}mine")


def _new(form: Form) -> str:
    with reading() as session:
        plans = [(plan.id, plan.title) for plan in queries.own_plans(session, str(actor().person_id))]
    return render("claims/new.html", form=form, plans=plans)


def _claim(claim_id: str, form: Form) -> str:
    with transaction() as session:
        found = queries.visible(session, claim_id)
        plan = session.get(InsurancePlan, found.plan_id)
        people = names(session, {found.person_id})
        own = queries.is_own(found)
        return render(
            "claims/show.html", claim=found, plan=plan, names=people, own=own, form=form,
            keeps=actor().may(queries.KEEP) and not own,
        )  # fmt: skip
