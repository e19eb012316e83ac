"""The page of programs: which there are, what they may do, a new secret, the end."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from services.members.asking import me, my_union
from services.members.programs import actions, queries, schemas
from services.members.programs.models import Program
from services.members.programs.scopes import grantable
from shared.kit.access import actor, get_within
from shared.kit.database import transaction
from shared.kit.pages import Listing, Pages, flash, render, seen_other
from shared.kit.paging import Keyset
from shared.kit.problems import Invalid
from shared.kit.web.forms import Form

pages = Pages("programs")


@pages.get("/programs/", allow="programs.manage")
def programs() -> Any:
    return _page(Form())


@pages.post("/programs/", allow="programs.manage")
def register() -> Any:
    form = Form()
    typed = form.load(schemas.ProgramIn, request.form)
    if typed is not None:
        try:
            with transaction() as session:
                program, secret = actions.register(
                    session,
                    typed["name"],
                    typed["scopes"],
                    school_id=my_union(),
                    by=me(),
                    known=set(grantable(actor().offices)),
                )
            return render("programs/secret.html", program=program, secret=secret)
        except Invalid as refusal:
            form.refuse(refusal.fields)
    return _page(form), 422


@pages.post("/programs/<uuid:program_id>/secret", allow="programs.manage")
def renew_secret(program_id: str) -> Any:
    with transaction() as session:
        program = get_within(session, Program, program_id, lock=True)
        secret = actions.renew_secret(session, program)
    return render("programs/secret.html", program=program, secret=secret)


@pages.post("/programs/<uuid:program_id>/revoke", allow="programs.manage")
def revoke(program_id: str) -> Any:
    with transaction() as session:
        actions.revoke(session, get_within(session, Program, program_id, lock=True))
    flash(_("Revoked; its last token ends within ten minutes."))
    return seen_other("/members/programs/")


def _page(form: Form) -> str:
    listing = Listing(
        Keyset(queries.programs(my_union()), order=[Program.created_at, Program.id], descending=True)
    )
    return render(
        "programs/programs.html", listing=listing, form=form, scopes=list(grantable(actor().offices).items())
    )
