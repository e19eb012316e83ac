"""Opening the accounts of an examined half-year to the members: totals by heading, never a line of a person."""

import hashlib
import json
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from services.welfare.audits import queries
from services.welfare.funds.actions.half_years import period_of
from services.welfare.funds.models import PUBLISHED, RUNNING, FinancePeriod
from shared.contracts.welfare import FinancePeriodPublished
from shared.kit import audit, clock
from shared.kit.messages import emit
from shared.kit.problems import Conflict


class OpinionMissing(Conflict):
    """The auditors have not signed: nothing is published before."""

    slug = "opinion-missing"
    title = _l("The auditors have not signed yet")


def publish(session: Session, *, school_id: str, period: str, by: str) -> FinancePeriod:
    """Open a half-year to the members; again it changes nothing. Raises OpinionMissing."""
    half_year = period_of(session, school_id, period)
    if half_year.state == PUBLISHED:
        return half_year
    if half_year.state == RUNNING or half_year.audit_id is None:
        raise OpinionMissing(_("First the auditors sign their opinion, two of them; then it is published."))
    content = queries.accounts(session, school_id, period) | {"audit_id": half_year.audit_id}
    half_year.content, half_year.sha256 = content, fingerprint(content)
    half_year.state, half_year.published_by, half_year.published_at = PUBLISHED, by, clock.now()
    emit(
        session,
        FinancePeriodPublished,
        of=half_year,
        subject=school_id,
        school=school_id,
        period=period,
        income_by_code=content["income_by_code"],
        spend_by_code=content["spend_by_code"],
        rule_breaches=content["rule_breaches"],
        audit_ref=half_year.audit_id,
        sha256=half_year.sha256,
    )
    audit.record(session, "accounts.published", object_id=half_year.id)
    return half_year


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of the content as JSON with sorted names and no blanks: what was published can be told from anything else."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
