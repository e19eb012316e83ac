"""Pages of the half-years: where each stands, an examination with its sample and findings, and the published accounts."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from services.welfare.audits import actions, queries
from services.welfare.audits.models import (
    AUDIT_STATES,
    FINDING_STATES,
    FINDINGS,
    VERDICTS,
    AuditFinding,
    AuditSession,
)
from services.welfare.audits.schemas import AnswerBody, FindingBody, OpenBody, OpinionBody, SignForm
from services.welfare.funds.codes import CODES, INCOME, SPENDING
from services.welfare.funds.models import PERIOD_STATES, PUBLISHED
from services.welfare.funds.pages.words import SOURCES
from services.welfare.funds.queries import half_years
from services.welfare.periods import before, bounds, half_year_of, in_words, public_by
from services.welfare.visits.queries import names
from services.welfare.wording import in_yuan, rule_name
from shared.kit import clock
from shared.kit.access import actor, get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.problems import NotFound, Problem
from shared.kit.web.forms import Form

pages = Pages("audits")
PERIODS, AUDITS = "/welfare/money/periods", "/welfare/money/audits/"


@pages.get("/money/periods", allow="money.see")
def periods() -> Any:
    """Every half-year and the step that waits in it."""
    return _periods()


@pages.post("/money/audits", allow="audits.examine")
def open_audit() -> Any:
    given = Form().load(OpenBody, request.form)
    if given is None:
        raise NotFound()
    try:
        with transaction() as session:
            made = actions.open_audit(session, school_id=_school(), by=_me(), **given)
        return seen_other(f"{AUDITS}{made.id}")
    except Problem as refusal:
        return Response(_periods(refusal), refusal.status)


@pages.post("/money/periods/<period>/publish", allow="accounts.publish")
def publish(period: str) -> Any:
    try:
        with transaction() as session:
            if half_years.find(session, _school(), period) is None:
                raise NotFound()
            actions.publish(session, school_id=_school(), period=period, by=_me())
    except actions.OpinionMissing as refusal:
        return Response(_periods(refusal), refusal.status)
    flash(_("Published. Every member can read it."))
    return seen_other(f"/welfare/money/accounts/{period}")


@pages.get("/money/accounts/", allow="accounts.read")
def accounts() -> Any:
    """The half-years that were opened to the members."""
    keyset = queries.published()
    header = [_("Half-year"), _("Received in yuan"), _("Spent in yuan"), _("Rules broken"), _("Published")]

    def row(found: Any) -> list[Any]:
        return [
            found.period,
            in_yuan(_sum(found.content["income_by_code"])),
            in_yuan(_sum(found.content["spend_by_code"])),
            found.content["rule_breaches"],
            found.published_at,
        ]

    if (file := export(keyset, header, row, "accounts")) is not None:
        return file
    return render("audits/accounts.html", listing=Listing(keyset), in_words=in_words, total=_sum)


@pages.get("/money/accounts/<period>", allow="accounts.read")
def accounts_of(period: str) -> Any:
    """Totals by heading; as a file too."""
    with reading() as session:
        found = half_years.find(session, _school(), period)
        if found is None or found.state != PUBLISHED:
            raise NotFound()
        assert found.content is not None
        examined = get_within(session, AuditSession, found.content["audit_id"])
        people = names(session, {one.person_id for one in queries.signatures(session, examined)})
    return render(
        "audits/account.html",
        found=found,
        content=found.content,
        examined=examined,
        signed=sorted(people.values()),
        codes=CODES,
        sides=[(_("Income"), INCOME, "income_by_code"), (_("Spending"), SPENDING, "spend_by_code")],
        total=_sum,
        title=in_words(period),
        verdicts=VERDICTS,
    )


@pages.get("/money/audits/<uuid:audit_id>", allow="money.see")
def one_audit(audit_id: str) -> str:
    return _show(audit_id)


@pages.post("/money/audits/<uuid:audit_id>/looked", allow="audits.examine")
def look(audit_id: str) -> Any:
    """The ticked sums agree with their receipts."""
    ticked = request.form.getlist("entry_ids")
    if not ticked:
        flash(_("Tick what you compared first."), "late")
        return seen_other(f"{AUDITS}{audit_id}")
    return _step(audit_id, lambda session, one: actions.look(session, one, ticked, by=_me()), _("Noted."))


@pages.get("/money/audits/<uuid:audit_id>/findings/new", allow="audits.examine")
def new_finding(audit_id: str) -> str:
    return _finding_form(audit_id, Form({"entry_id": request.args.get("entry")}))


@pages.post("/money/audits/<uuid:audit_id>/findings/new", allow="audits.examine")
def find(audit_id: str) -> Any:
    form = Form()
    given = form.load(FindingBody, request.form)
    if given is None:
        return _finding_form(audit_id, form), 422
    return _step(
        audit_id,
        lambda session, one: actions.find(session, one, by=_me(), **given),
        _("The treasurer is told."),
    )


@pages.get("/money/audits/<uuid:audit_id>/findings/<uuid:finding_id>/answer", allow="money.keep")
def ask_answer(audit_id: str, finding_id: str) -> str:
    return _answer_form(audit_id, finding_id, Form())


@pages.post("/money/audits/<uuid:audit_id>/findings/<uuid:finding_id>/answer", allow="money.keep")
def answer(audit_id: str, finding_id: str) -> Any:
    form = Form()
    given = form.load(AnswerBody, request.form)
    if given is None:
        return _answer_form(audit_id, finding_id, form), 422
    return _step(
        audit_id,
        lambda session, one: actions.answer(session, one, _of(session, one, finding_id), by=_me(), **given),
        _("The auditors are told."),
    )


@pages.post("/money/audits/<uuid:audit_id>/findings/<uuid:finding_id>/settle", allow="audits.examine")
def settle(audit_id: str, finding_id: str) -> Any:
    return _step(
        audit_id,
        lambda session, one: actions.settle(session, one, _of(session, one, finding_id), by=_me()),
        _("Settled."),
    )


@pages.get("/money/audits/<uuid:audit_id>/opinion", allow="audits.examine")
def ask_opinion(audit_id: str) -> str:
    with reading() as session:
        examined = get_within(session, AuditSession, audit_id)
    start = Form({"verdict": examined.verdict or "clean", "opinion": examined.opinion or ""})
    return render("audits/opinion.html", audit=examined, form=start, verdicts=VERDICTS)


@pages.post("/money/audits/<uuid:audit_id>/opinion", allow="audits.examine")
def word_opinion(audit_id: str) -> Any:
    form = Form()
    given = form.load(OpinionBody, request.form)
    if given is not None:
        try:
            with transaction() as session:
                examined = get_within(session, AuditSession, audit_id, lock=True)
                actions.write_opinion(session, examined, by=_me(), **given)
            flash(_("Signed by you. The other auditors read and sign it."))
            return seen_other(f"{AUDITS}{audit_id}")
        except NotFound:
            raise
        except Problem as refusal:
            form.add("opinion", str(refusal.detail or refusal.title))
    with reading() as session:
        shown = get_within(session, AuditSession, audit_id)
    return render("audits/opinion.html", audit=shown, form=form, verdicts=VERDICTS), 422


@pages.post("/money/audits/<uuid:audit_id>/sign", allow="audits.examine")
def sign(audit_id: str) -> Any:
    given = Form().load(SignForm, request.form)
    if given is None:
        raise NotFound()
    return _step(audit_id, lambda session, one: actions.sign(session, one, by=_me(), **given), _("Signed."))


def _step(audit_id: str, step: Callable[[Session, AuditSession], Any], said: str) -> Any:
    """Take a step, or say on the examination's page why not."""
    try:
        with transaction() as session:
            step(session, get_within(session, AuditSession, audit_id, lock=True))
    except NotFound:
        raise
    except Problem as refusal:
        return Response(_show(audit_id, refusal), refusal.status)
    flash(said)
    return seen_other(f"{AUDITS}{audit_id}")


def _show(audit_id: str, refusal: Problem | None = None) -> str:
    with reading() as session:
        examined = get_within(session, AuditSession, audit_id)
        samples, findings = queries.samples(session, examined.id), queries.findings(session, examined.id)
        signed = queries.signatures(session, examined)
        involved = queries.entries(session, {one.entry_id for one in (*samples, *findings)})
        people = names(
            session,
            {
                *(one.looked_by for one in samples),
                *(one.found_by for one in findings),
                *(one.person_id for one in signed),
            },
        )
        is_mine = actor().may("audits.examine") and not queries.handled_money(
            session, examined.school_id, examined.period, _me()
        )
    return render(
        "audits/show.html",
        audit=examined,
        title=in_words(examined.period),
        samples=samples,
        findings=findings,
        booked=involved,
        signed=signed,
        names=people,
        is_mine=is_mine,
        i_signed=any(one.person_id == actor().person_id for one in signed),
        refusal=refusal,
        codes=CODES,
        sources=SOURCES,
        states=AUDIT_STATES,
        kinds=FINDINGS,
        finding_states=FINDING_STATES,
        verdicts=VERDICTS,
        rule_name=rule_name,
        waits=[one for one in samples if one.looked_at is None],
    )


def _periods(refusal: Problem | None = None) -> Any:
    keyset, today = half_years.listing(), clock.today()
    header = [_("Half-year"), _("State"), _("Public by"), _("Published")]

    def row(found: Any) -> list[Any]:
        return [found.period, str(PERIOD_STATES[found.state]), public_by(found.period), found.published_at]

    if (file := export(keyset, header, row, "half-years")) is not None:
        return file
    listing = Listing(keyset)
    last = before(half_year_of(today))
    return render(
        "audits/periods.html",
        listing=listing,
        in_words=in_words,
        states=PERIOD_STATES,
        public_by=public_by,
        over={one.period for one in listing.rows if bounds(one.period)[1] <= today},
        today=today,
        last=None if any(one.period == last for one in listing.rows) else last,
        refusal=refusal,
    )


def _finding_form(audit_id: str, form: Form) -> str:
    with reading() as session:
        examined = get_within(session, AuditSession, audit_id)
    return render("audits/finding.html", audit=examined, form=form)


def _answer_form(audit_id: str, finding_id: str, form: Form) -> str:
    with reading() as session:
        examined = get_within(session, AuditSession, audit_id)
        finding = _of(session, examined, finding_id)
    return render("audits/answer.html", audit=examined, finding=finding, form=form, kinds=FINDINGS)


def _of(session: Session, examined: AuditSession, finding_id: str) -> AuditFinding:
    finding = get_within(session, AuditFinding, finding_id)
    if finding.audit_id != examined.id:
        raise NotFound()
    return finding


def _sum(by_code: dict[str, int]) -> int:
    return sum(by_code.values())


def _me() -> str:
    return str(actor().person_id)


def _school() -> str:
    return str(actor().school_id)
