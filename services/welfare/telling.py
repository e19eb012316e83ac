"""Telling officers and members that something waits for them: never what it is about, nor whom it concerns."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from services.welfare.visits.actions.staffing import Officers
from shared.kit.notices import notify


def tell(
    session: Session, to: str | None, template: str, *, school_id: str, link: str, **parameters: Any
) -> None:
    """Put one notice into a person's inbox page; nobody there is nothing to do."""
    if to is not None:
        notify(session, to=to, template=template, school=school_id, parameters=parameters, link=link)


def tell_office(
    session: Session,
    office: str,
    template: str,
    *,
    school_id: str,
    link: str,
    without: Iterable[str | None] = (),
    **parameters: Any,
) -> None:
    """The same to the holder of an office, or to whoever stands in while it is empty."""
    holder = Officers(session, school_id).responsible(office, tuple(without))
    tell(session, holder.id if holder else None, template, school_id=school_id, link=link, **parameters)
