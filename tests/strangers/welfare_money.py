"""Cases for the routes of the union's money: the ledger, the budget, what is planned, posts, documents, expenses."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from services.welfare.expenses.actions import Spending, approve, check, submit
from services.welfare.expenses.actions.submitting import SOURCE
from services.welfare.expenses.models import Expense
from services.welfare.funds.actions import book_income, book_spending, keep_receipt, use_receipts
from services.welfare.funds.actions.planning import allot_aid, approve_budget, draft_budget, settle_activity
from services.welfare.funds.actions.posts import publish_policy
from shared.kit import clock
from shared.kit.access import Actor
from shared.kit.database import new_id
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1"
PAGES = "/welfare"
Cases = dict[Route, Case]
WHAT_FOR = "甲校一笔"  # stands in no other school's books


def cases(ours: Ours) -> Cases:
    ours.mark(WHAT_FOR)
    return {
        **_ledger(ours),
        **_budgets(ours),
        **_plans(ours),
        **_posts(ours),
        **_expenses(ours),
        **_steps(ours),
    }


def _do(ours: Ours, deed: Callable[[Any], Any]) -> str:
    """Do something in our books; its id."""
    with ours.house.welfare.transaction() as session:
        made = deed(session)
        session.flush()
        return ours.mark(str(made.id))


def _entry(ours: Ours) -> str:
    return _do(
        ours,
        lambda session: book_spending(
            session,
            school_id=ours.school.id,
            code="activity-sports",
            fund="union",
            amount_fen=12300,
            spent_on=clock.today(),
            source="expense",
            source_id=new_id(),
            words=WHAT_FOR,
        ),
    )


def _ledger(ours: Ours) -> Cases:
    treasurer, auditor = ours.officers["treasurer"], ours.officers["auditor"]
    rows = [_entry(ours) for _ in range(4)]
    _do(
        ours,
        lambda session: book_income(
            session,
            school_id=ours.school.id,
            code="allocation",
            amount_fen=500000,
            received_on=clock.today(),
            source="income",
            source_id=new_id(),
            words=WHAT_FOR,
        ),
    )
    income = {
        "code": "allocation",
        "fund": "union",
        "received_on": clock.today().isoformat(),
        "words": "区里拨来",
    }
    one, page = "<uuid:entry_id>", f"{PAGES}/money/ledger"
    return {
        ("GET", f"{API}/ledger"): Case(auditor, f"{API}/ledger", shared=True, shows=rows[0]),
        ("GET", f"{page}"): Case(auditor, page, shared=True, shows=WHAT_FOR),
        ("GET", f"{API}/ledger/{one}"): Case(auditor, f"{API}/ledger/{rows[0]}", shows=WHAT_FOR),
        ("GET", f"{page}/{one}"): Case(auditor, f"{page}/{rows[0]}", shows=WHAT_FOR),
        ("POST", f"{API}/ledger/{one}/take-back"): Case(
            treasurer, f"{API}/ledger/{rows[1]}/take-back", json={"reason": "重复入账"}
        ),
        ("GET", f"{page}/{one}/take-back"): Case(treasurer, f"{page}/{rows[2]}/take-back"),
        ("POST", f"{page}/{one}/take-back"): Case(
            treasurer, f"{page}/{rows[2]}/take-back", form={"reason": "重复入账"}
        ),
        ("POST", f"{API}/ledger/{one}/receipts"): Case(
            treasurer, f"{API}/ledger/{rows[3]}/receipts", file=b"%PDF-1.4 proof"
        ),
        ("POST", f"{page}/{one}/receipts"): Case(
            treasurer, f"{page}/{rows[3]}/receipts", form={}, file=b"%PDF-1.4 page", part="photo"
        ),
        ("POST", f"{API}/income"): Case(
            treasurer, f"{API}/income", json=income | {"amount_fen": 100}, shared=True
        ),
        ("GET", f"{PAGES}/money/income/new"): Case(treasurer, f"{PAGES}/money/income/new", shared=True),
        ("POST", f"{PAGES}/money/income/new"): Case(
            treasurer,
            f"{PAGES}/money/income/new",
            form=income | {"amount": "1", "entry_id": new_id()},
            shared=True,
        ),
    }


def _budgets(ours: Ours) -> Cases:
    """Each school has budgets of its own: by its year a stranger finds nothing, or the stranger's own."""
    treasurer, chair, auditor = (ours.officers[office] for office in ("treasurer", "chair", "auditor"))
    year = clock.today().year
    lines = {"activity-sports": 30000000}

    def draft(of_year: int, *, approved: bool = False) -> str:
        def deed(session: Any) -> Any:
            made = draft_budget(
                session,
                school_id=ours.school.id,
                year=of_year,
                lines=lines,
                reserve_percent=0,
                by=treasurer.id,
            )
            if approved:
                approve_budget(session, made, resolution="例会", by=chair.id)
            return made

        return _do(ours, deed)

    shown = draft(year)
    for n, approved in ((1, False), (2, False), (3, True), (4, True)):
        draft(year + n, approved=approved)
    api, page, part = f"{API}/budgets", f"{PAGES}/money/budgets", "<int(min=2000,max=2099):year>"
    return {
        ("GET", f"{API}/money"): Case(auditor, f"{API}/money", shared=True, shows="activity-sports"),
        ("GET", f"{PAGES}/money/"): Case(auditor, f"{PAGES}/money/", shared=True),
        ("GET", f"{api}/{part}"): Case(auditor, f"{api}/{year}", shows=shown),
        ("GET", f"{page}/{part}"): Case(auditor, f"{page}/{year}", shared=True, shows="300,000.00"),
        ("PUT", f"{api}/{part}"): Case(treasurer, f"{api}/{year - 1}", json={"lines": lines}, shared=True),
        ("GET", f"{page}/{part}/edit"): Case(treasurer, f"{page}/{year}/edit", shared=True),
        ("POST", f"{page}/{part}/edit"): Case(
            treasurer, f"{page}/{year - 2}/edit", form={"line-activity-sports": "5"}, shared=True
        ),
        ("POST", f"{api}/{part}/approve"): Case(
            chair, f"{api}/{year + 1}/approve", json={"resolution": "例会"}
        ),
        ("POST", f"{page}/{part}/approve"): Case(
            chair, f"{page}/{year + 2}/approve", form={"resolution": "例会"}
        ),
        ("POST", f"{api}/{part}/report"): Case(chair, f"{api}/{year + 3}/report"),
        ("POST", f"{page}/{part}/report"): Case(chair, f"{page}/{year + 4}/report", form={}),
    }


def _plans(ours: Ours) -> Cases:
    treasurer, auditor, activity = ours.officers["treasurer"], ours.officers["auditor"], new_id()
    sum_apart = {"fund": "union", "allotted_on": clock.today().isoformat(), "words": "例会"}

    def apart(session: Any) -> Any:
        return allot_aid(
            session,
            school_id=ours.school.id,
            fund="union",
            amount_fen=100000,
            allotted_on=clock.today(),
            words=WHAT_FOR,
            by=treasurer.id,
        )

    allotted = _do(ours, apart)
    said = {
        "activity_id": activity,
        "kind": "contest",
        "attended": 30,
        "winners": 3,
        "spend_fen": 55500,
        "satisfaction_hundredths": None,
    }
    with ours.house.welfare.transaction() as session:
        settle_activity(session, school_id=ours.school.id, day=clock.today(), cost=said)
    ours.mark(activity)
    return {
        ("GET", f"{API}/aid-fund"): Case(auditor, f"{API}/aid-fund", shared=True, shows=allotted),
        ("GET", f"{PAGES}/money/aid-fund"): Case(
            auditor, f"{PAGES}/money/aid-fund", shared=True, shows=WHAT_FOR
        ),
        ("POST", f"{API}/aid-fund"): Case(
            treasurer, f"{API}/aid-fund", json=sum_apart | {"amount_fen": 500}, shared=True
        ),
        ("POST", f"{PAGES}/money/aid-fund"): Case(
            treasurer, f"{PAGES}/money/aid-fund", form=sum_apart | {"amount": "5"}, shared=True
        ),
        ("GET", f"{API}/activity-costs"): Case(auditor, f"{API}/activity-costs", shared=True, shows=activity),
        ("GET", f"{PAGES}/money/activities"): Case(
            auditor, f"{PAGES}/money/activities", shared=True, shows=activity
        ),
    }


def _posts(ours: Ours) -> Cases:
    """Every member reads who keeps the money and by which rules: each of the own union."""
    chair, member = ours.officers["chair"], ours.member

    def write(session: Any) -> Any:
        return publish_policy(
            session,
            school_id=ours.school.id,
            kind="finance-rules",
            text=WHAT_FOR,
            adopted_on=clock.today(),
            by=chair.id,
        )

    policy = _do(ours, write)
    text = {"text": "一人记账,一人管钱。", "adopted_on": clock.today().isoformat()}
    page = f"{PAGES}/money/policies"
    return {
        ("PUT", f"{API}/money-posts/<string:post>"): Case(
            chair, f"{API}/money-posts/cashier", json={"person_id": member.id}, shared=True
        ),
        ("GET", f"{PAGES}/money/posts/<post>"): Case(chair, f"{PAGES}/money/posts/accountant", shared=True),
        ("POST", f"{PAGES}/money/posts/<post>"): Case(
            chair,
            f"{PAGES}/money/posts/accountant",
            form={"person_id": ours.officers["treasurer"].id},
            shared=True,
        ),
        ("GET", f"{API}/money-posts"): Case(member, f"{API}/money-posts", shared=True, shows=member.id),
        ("GET", f"{PAGES}/money/rules"): Case(member, f"{PAGES}/money/rules", shared=True),
        ("GET", f"{API}/money-policies"): Case(member, f"{API}/money-policies", shared=True, shows=policy),
        ("GET", f"{page}/<kind>"): Case(member, f"{page}/finance-rules", shared=True, shows=WHAT_FOR),
        ("GET", f"{page}/<kind>/new"): Case(chair, f"{page}/finance-rules/new", shared=True),
        ("POST", f"{API}/money-policies"): Case(
            chair, f"{API}/money-policies", json=text | {"kind": "cashier-duties"}, shared=True
        ),
        ("POST", f"{page}/<kind>/new"): Case(chair, f"{page}/finance-rules/new", form=text, shared=True),
    }


def _expense(ours: Ours, *steps: str, proved: bool = False) -> str:
    """An expense that our sports officer entered, and that went so far."""

    def deed(session: Any) -> Expense:
        spending = Spending("sports", "union", 5000, clock.today(), WHAT_FOR)
        made = submit(session, spending, school_id=ours.school.id, by=ours.officers["sports"].id)
        for step, office, take in (("check", "treasurer", check), ("approve", "chair", approve)):
            if step in steps:
                take(session, made, _acting(ours, office))
        if proved:
            receipt = keep_receipt(
                session, BytesIO(new_pdf()), "p.pdf", school_id=ours.school.id, kept_by=made.submitted_by
            )
            session.flush()
            use_receipts(session, [receipt.id], school_id=ours.school.id, source=SOURCE, source_id=made.id)
        return made

    return _do(ours, deed)


def new_pdf() -> bytes:
    return b"%PDF-1.4 " + new_id().encode()


def _acting(ours: Ours, office: str) -> Actor:
    person = ours.officers[office]
    return Actor(person_id=person.id, school_id=ours.school.id, offices=frozenset({office}))


def _expenses(ours: Ours) -> Cases:
    sports, today = ours.officers["sports"], date.isoformat(clock.today())
    shown, body = _expense(ours), {"fund": "union", "spent_on": today, "words": "球"}
    api, page = f"{API}/expenses", f"{PAGES}/expenses"
    return {
        ("GET", api): Case(sports, api, shared=True, shows=shown),
        ("GET", f"{page}/"): Case(sports, f"{page}/", shared=True, shows=shown),
        ("POST", api): Case(sports, api, json=body | {"kind": "sports", "amount_fen": 100}, shared=True),
        ("POST", f"{api}/receipts"): Case(sports, f"{api}/receipts", file=new_pdf(), shared=True),
        ("GET", f"{page}/new"): Case(sports, f"{page}/new", shared=True),
        ("GET", f"{page}/new/<kind>"): Case(sports, f"{page}/new/sports", shared=True),
        ("POST", f"{page}/new/<kind>"): Case(
            sports, f"{page}/new/sports", form=body | {"amount": "1", "entry_id": new_id()}, shared=True
        ),
        ("GET", f"{api}/<uuid:expense_id>"): Case(sports, f"{api}/{shown}", shows=WHAT_FOR),
        ("GET", f"{page}/<uuid:expense_id>"): Case(sports, f"{page}/{shown}", shows=WHAT_FOR),
        ("POST", f"{api}/<uuid:expense_id>/receipts"): Case(
            sports, f"{api}/{shown}/receipts", file=new_pdf()
        ),
        ("POST", f"{page}/<uuid:expense_id>/receipts"): Case(
            sports, f"{page}/{shown}/receipts", form={}, file=new_pdf(), part="photos"
        ),
        ("GET", f"{page}/<uuid:expense_id>/refuse"): Case(
            ours.officers["treasurer"], f"{page}/{shown}/refuse", shows=WHAT_FOR
        ),
    }


def _steps(ours: Ours) -> Cases:
    """Each step by whoever takes it, over HTTP and on the page."""
    found: Cases = {}
    cashier = ours.member
    ways: tuple[tuple[str, Any, tuple[str, ...], dict[str, str]], ...] = (
        ("check", ours.officers["treasurer"], (), {}),
        ("approve", ours.officers["chair"], ("check",), {}),
        ("pay", cashier, ("check", "approve"), {}),
        ("refuse", ours.officers["treasurer"], (), {"reason": "票据不清"}),
        ("withdraw", ours.officers["sports"], (), {}),
    )
    for step, person, before, body in ways:
        for prefix in (API, PAGES):
            expense = _expense(ours, *before, proved=True)
            url = f"{prefix}/expenses/{expense}/{step}"
            given: dict[str, Any] = {"form": body} if prefix == PAGES else {"json": body or None}
            found["POST", f"{prefix}/expenses/<uuid:expense_id>/{step}"] = Case(person, url, **given)
    return found
