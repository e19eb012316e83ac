"""What is there for oneself: which thing one would like, the code to show, and when and where to fetch it."""

from typing import Any

import segno
from flask import request
from flask_babel import gettext as _

from services.welfare.gifts.actions import handing_out
from services.welfare.gifts.models import OPEN, WAITING
from services.welfare.gifts.pages import pages
from services.welfare.gifts.queries import lists
from services.welfare.gifts.schemas import ChoiceBody
from shared.kit.database import reading, transaction
from shared.kit.pages import flash, render, seen_other
from shared.kit.problems import Conflict, Invalid
from shared.kit.web.forms import Form

HOME = "/welfare/gifts/"


@pages.get("/gifts/mine", allow=lists.MINE)
def mine() -> str:
    with reading() as session:
        own = lists.own(session)
        codes = {
            share.id: segno.make(f"{request.host_url}welfare/gifts/shares/{share.id}").svg_data_uri(
                scale=5, border=2, light="#fff"
            )
            for share, made in own
            if made.state == OPEN and share.state == WAITING
        }
        return render("gifts/mine.html", own=own, codes=codes)


@pages.post("/gifts/shares/<uuid:share_id>/choice", allow=lists.MINE)
def choose(share_id: str) -> Any:
    data = Form().load(ChoiceBody, request.form)
    try:
        with transaction() as session:
            share = lists.own_share(session, share_id)
            made = lists.kept(session, share.round_id, lock=True)
            session.refresh(share)
            handing_out.choose(session, made, share, data["item_id"] if data else "")
        flash(_("Noted."))
    except (Conflict, Invalid) as refusal:
        flash(str(refusal.detail or next(iter(refusal.fields.values()), [refusal.title])[0]), "warm")
    return seen_other(f"{HOME}mine")
