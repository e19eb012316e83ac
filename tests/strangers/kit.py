"""Cases for the routes that the kit gives every service: long work, files, the feed, and the operator's console."""

from io import BytesIO

from sqlalchemy import update

from shared.kit import clock, files, jobs
from shared.kit.database import new_id
from shared.kit.messages import DEAD, Inbox, remind, reminder
from shared.kit.testing.builders import a_person
from tests.strangers.cases import Case, Ours, Route

SOMEDAY = reminder("someday")
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
        **_console(ours, service),
    }


def _console(ours: Ours, service: str) -> dict[Route, Case]:
    """Everything at the console, with a dead message for each of its acts."""
    operator = a_person(ours.house, ours.district, "甲维", offices=["operator"])
    api, page = f"/api/{service}/v1/console", f"/{service}/console"
    gets = [api, *(f"{api}/{rule}" for rule in ("waiting", "dead", "unsent", "acts"))]
    pages = [f"{page}/{rule}" for rule in ("", "panels/state", "waiting", "dead", "unsent", "acts", "resend")]
    one, why = "/messages/<uuid:message_id>", {"reason": "mended"}
    dead = [_dead(ours, service) for _ in range(4)]
    return {
        **{("GET", url): Case(operator, url) for url in (*gets, *pages)},
        ("GET", f"{api}{one}"): Case(operator, f"{api}/messages/{dead[0]}"),
        ("GET", f"{page}{one}"): Case(operator, f"{page}/messages/{dead[0]}"),
        ("GET", f"{page}{one}/skip"): Case(operator, f"{page}/messages/{dead[0]}/skip"),
        ("POST", f"{api}/redrive"): Case(operator, f"{api}/redrive", json={"ids": [dead[0]]}),
        ("POST", f"{page}/redrive"): Case(operator, f"{page}/redrive", form={"ids": dead[1]}),
        ("POST", f"{api}{one}/skip"): Case(operator, f"{api}/messages/{dead[2]}/skip", json=why),
        ("POST", f"{page}{one}/skip"): Case(operator, f"{page}/messages/{dead[3]}/skip", form=why),
        ("GET", f"{api}/resend"): Case(operator, f"{api}/resend?position=0"),
        ("POST", f"{api}/resend"): Case(operator, f"{api}/resend", json={"position": 999_999}),
        ("POST", f"{page}/resend"): Case(
            operator, f"{page}/resend", form={"position": "999999", "confirmed": "yes"}
        ),
    }


def _dead(ours: Ours, service: str) -> str:
    with ours.house.services[service].transaction() as session:
        message_id = remind(session, SOMEDAY, at=clock.now(), key=new_id())
        session.execute(update(Inbox).where(Inbox.id == message_id).values(state=DEAD))
    return message_id
