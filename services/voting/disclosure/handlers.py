"""What becomes public when welfare says it: the accounts of a half-year, the help paid in it, a campaign's result."""

from sqlalchemy.orm import Session

from services.voting.disclosure import actions
from services.voting.disclosure.models import CAMPAIGN
from shared.contracts.welfare import AidDisbursed, CampaignClosed, FinancePeriodPublished
from shared.kit import clock
from shared.kit.messages import Received, handles


@handles(FinancePeriodPublished)
def on_finance_period_published(session: Session, event: Received) -> None:
    if event.school:
        actions.disclose_accounts(session, event.school, event.data)


@handles(AidDisbursed)
def on_aid_disbursed(session: Session, event: Received) -> None:
    if event.school:
        actions.note_aid(
            session,
            school_id=event.school,
            aid_id=event.data["aid_id"],
            amount_fen=event.data["amount_fen"],
            paid_on=clock.local(event.time).date(),
        )


@handles(CampaignClosed)
def on_campaign_closed(session: Session, event: Received) -> None:
    """Figures that were withheld stay so."""
    if event.school:
        content = {name: event.data[name] for name in ("kind", "participants", "total_fen")}
        actions.disclose(
            session,
            school_id=event.school,
            category=CAMPAIGN,
            reference=event.data["campaign_id"],
            content=content,
        )
