"""The pages of visiting schemes: what holds, choosing and adapting it, and the district's caps."""

from dataclasses import replace
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from marshmallow import ValidationError

from services.welfare.occasions import KINDS
from services.welfare.schemes import actions, queries
from services.welfare.schemes.models import Occasion
from services.welfare.schemes.schemas import ChoiceForm, days_field
from services.welfare.schemes.variants import VARIANTS
from services.welfare.wording import listed, office
from shared.kit import clock
from shared.kit.access import actor
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.problems import Changed, Invalid, NotFound
from shared.kit.web.forms import WHOLE, Form

pages = Pages("schemes")


@pages.context_processor
def _words() -> dict[str, object]:
    def name(occasion: Occasion) -> str:
        return occasion.name or listed([str(KINDS[kind].name) for kind in occasion.kinds])

    def who_goes(occasion: Occasion) -> str:
        return listed([office(code) for code in (occasion.office, *occasion.team)])

    return {"occasion_name": name, "who_goes": who_goes}


@pages.get("/schemes/", allow="schemes.see")
def current() -> str:
    school_id = str(actor().school_id)
    with reading() as session:
        scheme = queries.in_force(session, school_id, clock.today())
        chosen, caps = queries.versions(session, school_id), queries.limits(session, school_id)
    occasions = [occasion.capped(caps) for occasion in scheme.occasions]
    return render(
        "schemes/current.html", scheme=scheme, versions=chosen, variants=VARIANTS, occasions=occasions
    )


@pages.get("/schemes/<any(standard, A, B, C, D, E, F):variant>", allow="schemes.choose")
def adapt(variant: str) -> str:
    """A variant, or the school's own version of it, to adapt and choose."""
    with reading() as session:
        latest = queries.latest(session, str(actor().school_id))
    occasions = latest.occasions if latest and latest.variant == variant else VARIANTS[variant].occasions
    start: dict[str, Any] = {"replaces": latest.version if latest else 0, "effective_from": clock.today()}
    for occasion in occasions:
        start[f"{occasion.code}.active"] = occasion.active
        start[f"{occasion.code}.due_days"] = occasion.due_days
    return _form(variant, occasions, Form(start))


@pages.post("/schemes/<any(standard, A, B, C, D, E, F):variant>", allow="schemes.choose")
def choose(variant: str) -> Any:
    who, form = actor(), Form()
    with reading() as session:
        latest = queries.latest(session, str(who.school_id))
    base = latest.occasions if latest and latest.variant == variant else VARIANTS[variant].occasions
    data = form.load(ChoiceForm, request.form)
    occasions = [_adapted(occasion, form) for occasion in base]
    if data is not None and not form.errors:
        try:
            with transaction() as session:
                actions.choose_scheme(
                    session,
                    school_id=str(who.school_id),
                    variant=variant,
                    chosen_by=str(who.person_id),
                    occasions=occasions,
                    **data,
                )
            flash(_("The scheme is chosen. New reports follow it from its day on."))
            return seen_other("/welfare/schemes/")
        except Invalid as refusal:
            form.refuse(refusal.fields)
        except Changed as refusal:
            form.add(WHOLE, str(refusal.detail))
    return Response(_form(variant, base, form), 422)


def _adapted(occasion: Occasion, form: Form) -> Occasion:
    """An occasion with what was typed for it; a fault stands at its control."""
    active, days = f"{occasion.code}.active", f"{occasion.code}.due_days"
    form.values[active] = active in request.form
    form.values[days] = request.form.get(days, "")
    try:
        due_days = days_field().deserialize(form.values[days].strip() or occasion.due_days)
    except ValidationError as refusal:
        form.refuse({days: refusal.messages})
        return occasion
    return replace(occasion, active=form.values[active], due_days=due_days)


def _form(variant: str, occasions: Any, form: Form) -> str:
    with reading() as session:
        caps = queries.limits(session, str(actor().school_id))
    caps_of = {o.code: min((caps[kind] for kind in o.kinds if kind in caps), default=None) for o in occasions}
    return render(
        "schemes/adapt.html", variant=VARIANTS[variant], occasions=occasions, caps_of=caps_of, form=form
    )


@pages.get("/schemes/limits", allow="schemes.limit")
def limits() -> str:
    with reading() as session:
        return render(
            "schemes/limits.html", kinds=KINDS, limits=queries.limits(session, str(actor().school_id))
        )


@pages.post("/schemes/limits/<kind>", allow="schemes.limit")
def send_limit(kind: str) -> Any:
    if kind not in KINDS:
        raise NotFound()
    who = actor()
    typed = request.form.get("max_days", "").strip()
    try:
        max_days = days_field().deserialize(typed) if typed else None
        with transaction() as session:
            actions.set_limit(
                session,
                district_id=str(who.school_id),
                kind=kind,
                max_days=max_days,
                set_by=str(who.person_id),
            )
        flash(_("Saved. It holds for every report from now on."))
    except (ValidationError, Invalid):
        flash(
            _("Write a number of days between 1 and %(most)s, or nothing.", most=actions.LONGEST_TERM), "late"
        )
    return seen_other("/welfare/schemes/limits")
