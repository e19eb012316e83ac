"""The union's money over HTTP: the ledger, the year's budget, aid set apart, costs, posts and documents."""

from typing import Any

from flask import request

from services.welfare.funds import actions, queries, schemas
from services.welfare.funds.actions import planning, posts
from services.welfare.funds.models import AidAllotment, Budget, Entry, MoneyPost, Policy
from services.welfare.funds.queries import ledger, plans, sums
from services.welfare.funds.queries import posts as held
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import locked, new_id, reading, transaction
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid, NotFound

api = Api(
    "funds",
    description="The union's money: what came in, what went out, what is planned, and what proves it.",
)


@api.get("/receipts", allow="funds.receipts")
@api.paged(schemas.ReceiptRow)
def receipts(_filters: dict[str, Any]) -> Keyset:
    """Every receipt that proves something, the newest first. Two with one hash are the same picture."""
    return queries.all_receipts()


@api.get("/ledger", allow="money.see")
@api.paged(schemas.EntryOut, schemas.LedgerFilter)
def ledger_of_the_union(filters: dict[str, Any]) -> Keyset:
    """Every sum, the latest first; `receipt=missing` those that nothing proves."""
    return ledger.listing(filters)


@api.get("/ledger/<uuid:entry_id>", allow="money.see")
@api.response(200, schemas.EntryOut)
def one_entry(entry_id: str) -> Entry:
    with reading() as session:
        return get_within(session, Entry, entry_id)


@api.post("/ledger/<uuid:entry_id>/take-back", allow="money.keep")
@api.arguments(schemas.TakeBack)
@api.response(200, schemas.EntryOut)
def take_back(body: dict[str, Any], entry_id: str) -> Entry:
    """Counter a sum; the answer is the counter-entry. Idempotent."""
    with transaction() as session:
        entry = get_within(session, Entry, entry_id, lock=True)
        return actions.take_back(session, entry, reason=body["reason"], by=_me())


@api.post("/ledger/<uuid:entry_id>/receipts", allow="money.keep")
@api.response(201, schemas.ReceiptAdded)
def prove(entry_id: str) -> dict[str, Any]:
    """Add the picture of a receipt to what an entry is for (multipart, `file`)."""
    if (upload := request.files.get("file")) is None:
        raise Invalid(fields={"file": ["missing"]})
    with transaction() as session:
        entry = get_within(session, Entry, entry_id, lock=True)
        receipt, doubled = actions.prove(session, entry, upload.stream, upload.filename or "", by=_me())
        return {
            "id": receipt.id,
            "file_id": receipt.file_id,
            "sha256": receipt.sha256,
            "used_before": bool(doubled),
        }


@api.post("/income", allow="money.keep")
@api.arguments(schemas.IncomeBody)
@api.response(201, schemas.EntryOut)
def book_income(body: dict[str, Any]) -> Entry:
    """Book money that came in: allocations, grants, interest. Dues book themselves. Idempotent by `entry_id`."""
    with transaction() as session:
        return actions.book_income(
            session,
            school_id=_school(),
            source="income",
            source_id=body.pop("entry_id", None) or new_id(),
            by=_me(),
            **body,
        )


@api.get("/money", allow="money.see")
@api.arguments(schemas.YearQuery, location="query")
@api.response(200, schemas.YearOut)
def money(query: dict[str, Any]) -> dict[str, Any]:
    """Planned, bespoken and spent, heading by heading, and what is in each fund."""
    with reading() as session:
        year = sums.year_of(session, _school(), query.get("year") or clock.today().year)
        return {
            "year": year.year,
            "budget": year.budget,
            "income": year.income,
            "spending": year.spending,
            "balances": sums.balances(session, _school()),
        }


@api.get("/budgets/<int(min=2000,max=2099):year>", allow="money.see")
@api.response(200, schemas.BudgetOut)
def budget(year: str) -> Budget:
    """The newest version, a draft or not."""
    with reading() as session:
        return _latest(session, int(year))


@api.put("/budgets/<int(min=2000,max=2099):year>", allow="money.keep")
@api.arguments(schemas.BudgetBody)
@api.response(200, schemas.BudgetOut)
def draft_budget(body: dict[str, Any], year: str) -> Budget:
    """Write the draft; over an approved budget it is the next version."""
    with transaction() as session:
        found = planning.draft_budget(session, school_id=_school(), year=int(year), by=_me(), **body)
        session.flush()
        return found


@api.post("/budgets/<int(min=2000,max=2099):year>/approve", allow="money.decide")
@api.arguments(schemas.Approval)
@api.response(200, schemas.BudgetOut)
def approve_budget(body: dict[str, Any], year: str) -> Budget:
    """Note the committee's approval; never by who drafted it."""
    with transaction() as session:
        return planning.approve_budget(session, _latest(session, int(year), lock=True), by=_me(), **body)


@api.post("/budgets/<int(min=2000,max=2099):year>/report", allow="money.decide")
@api.response(200, schemas.BudgetOut)
def report_budget(year: str) -> Budget:
    """It went to the district."""
    with transaction() as session:
        return planning.report_budget(session, _latest(session, int(year), lock=True))


@api.get("/aid-fund", allow="money.see")
@api.paged(schemas.AllotmentOut)
def aid_fund(_filters: dict[str, Any]) -> Keyset:
    """What was set apart for colleagues in hardship, and from where."""
    return plans.allotments()


@api.post("/aid-fund", allow="money.keep")
@api.arguments(schemas.AllotmentBody)
@api.response(201, schemas.AllotmentOut)
def allot_aid(body: dict[str, Any]) -> AidAllotment:
    """Set a sum apart. Help in hardship never pays more from that fund than was set apart."""
    with transaction() as session:
        return planning.allot_aid(session, school_id=_school(), by=_me(), **body)


@api.get("/activity-costs", allow="money.see")
@api.paged(schemas.CostOut, schemas.CostFilter)
def activity_costs(filters: dict[str, Any]) -> Keyset:
    """Cost and content of each activity, side by side."""
    return plans.costs(filters)


@api.get("/money-posts", allow="money.policies")
@api.response(200, schemas.PostOut(many=True))
def money_posts() -> list[MoneyPost]:
    """Who keeps the books and who keeps the cash today."""
    with reading() as session:
        return list(held.running(session, _school()).values())


@api.put("/money-posts/<string:post>", allow="money.decide")
@api.arguments(schemas.PostBody)
@api.response(200, schemas.PostOut)
def give_post(body: dict[str, Any], post: str) -> MoneyPost:
    """Name the accountant or the cashier. 409 `posts-apart` where the two, or an auditor, would be one person."""
    with transaction() as session:
        return posts.give_post(session, school_id=_school(), post=post, by=_me(), **body)


@api.get("/money-policies", allow="money.policies")
@api.paged(schemas.PolicyOut)
def money_policies(_filters: dict[str, Any]) -> Keyset:
    """Every version of the documents on money, the newest first."""
    return held.all_policies()


@api.post("/money-policies", allow="money.decide")
@api.arguments(schemas.PolicyBody)
@api.response(201, schemas.PolicyOut)
def publish_policy(body: dict[str, Any]) -> Policy:
    """The next version of a document."""
    with transaction() as session:
        return posts.publish_policy(session, school_id=_school(), by=_me(), **body)


def _me() -> str:
    return str(actor().person_id)


def _school() -> str:
    return str(actor().school_id)


def _latest(session: Any, year: int, *, lock: bool = False) -> Budget:
    found = sums.latest_budget(session, _school(), year)
    if found is None:
        raise NotFound()
    return locked(session, Budget, found.id) or found if lock else found
