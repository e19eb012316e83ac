"""Cases for the routes of examinations and published accounts; the half-years lie years back, where nothing else is."""

from datetime import date
from typing import Any

from services.welfare.audits import actions, queries
from services.welfare.audits.models import AuditSession
from services.welfare.funds.actions import book_spending
from services.welfare.funds.actions.half_years import period_of
from shared.kit.database import locked, new_id
from shared.kit.testing.builders import a_person
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1"
PAGES = "/welfare/money"
WHAT_FOR = "甲校旧账"
Cases = dict[Route, Case]


def cases(ours: Ours) -> Cases:
    ours.mark(WHAT_FOR)
    return {**_reading(ours), **_examining(ours), **_publishing(ours)}


def _audit(ours: Ours, period: str, *, ready: bool = False) -> str:
    """Our auditors' examination of a half-year in which one sum was spent, without a receipt."""
    year, auditor = int(period[:4]), ours.officers["auditor"]
    with ours.house.welfare.transaction() as session:
        if not ready:
            book_spending(
                session,
                school_id=ours.school.id,
                code="activity-sports",
                fund="union",
                amount_fen=500,
                spent_on=date(year, 2 if period.endswith("H1") else 8, 3),
                source="expense",
                source_id=new_id(),
                words=WHAT_FOR,
            )
        made = actions.open_audit(session, school_id=ours.school.id, period=period, by=auditor.id)
        session.flush()
        return ours.mark(made.id)


def _worded(ours: Ours, period: str) -> str:
    """An examination with nothing to look at, whose opinion another auditor has worded."""
    audit_id = _audit(ours, period, ready=True)
    other = a_person(ours.house.welfare, ours.school, "甲审", offices=["auditor"])
    with ours.house.welfare.transaction() as session:
        made = locked(session, AuditSession, audit_id)
        assert made is not None
        actions.write_opinion(session, made, verdict="clean", opinion="账目清楚。", by=other.id)
    return audit_id


def _parts(ours: Ours, audit_id: str) -> tuple[str, str]:
    """A finding that was answered, and the sum that was drawn."""
    with ours.house.welfare.transaction() as session:
        made = locked(session, AuditSession, audit_id)
        assert made is not None
        finding = actions.find(session, made, words="少签名", by=ours.officers["auditor"].id)
        actions.answer(session, made, finding, answer="已补签", by=ours.officers["treasurer"].id)
        session.flush()
        return ours.mark(finding.id), queries.samples(session, audit_id)[0].entry_id


def _reading(ours: Ours) -> Cases:
    auditor, audit_id = ours.officers["auditor"], _audit(ours, "2020-H1")
    return {
        ("GET", f"{API}/audits"): Case(auditor, f"{API}/audits", shared=True, shows=audit_id),
        ("GET", f"{PAGES}/periods"): Case(auditor, f"{PAGES}/periods", shared=True, shows=audit_id),
        ("GET", f"{API}/periods"): Case(auditor, f"{API}/periods", shared=True, shows=audit_id),
        ("GET", f"{API}/audits/<uuid:audit_id>"): Case(auditor, f"{API}/audits/{audit_id}", shows=audit_id),
        ("GET", f"{PAGES}/audits/<uuid:audit_id>"): Case(
            auditor, f"{PAGES}/audits/{audit_id}", shows=WHAT_FOR
        ),
        ("POST", f"{API}/audits"): Case(auditor, f"{API}/audits", json={"period": "2019-H1"}, shared=True),
        ("POST", f"{PAGES}/audits"): Case(
            auditor, f"{PAGES}/audits", form={"period": "2019-H2"}, shared=True
        ),
    }


def _examining(ours: Ours) -> Cases:
    auditor, treasurer = ours.officers["auditor"], ours.officers["treasurer"]
    found: Cases = {}
    opinion = {"verdict": "clean", "opinion": "账目清楚。"}
    for n, (base, way) in enumerate(((API, "json"), (PAGES, "form"))):
        audit_id = _audit(ours, f"{2017 - n}-H1")
        finding, entry = _parts(ours, audit_id)
        route, url = f"{base}/audits/<uuid:audit_id>", f"{base}/audits/{audit_id}"
        one, its = f"{route}/findings/<uuid:finding_id>", f"{url}/findings/{finding}"
        new = "findings" if way == "json" else "findings/new"

        def body(given: dict[str, Any], way: str = way) -> dict[str, Any]:
            return {way: given}

        found["POST", f"{route}/looked"] = Case(auditor, f"{url}/looked", **body({"entry_ids": [entry]}))
        found["POST", f"{route}/{new}"] = Case(auditor, f"{url}/{new}", **body({"words": "缺清单"}))
        found["POST", f"{one}/answer"] = Case(treasurer, f"{its}/answer", **body({"answer": "已补"}))
        found["POST", f"{one}/settle"] = Case(auditor, f"{its}/settle", **({} if n == 0 else body({})))
        worded = f"{base}/audits/{_worded(ours, f'{2015 - n}-H1')}"
        method = "PUT" if way == "json" else "POST"
        found[method, f"{route}/opinion"] = Case(
            auditor, f"{base}/audits/{_audit(ours, f'{2013 - n}-H1', ready=True)}/opinion", **body(opinion)
        )
        found["POST", f"{route}/sign"] = Case(auditor, f"{worded}/sign", **body({"number": 1}))
        if way == "form":
            found["GET", f"{route}/{new}"] = Case(auditor, f"{url}/{new}")
            found["GET", f"{one}/answer"] = Case(treasurer, f"{its}/answer")
            found["GET", f"{route}/opinion"] = Case(auditor, f"{url}/opinion")
    return found


def _publishing(ours: Ours) -> Cases:
    """Each union has half-years of its own."""
    treasurer, member = ours.officers["treasurer"], ours.member
    with ours.house.welfare.transaction() as session:
        for period in ("2010-H1", "2010-H2", "2011-H1"):
            half_year = period_of(session, ours.school.id, period)
            made = AuditSession(
                school_id=ours.school.id,
                period=period,
                seed="a",
                verdict="clean",
                opinion=WHAT_FOR,
                opened_by=member.id,
            )
            session.add(made)
            session.flush()
            half_year.state, half_year.audit_id = "examined", made.id
        shown = actions.publish(session, school_id=ours.school.id, period="2011-H1", by=treasurer.id)
        ours.mark(str(shown.sha256))
    part = "<string:period>"
    return {
        ("POST", f"{API}/periods/{part}/publish"): Case(treasurer, f"{API}/periods/2010-H1/publish"),
        ("POST", f"{PAGES}/periods/<period>/publish"): Case(
            treasurer, f"{PAGES}/periods/2010-H2/publish", form={}
        ),
        ("GET", f"{API}/accounts"): Case(member, f"{API}/accounts", shared=True, shows=str(shown.sha256)),
        ("GET", f"{PAGES}/accounts/"): Case(member, f"{PAGES}/accounts/", shared=True, shows="2011-H1"),
        ("GET", f"{API}/accounts/{part}"): Case(member, f"{API}/accounts/2011-H1", shows=str(shown.sha256)),
        ("GET", f"{PAGES}/accounts/<period>"): Case(member, f"{PAGES}/accounts/2011-H1", shows=WHAT_FOR),
    }
