"""Asking members to tell a person something: a code and parameters, never the occasion."""

from typing import Any

from sqlalchemy.orm import Session

from shared.contracts.registry import find
from shared.kit.database import current, new_id
from shared.kit.messages import emit


class _Asked:
    """A notice is made in this transaction by nobody else: it needs no lock."""


def notify(
    session: Session,
    *,
    to: str,
    template: str,
    school: str | None = None,
    parameters: dict[str, Any] | None = None,
    link: str | None = None,
) -> None:
    """Emit `<service>.notice.requested`; members puts the notice into the person's inbox page."""
    event_class = find(f"{current().name}.notice.requested.v1")
    assert event_class is not None
    asked = _Asked()
    session.info.setdefault("made", set()).add(asked)
    emit(
        session,
        event_class,
        of=asked,
        subject=f"notice:{new_id()}",
        school=school,
        to=to,
        template=template,
        parameters=parameters or {},
        link=link,
    )
