"""Pages of rule packs: which counts on a day, what changed between versions, publishing the next one."""

from datetime import date, timedelta
from typing import Any

from flask import request
from flask_babel import gettext as _

from services.members.asking import me, my_union
from services.members.rules import actions, queries, schemas
from services.members.rules.models import RulePackVersion
from services.members.rules.parameters import (
    CEILINGS,
    FESTIVALS,
    FUND_SOURCES,
    GROUPS,
    SHARES,
    TIMES,
    differences,
    flat,
    label,
)
from shared.kit import clock, people
from shared.kit.access import ANYONE_SIGNED_IN
from shared.kit.database import reading, transaction
from shared.kit.pages import Pages, flash, render, seen_other
from shared.kit.problems import Conflict, Invalid, NotFound
from shared.kit.web.formats import NOTHING, money
from shared.kit.web.forms import WHOLE, Form

pages = Pages("rules")
PUBLISH, BACK = "publish", "back"
PLAIN = ("outing_times_dues", "retiree_fund_source")


@pages.get("/rules/", allow=ANYONE_SIGNED_IN)
def packs() -> Any:
    with reading() as session:
        newest = list(session.scalars(queries.latest_of_all()))
        chosen = _chosen(session)
    return render("rules/packs.html", packs=newest, chosen=chosen)


@pages.get("/rules/<code>", allow=ANYONE_SIGNED_IN)
def pack(code: str) -> Any:
    on = _day(request.args.get("on"))
    with reading() as session:
        history = queries.history(session, code)
        counts = queries.in_force(session, code, on)
        chosen = _chosen(session)
    steps = [
        (
            version,
            [
                (label(name), shown(name, old), shown(name, new))
                for name, old, new in differences(before.parameters, version.parameters)
            ]
            if before
            else None,
        )
        for version, before in zip(history, [*history[1:], None], strict=True)
    ]
    articles = (counts.parameters.get("articles") or {}) if counts else {}
    rows = (
        [
            (label(name), shown(name, value), articles.get(name))
            for name, value in flat(counts.parameters).items()
        ]
        if counts
        else []
    )
    return render("rules/pack.html", code=code, steps=steps, counts=counts, rows=rows, on=on, chosen=chosen)


@pages.get("/rules/<code>/new", allow="rules.publish")
def new_version(code: str) -> Any:
    with reading() as session:
        newest = queries.history(session, code)[0]
    ceilings = newest.parameters.get("ceilings_fen", {})
    values = {f"ceiling_{name}": ceilings.get(name) for name in CEILINGS}
    values |= {name: newest.parameters.get(name) for name in PLAIN}
    values |= {
        name: shown(name, newest.parameters.get(name)) for name in SHARES if newest.parameters.get(name)
    }
    values["festivals"] = newest.parameters.get("festivals", [])
    values["minimum_living"] = newest.parameters.get("minimum_living_fen")
    return _form_page(newest, Form({**values, "source": newest.source}))


@pages.post("/rules/<code>/new", allow="rules.publish")
def publish(code: str) -> Any:
    """First what would change is shown; published is what was seen. Whoever goes back finds the form as it was typed."""
    with reading() as session:
        newest = queries.history(session, code)[0]
    form = Form()
    typed = form.load(schemas.version_form(), request.form)
    if typed is None:
        return _form_page(newest, form), 422
    if request.form.get("step") == BACK:
        return _form_page(newest, form)
    parameters = {
        **newest.parameters,  # the articles go over
        "ceilings_fen": {name: typed[f"ceiling_{name}"] for name in CEILINGS},
        **{name: typed[name] for name in ("festivals", *SHARES, *PLAIN)},
        "minimum_living_fen": typed["minimum_living_fen"],
    }
    day, district_id = typed["effective_from"], my_union()
    try:
        with transaction() as session:
            if request.form.get("step") != PUBLISH:
                before = actions.may_follow(
                    session, code, effective_from=day, parameters=parameters, district_id=district_id
                )
                return _preview(before, parameters, day)
            version = actions.publish_version(
                session,
                code,
                effective_from=day,
                parameters=parameters,
                source=typed["source"],
                explanation=typed["explanation"],
                by=me(),
                district_id=district_id,
            )
    except Conflict as refusal:
        form.add(WHOLE, str(refusal))
        return _form_page(newest, form), refusal.status
    except Invalid as refusal:
        for name, messages in refusal.fields.items():
            field = name.replace("ceilings_fen.", "ceiling_")
            for message in messages:
                form.add(field if field in form.values else WHOLE, message)
        return _form_page(newest, form), 422
    flash(
        _(
            "Version %(version)s is published; every school will follow it from its day on.",
            version=version.version,
        )
    )
    return seen_other(f"/members/rules/{code}?on={version.effective_from.isoformat()}")


@pages.post("/rules/<code>/choose", allow="rules.choose")
def choose(code: str) -> Any:
    with transaction() as session:
        actions.choose_pack(session, my_union(), code)
    flash(_("Chosen. Visits and gifts from now on are checked against it."))
    return seen_other("/members/rules/")


def shown(name: str, value: Any) -> str:
    """A parameter in words: money as money, shares as fractions, festivals by name."""
    if value is None:
        return NOTHING
    if name.startswith("ceilings_fen.") or name == "minimum_living_fen":
        return money(value)
    if name in (*SHARES, *TIMES):
        return f"{value[0]}/{value[1]}"
    if name == "festivals":
        return "、".join(str(FESTIVALS.get(each, each)) for each in value)
    if name == "retiree_fund_source":
        return str(FUND_SOURCES.get(value, value))
    return str(value)


def _preview(before: RulePackVersion, parameters: dict[str, Any], day: date) -> str:
    """What would change, figure by figure, and which version judges which days."""
    articles = parameters.get("articles") or {}
    changes = [
        (label(name), shown(name, old), shown(name, new), _difference(name, old, new), articles.get(name))
        for name, old, new in differences(before.parameters, parameters)
    ]
    return render(
        "rules/preview.html",
        before=before,
        changes=changes,
        day=day,
        last_day=day - timedelta(days=1),
        is_past=day <= clock.today(),
        typed=[(name, value) for name, value in request.form.items(multi=True) if name != "step"],
        steps=(BACK, PUBLISH),
    )


def _difference(name: str, old: Any, new: Any) -> str:
    """By how much a sum grows or shrinks; nothing where there is no sum on both sides."""
    if not name.endswith("_fen") and not name.startswith("ceilings_fen."):
        return ""
    if old is None:
        return _("new: until now the pack says nothing")
    if new is None:
        return _("from then on the pack says nothing, and nothing is refused")
    return ("+" if new > old else "−") + money(abs(new - old))


def _form_page(newest: Any, form: Form) -> str:
    now = newest.parameters.get("ceilings_fen", {})
    return render(
        "rules/new.html",
        newest=newest,
        form=form,
        groups=[
            (name, [(key, CEILINGS[key], now.get(key)) for key in keys], index == 0)
            for index, (name, keys) in enumerate(GROUPS)
        ],
        festivals=list(FESTIVALS.items()),
        shares=SHARES.items(),
        sources=list(FUND_SOURCES.items()),
    )


def _chosen(session: Any) -> str | None:
    """The pack that the asker's union follows: its own choice, else the district's."""
    place = people.organisation(session, my_union())
    while place is not None and not place.rule_pack_code:
        place = people.organisation(session, place.parent_id) if place.parent_id else None
    return place.rule_pack_code if place else None


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise NotFound from None
