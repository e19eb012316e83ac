"""The committee's three: what waits for one's voice, and the sheet without sums on which one decides."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from services.welfare.hardship import queries
from services.welfare.hardship.actions import deciding
from services.welfare.hardship.pages import pages
from services.welfare.hardship.schemas import Vote
from services.welfare.visits.queries import names
from shared.kit.access import actor
from shared.kit.database import reading, transaction
from shared.kit.pages import flash, render, seen_other
from shared.kit.problems import Conflict, Invalid
from shared.kit.web.forms import WHOLE, Form

REVIEWS = "/welfare/hardship/reviews/"


@pages.get("/hardship/reviews/", allow="hardship.review")
def reviews() -> str:
    with reading() as session:
        found = queries.my_reviews(session)
        people = names(session, {proposal.case.person_id for proposal in found})
        return render("hardship/reviews.html", proposals=found, names=people)


@pages.get("/hardship/reviews/<uuid:proposal_id>", allow="hardship.review")
def review(proposal_id: str) -> Any:
    return _sheet(proposal_id, Form())


@pages.post("/hardship/reviews/<uuid:proposal_id>", allow="hardship.review")
def send_vote(proposal_id: str) -> Any:
    form = Form()
    data = form.load(Vote, request.form)
    if data is not None:
        try:
            with transaction() as session:
                case, proposal = queries.under_review(session, proposal_id, lock=True)
                deciding.vote(session, case, proposal, by=str(actor().person_id), **data)
            flash(_("Your voice is noted."))
            return seen_other(f"{REVIEWS}{proposal_id}")
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_sheet(proposal_id, form), 422)


def _sheet(proposal_id: str, form: Form) -> str:
    with transaction() as session:
        case, proposal = queries.under_review(session, proposal_id)
        queries.record_read(session, case, reason="review")
        people = names(session, {case.person_id, proposal.proposed_by, *proposal.reviewers})
        return render(
            "hardship/review.html",
            case=case,
            proposal=proposal,
            form=form,
            names=people,
            voice=proposal.vote_of(actor().person_id),
            keeps=actor().may(queries.KEEP),
        )
