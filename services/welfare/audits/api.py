"""Examinations of the books and the accounts that follow them, over HTTP."""

from typing import Any

from sqlalchemy.orm import Session

from services.welfare.audits import actions, queries, schemas
from services.welfare.audits.models import AuditFinding, AuditSession
from services.welfare.funds.models import PUBLISHED, FinancePeriod
from services.welfare.funds.queries import half_years
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import NotFound

api = Api(
    "audits", description="The auditors' examination of a half-year, and the accounts that members see."
)


@api.get("/audits", allow="money.see")
@api.paged(schemas.AuditRow)
def audits(_filters: dict[str, Any]) -> Keyset:
    """Every examination, the newest half-year first."""
    return queries.listing()


@api.post("/audits", allow="audits.examine")
@api.arguments(schemas.OpenBody)
@api.response(201, schemas.AuditOut)
def open_audit(body: dict[str, Any]) -> dict[str, Any]:
    """Begin to examine a half-year that is over; idempotent. 403 `handled-money` for whoever had a hand in it."""
    with transaction() as session:
        who = actor()
        made = actions.open_audit(session, school_id=str(who.school_id), by=_me(), **body)
        return shown(session, made)


@api.get("/audits/<uuid:audit_id>", allow="money.see")
@api.response(200, schemas.AuditOut)
def one_audit(audit_id: str) -> dict[str, Any]:
    """The sample, what was found, and who signed."""
    with reading() as session:
        return shown(session, get_within(session, AuditSession, audit_id))


@api.post("/audits/<uuid:audit_id>/looked", allow="audits.examine")
@api.arguments(schemas.LookedBody)
@api.response(200, schemas.AuditOut)
def look(body: dict[str, Any], audit_id: str) -> dict[str, Any]:
    """These sums of the sample agree with their receipts. Idempotent."""
    with transaction() as session:
        examined = get_within(session, AuditSession, audit_id, lock=True)
        actions.look(session, examined, body["entry_ids"], by=_me())
        return shown(session, examined)


@api.post("/audits/<uuid:audit_id>/findings", allow="audits.examine")
@api.arguments(schemas.FindingBody)
@api.response(201, schemas.FindingOut)
def find(body: dict[str, Any], audit_id: str) -> AuditFinding:
    """Name something that has to be put right."""
    with transaction() as session:
        examined = get_within(session, AuditSession, audit_id, lock=True)
        return actions.find(session, examined, by=_me(), **body)


@api.post("/audits/<uuid:audit_id>/findings/<uuid:finding_id>/answer", allow="money.keep")
@api.arguments(schemas.AnswerBody)
@api.response(200, schemas.FindingOut)
def answer(body: dict[str, Any], audit_id: str, finding_id: str) -> AuditFinding:
    """Say how it was put right."""
    with transaction() as session:
        examined, finding = _both(session, audit_id, finding_id)
        actions.answer(session, examined, finding, by=_me(), **body)
        return finding


@api.post("/audits/<uuid:audit_id>/findings/<uuid:finding_id>/settle", allow="audits.examine")
@api.response(200, schemas.FindingOut)
def settle(audit_id: str, finding_id: str) -> AuditFinding:
    """An auditor is content. 409 `examination-not-done` while nothing was put right."""
    with transaction() as session:
        examined, finding = _both(session, audit_id, finding_id)
        actions.settle(session, examined, finding, by=_me())
        return finding


@api.put("/audits/<uuid:audit_id>/opinion", allow="audits.examine")
@api.arguments(schemas.OpinionBody)
@api.response(200, schemas.AuditOut)
def word_opinion(body: dict[str, Any], audit_id: str) -> dict[str, Any]:
    """Word the opinion and sign it; names under an earlier wording no longer count."""
    with transaction() as session:
        examined = get_within(session, AuditSession, audit_id, lock=True)
        actions.write_opinion(session, examined, by=_me(), **body)
        return shown(session, examined)


@api.post("/audits/<uuid:audit_id>/sign", allow="audits.examine")
@api.arguments(schemas.SignBody)
@api.response(200, schemas.AuditOut)
def sign(body: dict[str, Any], audit_id: str) -> dict[str, Any]:
    """Put one's name under the wording one read; with the second name the half-year is closed."""
    with transaction() as session:
        examined = get_within(session, AuditSession, audit_id, lock=True)
        actions.sign(session, examined, by=_me(), **body)
        return shown(session, examined)


@api.get("/periods", allow="money.see")
@api.paged(schemas.PeriodOut)
def periods(_filters: dict[str, Any]) -> Keyset:
    """The half-years of the books, the newest first."""
    return half_years.listing()


@api.post("/periods/<string:period>/publish", allow="accounts.publish")
@api.response(200, schemas.AccountsOut)
def publish(period: str) -> FinancePeriod:
    """Open the accounts to the members. 409 `opinion-missing` before the auditors have signed. Idempotent."""
    with transaction() as session:
        who = actor()
        if half_years.find(session, str(who.school_id), period) is None:
            raise NotFound()
        return actions.publish(session, school_id=str(who.school_id), period=period, by=_me())


@api.get("/accounts", allow="accounts.read")
@api.paged(schemas.AccountsOut)
def accounts(_filters: dict[str, Any]) -> Keyset:
    """The accounts that were published: totals by heading, no lines of persons."""
    return queries.published()


@api.get("/accounts/<string:period>", allow="accounts.read")
@api.response(200, schemas.AccountsOut)
def accounts_of(period: str) -> FinancePeriod:
    with reading() as session:
        found = half_years.find(session, str(actor().school_id), period)
        if found is None or found.state != PUBLISHED:
            raise NotFound()
        return found


def shown(session: Session, examined: AuditSession) -> dict[str, Any]:
    """An examination with everything that hangs on it."""
    session.flush()
    row = {name: getattr(examined, name) for name in schemas.AuditRow().fields}
    return row | {
        "samples": queries.samples(session, examined.id),
        "findings": queries.findings(session, examined.id),
        "signed_by": [one.person_id for one in queries.signatures(session, examined)],
    }


def _both(session: Session, audit_id: str, finding_id: str) -> tuple[AuditSession, AuditFinding]:
    examined = get_within(session, AuditSession, audit_id, lock=True)
    finding = get_within(session, AuditFinding, finding_id)
    if finding.audit_id != examined.id:
        raise NotFound()
    return examined, finding


def _me() -> str:
    return str(actor().person_id)
