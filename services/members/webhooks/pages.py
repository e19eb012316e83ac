"""Pages of webhooks: which there are, one with its log, a new secret, and replay."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.members.asking import me, my_union
from services.members.webhooks import actions, queries, schemas
from services.members.webhooks.models import OUTCOMES, STATES, Webhook, WebhookDelivery
from services.members.webhooks.wording import why
from shared.kit import people
from shared.kit.access import get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, export, flash, render, seen_other
from shared.kit.problems import Conflict, Invalid, NotFound
from shared.kit.web.forms import WHOLE, Form

pages = Pages("webhooks")
MANAGE = "webhooks.manage"


@pages.get("/webhooks/", allow=MANAGE)
def webhooks() -> Any:
    asked = Form().load(schemas.WebhookFilter, request.args) or {}
    keyset = queries.webhooks(my_union(), asked.get("q", ""), asked.get("state"))
    header = [_("Name"), _("Host"), _("State"), _("Last delivered")]

    def row(found: Webhook) -> list[Any]:
        return [found.name, found.host, str(STATES[found.state]), found.last_ok_at]

    if (file := export(keyset, header, row, "webhooks")) is not None:
        return file
    return render("webhooks/list.html", listing=Listing(keyset), asked=asked, states=STATES, why=why)


@pages.get("/webhooks/new", allow=MANAGE)
def ask() -> str:
    return _form(Form())


@pages.post("/webhooks/new", allow=MANAGE)
def subscribe() -> Any:
    form = Form()
    if (typed := form.load(schemas.WebhookIn, request.form)) is not None:
        try:
            with transaction() as session:
                webhook, secret = actions.subscribe(session, typed, school_id=my_union(), by=me())
            return render("webhooks/secret.html", webhook=webhook, secret=secret, fresh=True)
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Conflict as refusal:
            form.add(WHOLE, str(refusal.detail))
    return _form(form), 422


@pages.get("/webhooks/<uuid:webhook_id>", allow=MANAGE)
def webhook(webhook_id: str) -> Any:
    asked = Form().load(schemas.DeliveryFilter, request.args) or {}
    with reading() as session:
        found = get_within(session, Webhook, webhook_id)
        only = people.organisation(session, found.only_school) if found.only_school else None
    keyset = queries.deliveries(webhook_id, asked)
    header = [_("When"), _("Event"), _("Type"), _("State"), _("Tries"), _("Why")]

    def row(one: WebhookDelivery) -> list[Any]:
        return [
            one.created_at,
            one.event_id,
            one.type,
            str(OUTCOMES[one.state]),
            one.attempts,
            why(one.error),
        ]

    if (file := export(keyset, header, row, "deliveries")) is not None:
        return file
    return render(
        "webhooks/show.html",
        webhook=found,
        only=only,
        listing=Listing(keyset),
        asked=asked,
        states=STATES,
        outcomes=OUTCOMES,
        why=why,
        form=Form(),
    )


@pages.get("/webhooks/<uuid:webhook_id>/edit", allow=MANAGE)
def ask_to_change(webhook_id: str) -> str:
    with reading() as session:
        found = get_within(session, Webhook, webhook_id)
        values = {name: getattr(found, name) for name in ("name", "url", "types", "only_school")}
    return _form(Form(values), found)


@pages.post("/webhooks/<uuid:webhook_id>/edit", allow=MANAGE)
def change(webhook_id: str) -> Any:
    form = Form()
    typed = form.load(schemas.WebhookIn, request.form)
    with transaction() as session:
        found = get_within(session, Webhook, webhook_id, lock=True)
        if typed is not None:
            try:
                actions.change(session, found, typed)
                return seen_other(f"/members/webhooks/{webhook_id}")
            except Invalid as refusal:
                form.refuse(refusal.fields)
    return _form(form, found), 422


@pages.post("/webhooks/<uuid:webhook_id>/secret", allow=MANAGE)
def renew_secret(webhook_id: str) -> Any:
    with transaction() as session:
        found = get_within(session, Webhook, webhook_id, lock=True)
        secret = actions.rotate(session, found)
    return render("webhooks/secret.html", webhook=found, secret=secret, fresh=False)


@pages.post("/webhooks/<uuid:webhook_id>/check", allow=MANAGE)
def check_again(webhook_id: str) -> Any:
    return _done(webhook_id, actions.check_again, _("The receiver is being asked."))


@pages.post("/webhooks/<uuid:webhook_id>/pause", allow=MANAGE)
def pause(webhook_id: str) -> Any:
    return _done(webhook_id, actions.pause, _("Paused. Nothing is sent, and nothing new is kept for it."))


@pages.post("/webhooks/<uuid:webhook_id>/remove", allow=MANAGE)
def remove(webhook_id: str) -> Any:
    with transaction() as session:
        actions.remove(session, get_within(session, Webhook, webhook_id, lock=True))
    flash(_("Removed, with its log."))
    return seen_other("/members/webhooks/")


@pages.post("/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay", allow=MANAGE)
def replay(webhook_id: str, delivery_id: str) -> Any:
    with transaction() as session:
        found = get_within(session, Webhook, webhook_id, lock=True)
        delivery = get_within(session, WebhookDelivery, delivery_id, lock=True)
        if delivery.webhook_id != found.id:
            raise NotFound()
        actions.replay(session, found, delivery)
    flash(_("It is sent again."))
    return seen_other(f"/members/webhooks/{webhook_id}")


@pages.post("/webhooks/<uuid:webhook_id>/replay", allow=MANAGE)
def replay_many(webhook_id: str) -> Any:
    form = Form()
    asked = form.load(schemas.WebhookReplay, request.form)
    try:
        with transaction() as session:
            found = get_within(session, Webhook, webhook_id, lock=True)
            if asked is None:
                flash(_("Choose since when."), "late")
            else:
                number = actions.replay_many(session, found, **asked)
                flash(_("%(number)s are sent again.", number=number))
    except Conflict as refusal:
        flash(str(refusal.detail), "soon")
    return seen_other(f"/members/webhooks/{webhook_id}")


def _done(webhook_id: str, action: Any, words: str) -> Any:
    with transaction() as session:
        action(session, get_within(session, Webhook, webhook_id, lock=True))
    flash(words)
    return seen_other(f"/members/webhooks/{webhook_id}")


def _form(form: Form, found: Webhook | None = None) -> str:
    with reading() as session:
        unions = people.schools_under(session, my_union())
    return render(
        "webhooks/form.html",
        form=form,
        webhook=found,
        types=[(type_, type_) for type_ in schemas.PUBLIC],
        unions=[(union.id, union.name) for union in unions],
    )
