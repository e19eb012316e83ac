"""Pages of accounts: signing in and out, first use, one's own password, and the officers' list with its slips."""

from typing import Any

import segno
from flask import request
from flask_babel import gettext as _

from services.members.accounts import door, queries, schemas
from services.members.accounts.actions import accounts, second_factor, slips
from services.members.accounts.door import WrongCredentials
from services.members.asking import me, my_union
from shared.kit import clock, paging, tokens
from shared.kit.access import ANYONE_SIGNED_IN, PUBLIC, actor, sign_in_cookie
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, flash, render, seen_other
from shared.kit.people import Person, person
from shared.kit.problems import Invalid, NotFound, Problem, TooMany
from shared.kit.web.forms import WHOLE, Form
from shared.kit.web.preferences import here

pages = Pages("accounts")


# --- in and out


@pages.get("/sign-in", allow=PUBLIC)
def sign_in_page() -> Any:
    target = here(request.args.get("next"))
    if not actor().is_anonymous:
        return seen_other(target)
    return render("accounts/sign_in.html", form=Form(), next=target)


@pages.post("/sign-in", allow=PUBLIC)
def sign_in() -> Any:
    form, target = Form(), here(request.form.get("next"))
    typed = form.load(schemas.Credentials, request.form)
    if typed is None:
        return render("accounts/sign_in.html", form=form, next=target), 422
    try:
        entered = door.enter(typed["login"], typed["password"], request.remote_addr)
    except (WrongCredentials, TooMany) as refusal:
        form.add(WHOLE, str(refusal.detail or refusal.title))
        page = render("accounts/sign_in.html", form=form, next=target, wait=_minutes(refusal))
        return page, refusal.status, refusal.headers
    if entered.token is None:
        return render("accounts/second_step.html", form=Form(), ticket=entered.ticket, next=target)
    return _go_in(entered.token, target)


@pages.post("/sign-in/code", allow=PUBLIC)
def second_step() -> Any:
    form, target = Form(), here(request.form.get("next"))
    typed = form.load(schemas.SecondStep, request.form)
    ticket = request.form.get("ticket", "")[:1000]
    if typed is None:
        return render("accounts/second_step.html", form=form, ticket=ticket, next=target), 422
    try:
        entered = door.enter_with_code(typed["ticket"], typed["code"], request.remote_addr)
    except (WrongCredentials, TooMany) as refusal:
        wrong = _("The code is not right, or it took longer than five minutes.")
        form.add("code", str(refusal.detail) or wrong)
        page = render("accounts/second_step.html", form=form, ticket=ticket, next=target)
        return page, refusal.status, refusal.headers
    return _go_in(entered.token or "", target)


@pages.post("/sign-out", allow=ANYONE_SIGNED_IN)
def sign_out() -> Any:
    with transaction() as session:
        accounts.sign_out_everywhere(session, me())
    response = seen_other("/")  # which leads to the door
    response.delete_cookie(tokens.COOKIE)
    flash(_("You are signed out, on all devices."))
    return response


# --- first use


@pages.get("/first-use", allow=PUBLIC)
def type_code() -> Any:
    """For those who cannot scan the slip."""
    if code := request.args.get("code", "").strip()[:40]:
        return seen_other(f"/members/first-use/{''.join(c for c in code if c.isalnum() or c == '-')}")
    return render("accounts/type_code.html")


@pages.get("/first-use/<code>", allow=PUBLIC)
def first_use_page(code: str) -> Any:
    return _first_use(code, Form())


@pages.post("/first-use/<code>", allow=PUBLIC)
def first_use(code: str) -> Any:
    form = Form()
    typed = form.load(schemas.FirstUse, request.form)
    if typed is not None:
        if typed["password"] != typed["again"]:
            form.add("again", _("The two are not the same."))
        else:
            try:
                entered = door.first_use(code, typed["login"], typed["password"])
                flash(_("Welcome. From now on you sign in with your login and this password."))
                return _go_in(entered.token or "", "/")
            except Invalid as refusal:
                form.refuse(refusal.fields)
    return _first_use(code, form), 422


def _first_use(code: str, form: Form) -> Any:
    with reading() as session:
        slip = slips.open_slip(session, code)
        card, account = person(session, slip.person_id), accounts.account_of(session, slip.person_id)
    if card is None:
        raise NotFound
    return render("accounts/first_use.html", form=form, card=card, account=account, slip=slip)


# --- one's own account


@pages.get("/account", allow=ANYONE_SIGNED_IN)
def own_account() -> Any:
    return _own_account(Form())


@pages.post("/account/password", allow=ANYONE_SIGNED_IN)
def change_password() -> Any:
    form = Form()
    typed = form.load(schemas.PasswordForm, request.form)
    if typed is not None:
        if typed["password"] != typed["again"]:
            form.add("again", _("The two are not the same."))
        else:
            try:
                entered = door.change_password(me(), typed["present"], typed["password"], request.remote_addr)
                flash(_("The password is changed. Other devices are signed out."))
                return _go_in(entered.token or "", "/members/account")
            except Invalid as refusal:
                form.refuse(refusal.fields)
    return _own_account(form), 422


@pages.get("/account/second-factor", allow=ANYONE_SIGNED_IN)
def second_factor_page() -> Any:
    return _second_factor(Form())


@pages.post("/account/second-factor", allow=ANYONE_SIGNED_IN)
def confirm_second_factor() -> Any:
    form = Form()
    typed = form.load(schemas.Code, request.form)
    if typed is not None:
        try:
            with transaction() as session:
                codes = second_factor.confirm(session, accounts.own_account(session, me()), typed["code"])
            return render("accounts/recovery_codes.html", codes=codes)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return _second_factor(form), 422


@pages.post("/account/second-factor/remove", allow=ANYONE_SIGNED_IN)
def remove_second_factor() -> Any:
    form = Form()
    typed = form.load(schemas.Code, request.form)
    if typed is not None:
        try:
            door.give_up_second_factor(me(), typed["code"], request.remote_addr)
            flash(_("The second step is off."))
            return seen_other("/members/account")
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return _own_account(form), 422


def _own_account(form: Form) -> Any:
    with reading() as session:
        account = accounts.account_of(session, me())
    return render("accounts/account.html", form=form, account=account)


def _second_factor(form: Form) -> Any:
    with transaction() as session:
        account = accounts.own_account(session, me())
        address = second_factor.offer(account)
        secret = account.totp_secret
    picture = segno.make(address, error="m").svg_data_uri(scale=5)
    return render("accounts/second_factor.html", form=form, picture=picture, secret=secret)


# --- for officers


@pages.get("/accounts/", allow="accounts.manage")
def accounts_of_the_union() -> Any:
    q, state = request.args.get("q", "").strip()[:50], request.args.get("state", "")
    query = queries.accounts(my_union(), q, state if state in ("none", "open", "disabled") else None)
    listing = Listing(paging.Keyset(query, order=[Person.pinyin, Person.id]), limit=100)
    power = actor().may("accounts.manage-officers")
    mine = {row.person_id for row in listing.rows if power or not queries.gives_power(row.offices)}
    return render("accounts/accounts.html", listing=listing, q=q, state=state, mine=mine)


@pages.post("/accounts/slips", allow="accounts.manage")
def print_slips() -> Any:
    """The sheet is the answer to the post itself: its codes are nowhere else, so there is nothing to go back to."""
    who, wanted = actor(), request.form.getlist("person_id")
    if not wanted:
        flash(_("Choose at least one person."), "late")
        return seen_other("/members/accounts/")
    with transaction() as session:
        members = queries.people_for_slips(
            session, my_union(), wanted, with_officers=who.may("accounts.manage-officers")
        )
        issued = slips.issue_slips(session, members, issued_by=who.person_id)
    pictures = {slip.person_id: segno.make(slip.address, error="m").svg_data_uri(scale=3) for slip in issued}
    return render("accounts/slips.html", slips=issued, pictures=pictures, printed_at=clock.now())


@pages.post("/accounts/<uuid:person_id>/disable", allow="accounts.manage")
def disable(person_id: str) -> Any:
    with transaction() as session:
        accounts.disable(
            session,
            queries.manageable(
                session, person_id, my_union(), with_officers=actor().may("accounts.manage-officers")
            ),
            by=me(),
        )
    flash(_("The account is closed; open sessions end within seconds."))
    return seen_other("/members/accounts/?state=disabled")


@pages.post("/accounts/<uuid:person_id>/enable", allow="accounts.manage")
def enable(person_id: str) -> Any:
    with transaction() as session:
        accounts.enable(
            session,
            queries.manageable(
                session, person_id, my_union(), with_officers=actor().may("accounts.manage-officers")
            ),
        )
    flash(_("The account is open again."))
    return seen_other("/members/accounts/")


def _go_in(token: str, target: str) -> Any:
    response = seen_other(target)
    sign_in_cookie(response, token)
    return response


def _minutes(refusal: Problem) -> int | None:
    """How long a guesser has to wait, in whole minutes."""
    return -(-refusal.retry_after // 60) if isinstance(refusal, TooMany) else None
