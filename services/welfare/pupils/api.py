"""The help for pupils over HTTP: programmes and payments, by codes alone."""

from typing import Any

from services.welfare.pupils import actions, queries
from services.welfare.pupils.models import PupilProgramme
from services.welfare.pupils.schemas import (
    ProgrammeDetail,
    ProgrammeFilter,
    ProgrammeIn,
    ProgrammeRow,
    PupilPaymentIn,
)
from shared.kit.access import actor, get_within
from shared.kit.api import Api
from shared.kit.database import reading, transaction
from shared.kit.paging import Keyset

api = Api(
    "pupils", description="Help for pupils: sums, numbers and codes; who a pupil is, only the school knows."
)
ONE = "/pupils/programmes/<uuid:programme_id>"


@api.get("/pupils/programmes", allow=queries.SEE)
@api.paged(ProgrammeRow, ProgrammeFilter)
def programmes(filters: dict[str, Any]) -> Keyset:
    """The school's programmes."""
    return queries.programmes(filters)


@api.post("/pupils/programmes", allow=queries.KEEP)
@api.arguments(ProgrammeIn)
@api.response(201, ProgrammeDetail)
def propose(body: dict[str, Any]) -> Any:
    """Propose one."""
    who = actor()
    with transaction() as session:
        return _detail(
            session,
            actions.propose(session, school_id=str(who.school_id), by=str(who.person_id), **body),
        )


@api.get(ONE, allow=queries.SEE)
@api.response(200, ProgrammeDetail)
def programme(programme_id: str) -> Any:
    """One with its payments."""
    with reading() as session:
        return _detail(session, get_within(session, PupilProgramme, programme_id))


@api.post(f"{ONE}/agree", allow="pupils.decide")
@api.response(200, ProgrammeDetail)
def agree(programme_id: str) -> Any:
    """Agree to it; never by who proposed it."""
    with transaction() as session:
        found = get_within(session, PupilProgramme, programme_id, lock=True)
        actions.agree(session, found, by=str(actor().person_id))
        return _detail(session, found)


@api.post(f"{ONE}/close", allow=queries.KEEP)
@api.response(200, ProgrammeDetail)
def close(programme_id: str) -> Any:
    """It is over, or does not come about."""
    with transaction() as session:
        found = get_within(session, PupilProgramme, programme_id, lock=True)
        actions.close(session, found)
        return _detail(session, found)


@api.post(f"{ONE}/payments", allow="pupils.pay")
@api.arguments(PupilPaymentIn)
@api.response(201, ProgrammeDetail)
def pay(body: dict[str, Any], programme_id: str) -> Any:
    """Pay the same sum to each code. What looks like a name or somebody's number is refused."""
    with transaction() as session:
        found = get_within(session, PupilProgramme, programme_id, lock=True)
        actions.pay(session, found, by=str(actor().person_id), **body)
        return _detail(session, found)


def _detail(session: Any, found: PupilProgramme) -> dict[str, Any]:
    session.flush()
    api.etag(found.version)
    row = {name: getattr(found, name) for name in ProgrammeRow().fields}
    return row | {"payments": queries.payments(session, found.id)}
