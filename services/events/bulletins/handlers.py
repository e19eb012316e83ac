"""What becomes a sheet on the board when others say it."""

from sqlalchemy.orm import Session

from services.events.bulletins import actions
from shared.contracts.welfare import FinancePeriodPublished
from shared.kit.messages import Received, handles


@handles(FinancePeriodPublished)
def on_finance_period_published(session: Session, event: Received) -> None:
    if event.school:
        actions.post_accounts(session, event.school, event.data, event.time)
