"""Opening a campaign, saying an amount, taking money in, handing it over with a receipt. Sums must meet to the fen."""

from datetime import date
from typing import Any, BinaryIO

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from services.welfare.campaigns import queries
from services.welfare.campaigns.models import BENEFIT, CLOSED, DONATION, RECEIPT, Campaign, Contribution
from services.welfare.campaigns.sums import rebate_of, share_out
from shared.contracts.welfare import CampaignClosed
from shared.kit import audit, clock, files
from shared.kit.access import Actor
from shared.kit.database import locked_where
from shared.kit.messages import emit
from shared.kit.problems import Conflict, Invalid, NotFound
from shared.kit.web.formats import day, money


class SumsDiffer(Conflict):
    """What is to be handed over is not what came in; `expected` and `given` are fen."""

    slug = "sums-differ"
    title = _l("The sums do not meet")


def open_campaign(session: Session, *, school_id: str, by: str, kind: str, **told: Any) -> Campaign:
    """Begin it. Raises Invalid where the days are the wrong way round, or a deal has no rebate."""
    if told["closes_on"] < max(told["opens_on"], clock.today()):
        raise Invalid(fields={"closes_on": [_("The last day lies before the first, or is over.")]})
    if kind == BENEFIT:
        told["cause"] = None
        if told.get("rebate_percent") is None:
            raise Invalid(
                fields={"rebate_percent": [_("How much does the partner give back? 0 for nothing.")]}
            )
    else:
        told["rebate_percent"] = None
        told["cause"] = told.get("cause") or "other"
    campaign = Campaign(school_id=school_id, opened_by=by, kind=kind, **told)
    session.add(campaign)
    session.flush()
    audit.record(session, "campaign.opened", object_id=campaign.id)
    return campaign


def say(
    session: Session, campaign: Campaign, person_id: str, *, amount_fen: int, name_shown: bool
) -> Contribution | None:
    """One's own pledge or order; nothing takes it back. Once money came in only the name can be changed.

    Raises NotFound for whom it is not, Conflict outside the days. `campaign` is locked.
    """
    row = queries.contribution(session, campaign.id, person_id)
    if row is None and not queries.may_take_part(session, campaign, person_id):
        raise NotFound()
    came_in = row is not None and row.collected_fen > 0
    if not came_in and not campaign.takes_words:
        raise Conflict(
            _(
                "It runs from %(first)s to %(last)s.",
                first=day(campaign.opens_on),
                last=day(campaign.closes_on),
            )
        )
    if row is not None and not came_in and amount_fen == 0:
        session.delete(row)
        session.flush()
        return None
    if row is None:
        if amount_fen == 0:
            return None
        row = _row(session, campaign, person_id)
    if not came_in:
        row.said_fen = amount_fen
    row.name_shown = name_shown and campaign.kind == DONATION
    return row


def collect(session: Session, campaign: Campaign, person_id: str, amount_fen: int) -> Contribution:
    """So much of somebody's money is in the union's hands, in all; 0 takes a mistake back. `campaign` is locked.

    Raises Conflict where it is closed, Invalid for somebody of elsewhere.
    """
    campaign.require_open()
    row = queries.contribution(session, campaign.id, person_id)
    if row is None:
        if not queries.may_take_part(session, campaign, person_id):
            raise Invalid(fields={"person_id": [_("Choose somebody of this school.")]})
        row = _row(session, campaign, person_id)
    row.collected_fen = amount_fen
    audit.record(session, "campaign.collected", object_id=campaign.id, person_id=person_id)
    return row


def keep_receipt(session: Session, campaign: Campaign, stream: BinaryIO, name: str, *, by: str) -> None:
    """The receipt of whoever got the money, or the partner's statement; another takes its place. Raises Invalid."""
    campaign.require_open()
    file = files.keep(session, stream, name, school_id=campaign.school_id, owner_id=by, purpose=RECEIPT)
    if campaign.receipt_id is not None:
        files.erase(session, [campaign.receipt_id])
    campaign.receipt_id = file.id


@files.readable(RECEIPT)
def may_read_receipt(_session: Session, _file: files.File, who: Actor) -> bool:
    """Those who keep campaigns: on it stands the total, which members may not see under five participants."""
    return who.may(queries.KEEP)


def close(
    session: Session, campaign: Campaign, *, paid_fen: int, handed_on: date, rebate_fen: int | None = None
) -> None:
    """Hand the money over and close it, when the sums meet; the result is said. `campaign` is locked.

    Raises SumsDiffer where the paper says another sum than came in, or another rebate than was agreed; Conflict without
    a receipt for money that came in.
    """
    campaign.require_open()
    if handed_on > clock.today():
        raise Invalid(fields={"handed_on": [_("This day is still to come.")]})
    found = queries.sums(session, campaign.id)
    if paid_fen != found.collected_fen:
        raise SumsDiffer(
            _("%(came)s came in, the paper says %(paid)s.", came=money(found.collected_fen), paid=money(paid_fen)),
            expected=found.collected_fen, given=paid_fen,
        )  # fmt: skip
    if campaign.kind == BENEFIT:
        _share_rebate(session, campaign, paid_fen, rebate_fen or 0)
    if paid_fen and campaign.receipt_id is None:
        raise Conflict(_("Add the receipt first."))
    campaign.state, campaign.handed_on = CLOSED, handed_on
    campaign.total_fen, campaign.participants = paid_fen, found.participants
    audit.record(session, "campaign.closed", object_id=campaign.id)
    participants, total_fen = queries.total_to_tell(campaign)
    emit(
        session,
        CampaignClosed,
        of=campaign,
        subject=campaign.id,
        school=campaign.school_id,
        campaign_id=campaign.id,
        kind=campaign.kind,
        participants=participants,
        total_fen=total_fen,
    )


def _share_rebate(session: Session, campaign: Campaign, paid_fen: int, rebate_fen: int) -> None:
    agreed = rebate_of(paid_fen, campaign.rebate_percent or 0)
    if rebate_fen != agreed:
        raise SumsDiffer(
            _("%(percent)s%% of %(paid)s is %(agreed)s, the paper says %(given)s.", percent=campaign.rebate_percent,
              paid=money(paid_fen), agreed=money(agreed), given=money(rebate_fen)),
            expected=agreed, given=rebate_fen,
        )  # fmt: skip
    campaign.rebate_fen = rebate_fen
    rows = locked_where(session, Contribution, Contribution.campaign_id == campaign.id)
    parts = share_out(rebate_fen, [row.collected_fen for row in rows])
    for row, part in zip(rows, parts, strict=True):
        row.rebate_fen = part


def forget(session: Session, person_id: str) -> int:
    """A person was erased: the sums stay, whose they were is gone. Returns the number of rows."""
    rows = locked_where(session, Contribution, Contribution.person_id == person_id)
    for row in rows:
        row.person_id, row.name_shown = None, False
    return len(rows)


def _row(session: Session, campaign: Campaign, person_id: str) -> Contribution:
    row = Contribution(
        school_id=campaign.school_id,
        campaign_id=campaign.id,
        person_id=person_id,
        said_fen=0,
        collected_fen=0,
    )
    session.add(row)
    session.flush()
    return row
