"""Entries made without a network: where one is said to be safe, and whose it is when it comes."""

from flask import Flask, Response, g, render_template, request
from flask_babel import gettext as _

from shared.kit.web.errors import error_page


def saved() -> str:
    """The page that a device keeps, to say that an entry is safe."""
    return render_template("offline_saved.html")


def _refuse_another_hand() -> Response | None:
    """An entry names who made it: a page left open by one person sends nothing in the name of the next."""
    if request.method != "POST" or request.path.startswith("/api/"):
        return None
    made_by = request.form.get("entry_for")
    if made_by is None or made_by == str(g.actor.person_id):
        return None
    return error_page(
        401,
        title=_("Somebody else is signed in here now"),
        happened=_("This was filled in by another person."),
        kept=_("Nothing was saved in your name."),
        todo=_("Whoever filled it in signs in again and sends it."),
    )


def init_app(app: Flask) -> None:
    app.before_request(_refuse_another_hand)
