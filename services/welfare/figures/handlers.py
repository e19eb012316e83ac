"""A union that exists has its months told; each when it has settled."""

from sqlalchemy.orm import Session

from services.welfare.figures import actions
from shared.contracts.members import OrganisationChanged
from shared.kit.messages import Received, handles

UNIONS = ("school", "joint_union")


@handles(OrganisationChanged)
def on_organisation_changed(session: Session, event: Received) -> None:
    if event.data["kind"] in UNIONS and event.data["status"] == "active":
        actions.watch(session, event.data["organisation_id"])


@handles(actions.MonthSettles)
def on_month_settles(session: Session, event: Received) -> None:
    actions.tell_month(session, event.data["month_id"])
