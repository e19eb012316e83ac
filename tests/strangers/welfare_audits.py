"""Cases for the routes of examinations, published accounts and years that were handed up; the half-years lie years back, where nothing else is."""

from datetime import date
from typing import Any

from services.welfare.audits import actions, queries
from services.welfare.audits.models import AuditSession
from services.welfare.funds.actions import book_spending
from services.welfare.funds.actions.half_years import period_of
from services.welfare.funds.actions.planning import approve_budget, draft_budget
from services.welfare.year_ends.actions import submit
from shared.kit.database import locked, new_id
from shared.kit.people import Person
from shared.kit.testing.builders import a_person
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1"
PAGES = "/welfare/money"
WHAT_FOR = "甲校旧账"
Cases = dict[Route, Case]


def cases(ours: Ours) -> Cases:
    ours.mark(WHAT_FOR)
    return {**_reading(ours), **_examining(ours), **_publishing(ours), **_year_ends(ours)}


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


def _year_ends(ours: Ours) -> Cases:
    """Years that lie still further back; the district confirms what its own unions handed up."""
    treasurer, officer = ours.officers["treasurer"], _district_officer(ours)
    packages = {year: _package(ours, year) for year in (2001, 2002, 2003)}
    for year in (2004, 2005):
        _close(ours, year)
    part, one = "<int(min=2000,max=2099):year>", "<uuid:package_id>"
    found: Cases = {
        ("GET", f"{API}/accounting/<string:month>"): Case(
            treasurer, f"{API}/accounting/2020-02", shared=True, shows=WHAT_FOR
        ),
        ("GET", f"{PAGES}/accounting"): Case(
            treasurer, f"{PAGES}/accounting?month=2020-02", shared=True, shows="5.00"
        ),
        ("GET", f"{API}/years/{part}"): Case(treasurer, f"{API}/years/2001", shows=packages[2001]),
        ("GET", f"{PAGES}/years/{part}"): Case(treasurer, f"{PAGES}/years/2001", shared=True, shows=WHAT_FOR),
        ("POST", f"{API}/years/{part}/submit"): Case(treasurer, f"{API}/years/2004/submit", shared=True),
        ("POST", f"{PAGES}/years/{part}/submit"): Case(
            treasurer, f"{PAGES}/years/2005/submit", form={}, shared=True
        ),
    }
    for base in (API, "/welfare"):
        all_of, its = f"{base}/district/year-ends", f"{base}/district/year-ends/{one}"
        found["GET", all_of] = Case(officer, f"{all_of}?year=2001", district=True, shows=packages[2001])
        found["GET", its] = Case(officer, f"{all_of}/{packages[2001]}", district=True, shows=WHAT_FOR)
        confirmed = packages[2002 if base == API else 2003]
        found["POST", f"{its}/receive"] = Case(
            officer, f"{all_of}/{confirmed}/receive", form=None if base == API else {}, district=True
        )
    return found


def _district_officer(ours: Ours) -> Person:
    return a_person(ours.house.welfare, ours.district, "本区会计", offices=["district_officer"])


def _close(ours: Ours, year: int) -> None:
    """A budget, and both halves open to the members."""
    treasurer, chair = ours.officers["treasurer"], ours.officers["chair"]
    with ours.house.welfare.transaction() as session:
        budget = draft_budget(
            session, school_id=ours.school.id, year=year, lines={}, reserve_percent=0, by=treasurer.id
        )
        approve_budget(session, budget, resolution="例会", by=chair.id)
        for half in ("H1", "H2"):
            half_year = period_of(session, ours.school.id, f"{year}-{half}")
            made = AuditSession(
                school_id=ours.school.id,
                period=f"{year}-{half}",
                seed="a",
                verdict="clean",
                opinion=WHAT_FOR,
                opened_by=chair.id,
            )
            session.add(made)
            session.flush()
            half_year.state, half_year.audit_id = "examined", made.id
            actions.publish(session, school_id=ours.school.id, period=f"{year}-{half}", by=treasurer.id)


def _package(ours: Ours, year: int) -> str:
    _close(ours, year)
    with ours.house.welfare.transaction() as session:
        made = submit(session, school_id=ours.school.id, year=year, by=ours.officers["treasurer"].id)
        return ours.mark(made.id)
