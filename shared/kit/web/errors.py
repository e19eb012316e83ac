"""The one page for everything that goes wrong: what happened, what was kept, what to do."""

from flask import Response, make_response, render_template
from flask_babel import gettext as _


def words_for(status: int) -> dict[str, str]:
    """Title and explanation of an HTTP status, for errors that have no words of their own."""
    words = {
        401: {
            "title": _("Please sign in"),
            "happened": _("This page is shown only to people who have signed in."),
            "icon": "lock",
        },
        403: {
            "title": _("This is not yours to open"),
            "happened": _("Your offices do not include this."),
            "todo": _("If they should, ask the chair of your union."),
            "icon": "lock",
        },
        404: {
            "title": _("Page not found"),
            "happened": _("The address may be wrong, or the record is not one you can see."),
            "icon": "search-off",
        },
        409: {
            "title": _("Somebody was faster"),
            "happened": _("This was changed while you were looking at it."),
            "kept": _("Nothing of yours was saved over it."),
            "todo": _("Open it again to see how it stands now."),
            "icon": "refresh",
        },
        413: {
            "title": _("The file is too large"),
            "happened": _("A file may have up to 5 MB."),
            "todo": _("Choose a smaller one, or take the photo at a lower resolution."),
            "icon": "file-alert",
        },
        429: {
            "title": _("A little slower, please"),
            "happened": _("There were too many tries in a short time."),
            "todo": _("Wait a minute, then try again."),
            "icon": "clock",
        },
        500: {
            "title": _("Something went wrong on our side"),
            "happened": _("What was saved before is safe."),
            "todo": _("Please try again in a while. If it stays, tell the administrator the number below."),
            "icon": "bandage",
        },
    }
    general = {
        "title": _("This could not be done"),
        "happened": _("The page was asked for something it does not know."),
        "todo": _("Go back and try again."),
        "icon": "alert-circle",
    }
    return words.get(min(status, 500), general)


def error_page(
    status: int,
    *,
    title: str | None = None,
    happened: str | None = None,
    kept: str | None = None,
    todo: str | None = None,
    reference: str | None = None,
) -> Response:
    """An HTML answer with `status`; words that are not given are those of the status.

    `reference` is the correlation id, which the administrator can look for."""
    words = words_for(status)
    if title or happened:  # own words replace the general ones whole
        for name in ("happened", "kept", "todo"):
            words.pop(name, None)
    given = {"title": title, "happened": happened, "kept": kept, "todo": todo}
    words.update({name: text for name, text in given.items() if text})
    return make_response(render_template("error.html", status=status, reference=reference, **words), status)
