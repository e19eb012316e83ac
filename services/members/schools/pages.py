"""Pages of the district: its unions with counts, and opening a new one."""

from typing import Any

from flask import request

from services.members.accounts.actions import issue_slips
from services.members.asking import me, my_union
from services.members.people.models import MEMBERS
from services.members.people.words import SEXES, STANDINGS
from services.members.schools import opening, queries, schemas
from services.members.schools.models import GROUP, WORKPLACE, Organisation
from shared.kit.access import get_within
from shared.kit.database import reading, transaction
from shared.kit.pages import Listing, Pages, render
from shared.kit.problems import NotFound, Problem
from shared.kit.web.forms import WHOLE, Form

pages = Pages("schools")


@pages.get("/schools/", allow="schools.see")
def unions() -> Any:
    q = request.args.get("q", "")[:50]
    listing = Listing(queries.unions(my_union(), q))
    with reading() as session:
        counts = queries.counts_of(session, [union.id for union in listing.rows])
    shown = {
        union_id: dict(zip(MEMBERS, queries.veiled([found[s] for s in MEMBERS]), strict=True))
        | {"members": queries.veiled([sum(found.values())])[0]}
        for union_id, found in counts.items()
    }
    return render("schools/list.html", listing=listing, shown=shown, q=q, standings=MEMBERS, words=STANDINGS)


@pages.get("/schools/new", allow="schools.found")
def new() -> Any:
    return render("schools/new.html", form=Form({"kind": "school"}), sexes=SEXES)


@pages.post("/schools/new", allow="schools.found")
def open_union() -> Any:
    form = Form()
    if (typed := form.load(schemas.UnionForm, request.form)) is not None:
        typed["workplaces"] = [name.strip() for name in typed["workplaces"].splitlines() if name.strip()][:40]
        try:
            with transaction() as session:
                district = get_within(session, Organisation, my_union(), lock=True)
                union, chair = opening.open_union(session, district, **typed)
                (slip,) = issue_slips(session, [chair], issued_by=me())
            # Shown on the answer itself: the code is on this page and nowhere else.
            return render("schools/opened.html", union=union, chair=chair, slip=slip)
        except Problem as refusal:
            form.add(WHOLE, str(refusal.detail) or str(refusal.title))
            form.refuse(refusal.fields)
    return render("schools/new.html", form=form, sexes=SEXES), 422


@pages.get("/schools/<uuid:union_id>", allow="schools.see")
def union(union_id: str) -> Any:
    with reading() as session:
        found = session.get(Organisation, union_id)
        if found is None or found.parent_id != my_union():
            raise NotFound
        inside = queries.inside(session, union_id)
        counts = queries.counts_of(session, [union_id])[union_id]
    return render(
        "schools/union.html",
        union=found,
        workplaces=inside[WORKPLACE],
        groups=inside[GROUP],
        standings=MEMBERS,
        words=STANDINGS,
        shown=queries.veiled([counts[s] for s in MEMBERS]),
        members=queries.veiled([sum(counts.values())])[0],
    )
