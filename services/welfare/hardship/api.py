"""Hardship cases over HTTP: asking for help, the files for those who keep them, the committee's voices, counts."""

from typing import Any

from flask import request

from services.welfare.hardship import queries, wording
from services.welfare.hardship.actions import applying, deciding, surveying
from services.welfare.hardship.models import HardshipCase, HardshipEvidence, HardshipProposal
from services.welfare.hardship.schemas import (
    PAPERS,
    Application,
    CaseDetail,
    CaseFilter,
    CaseRow,
    Nomination,
    Noted,
    PaperOut,
    Proposal,
    ReviewOut,
    Survey,
    Vote,
)
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.api import Api
from shared.kit.database import transaction
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid

api = Api(
    "hardship", description="Hardship cases (困难职工档案): closed to all but the person and who keeps them."
)


@api.post("/hardship/nominations", allow="hardship.ask")
@api.arguments(Nomination)
@api.response(201, Noted)
def nominate(body: dict[str, Any]) -> dict[str, Any]:
    """Propose that the union look after a colleague; the person is asked. The answer is always the same."""
    with transaction() as session:
        applying.nominate(session, school_id=_school(), person_id=body["person_id"], by=_me())
    return {"noted": True}


@api.post("/hardship/applications", allow="hardship.ask")
@api.arguments(Application)
@api.response(201, CaseDetail)
def apply(told: applying.Told) -> Any:
    """Apply for oneself. 409 `consent-missing` where the separate consent is not given."""
    with transaction() as session:
        return _detail(session, applying.apply(session, school_id=_school(), person_id=_me(), told=told))


@api.get("/hardship/mine", allow="hardship.ask")
@api.paged(CaseRow)
def own_cases(_filters: dict[str, Any]) -> Keyset:
    """One's own cases."""
    return queries.own_cases()


@api.get("/hardship", allow=queries.KEEP)
@api.paged(CaseRow, CaseFilter)
def cases(filters: dict[str, Any]) -> Keyset:
    """The cases of the school, without what was told."""
    return queries.cases(filters)


@api.get("/hardship/<uuid:case_id>", allow=ANYONE_SIGNED_IN)
@api.response(200, CaseDetail)
def one_case(case_id: str) -> Any:
    """A whole file, for the person and for those who keep it; the read is recorded. 403, recorded too, for others."""
    with transaction() as session:
        case = queries.visible(session, case_id)
        queries.record_read(session, case)
        return _detail(session, case)


@api.post("/hardship/<uuid:case_id>/apply", allow=ANYONE_SIGNED_IN)
@api.arguments(Application)
@api.response(200, CaseDetail)
def apply_after_nomination(told: applying.Told, case_id: str) -> Any:
    """Say yes to a nomination, with what there is to tell."""
    with transaction() as session:
        case = queries.own(session, case_id)
        return _detail(
            session, applying.apply(session, school_id=_school(), person_id=_me(), told=told, case=case)
        )


@api.post("/hardship/<uuid:case_id>/refuse", allow=ANYONE_SIGNED_IN)
@api.response(200, CaseDetail)
def refuse(case_id: str) -> Any:
    """Say no to a nomination."""
    with transaction() as session:
        case = queries.own(session, case_id)
        applying.refuse_nomination(session, case)
        return _detail(session, case)


@api.post("/hardship/<uuid:case_id>/withdraw", allow=ANYONE_SIGNED_IN)
@api.response(200, CaseDetail)
def withdraw(case_id: str) -> Any:
    """End one's own case; what was told is erased."""
    with transaction() as session:
        case = queries.own(session, case_id)
        applying.withdraw(session, case)
        return _detail(session, case)


@api.post("/hardship/<uuid:case_id>/papers/<kind>", allow=ANYONE_SIGNED_IN)
@api.response(201, PaperOut)
def add_paper(case_id: str, kind: str) -> HardshipEvidence:
    """Hand in a paper (multipart, `file`): income, medical, schooling, accident or other. Kept sealed."""
    if (upload := request.files.get("file")) is None:
        raise Invalid(fields={"file": ["missing"]})
    if kind not in PAPERS:
        raise Invalid(fields={"kind": ["unknown"]})
    with transaction() as session:
        case = queries.visible(session, case_id, lock=True)
        return applying.add_paper(session, case, upload.stream, upload.filename or "", what=kind, by=_me())


@api.post("/hardship/<uuid:case_id>/surveys", allow=queries.KEEP)
@api.arguments(Survey)
@api.response(201, CaseDetail)
def record_survey(found: surveying.Found, case_id: str) -> Any:
    """Record a visit to the home; on a case on file it is the re-check."""
    with transaction() as session:
        case = queries.kept(session, case_id)
        surveying.record_survey(session, case, found, by=_me())
        return _detail(session, case)


@api.post("/hardship/<uuid:case_id>/proposals", allow=queries.KEEP)
@api.arguments(Proposal)
@api.response(201, CaseDetail)
def propose(body: dict[str, Any], case_id: str) -> Any:
    """Lay a level before the committee."""
    with transaction() as session:
        case = queries.kept(session, case_id)
        deciding.propose(session, case, by=_me(), **body)
        return _detail(session, case)


@api.get("/hardship/reviews", allow="hardship.review")
@api.response(200, ReviewOut(many=True))
def reviews() -> Any:
    """What waits for one's voice; each sheet is read on record."""
    with transaction() as session:
        found = queries.my_reviews(session)
        return [_review(session, proposal.case, proposal) for proposal in found]


@api.get("/hardship/reviews/<uuid:proposal_id>", allow="hardship.review")
@api.response(200, ReviewOut)
def review(proposal_id: str) -> Any:
    """One proposal, for its reviewers."""
    with transaction() as session:
        return _review(session, *queries.under_review(session, proposal_id))


@api.post("/hardship/reviews/<uuid:proposal_id>/vote", allow="hardship.review")
@api.arguments(Vote)
@api.response(200, ReviewOut)
def vote(body: dict[str, Any], proposal_id: str) -> Any:
    """Give one's voice; two alike decide."""
    with transaction() as session:
        case, proposal = queries.under_review(session, proposal_id, lock=True)
        deciding.vote(session, case, proposal, by=_me(), **body)
        return _review(session, case, proposal)


def _me() -> str:
    return str(actor().person_id)


def _school() -> str:
    return str(actor().school_id)


def _detail(session: Any, case: HardshipCase) -> dict[str, Any]:
    session.flush()
    api.etag(case.version)
    shown = {name: getattr(case, name) for name in CaseDetail().fields if name not in ("told", "surveys")}
    surveys = [
        {name: getattr(survey, name) for name in _SURVEY}
        | {"trace": [words for _met, words in wording.trace(survey)]}
        for survey in case.surveys
    ]
    return shown | {"told": case, "surveys": surveys}


_SURVEY = (
    "number", "kind", "surveyed_on", "went", "size", "income_fen", "medical_fen", "schooling_fen", "accident",
    "findings", "assessment", "pack_code", "pack_version",
)  # fmt: skip


def _review(session: Any, case: HardshipCase, proposal: HardshipProposal) -> dict[str, Any]:
    queries.record_read(session, case, reason="review")
    assessed = (case.survey.assessment if case.survey else None) or {"level": None, "steps": []}
    marks = [step for step in assessed["steps"] if step["met"] is not None]
    voted = proposal.vote_of(actor().person_id) is not None
    shown = {name: getattr(proposal, name) for name in ("id", "level", "reason", "proposed_by", "state")}
    return shown | {
        "person_id": case.person_id,
        "suggestion": assessed["level"],
        "marks": [{"code": step["code"], "met": step["met"]} for step in marks],
        "voted": voted,
    }
