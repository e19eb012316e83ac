"""The hall's screen: a poll's code and turnout while it is open, its result afterwards."""

import io
from typing import Any

import segno
from flask import Response

from services.voting.polls import queries
from services.voting.polls.models import OPEN
from shared.kit import clock
from shared.kit.database import current, reading
from shared.kit.pages import Pages, render
from shared.kit.problems import NotFound

pages = Pages("screens")


@pages.get("/polls/<uuid:poll_id>/screen", allow="polls.see")
def screen(poll_id: str) -> Any:
    """For the projector; it asks itself anew every few seconds. A draft has none."""
    with reading() as session:
        poll = queries.visible(session, poll_id)
        if poll.is_draft:
            raise NotFound()
        if poll.status == OPEN:
            turnout = queries.turnout(session, poll)
            return render("screens/poll.html", poll=poll, turnout=turnout, now=clock.now())
        return render("screens/result.html", poll=poll, result=queries.result(session, poll))


@pages.get("/polls/<uuid:poll_id>/code.svg", allow="polls.see")
def code(poll_id: str) -> Response:
    """The poll's address as a QR code."""
    with reading() as session:
        poll = queries.visible(session, poll_id)
    picture = io.BytesIO()
    address = f"{current().config.public_url}/voting/polls/{poll.id}"
    segno.make(address, error="m").save(picture, kind="svg", scale=8, border=2, dark="#000", light="#fff")
    return Response(picture.getvalue(), mimetype="image/svg+xml")
