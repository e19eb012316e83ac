"""Cases for the routes that the kit gives every service: long work, files, and the feed."""

from io import BytesIO

from shared.kit import files, jobs
from tests.strangers.cases import Case, Ours, Route

PURPOSE = "open-to-all"  # whoever is of the school may read it: what keeps a stranger out is the kit alone


@files.readable(PURPOSE)
def _everybody(*_asked: object) -> bool:
    return True


def cases(ours: Ours, service: str) -> dict[Route, Case]:
    """A job and a file of our member in a service."""
    member = ours.member
    with ours.house.services[service].transaction() as session:
        job = jobs.start(session, "nothing", school_id=ours.school.id, owner_id=member.id)
        file = files.keep(
            session,
            BytesIO(b"%PDF-1.4"),
            "our.pdf",
            school_id=ours.school.id,
            owner_id=member.id,
            purpose=PURPOSE,
        )
    api, page = f"/api/{service}/v1/jobs/", f"/{service}/jobs/"
    feed = f"/api/{service}/v1/feed"
    return {
        ("GET", feed): Case(ours.officers["chair"], feed, shared=True),
        ("GET", f"{api}<uuid:job_id>"): Case(member, api + job.id),
        ("GET", f"{page}<uuid:job_id>"): Case(member, page + job.id),
        ("GET", f"/{service}/files/<uuid:file_id>"): Case(member, f"/{service}/files/{file.id}"),
    }
