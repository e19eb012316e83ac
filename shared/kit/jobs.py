"""Long work: a row, and a chain of messages to oneself of a fifth of a second each.

So it shows progress, survives a kill and a closed browser, and its result stays on a page of its own.
"""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from marshmallow import fields
from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.contracts.registry import SERVICES
from shared.kit import clock
from shared.kit.access import ANYONE_SIGNED_IN, actor
from shared.kit.api import Api, Schema
from shared.kit.database import Id, Json, KitBase, UTCDateTime, locked, reading
from shared.kit.encryption import encrypted
from shared.kit.messages import Received, handles, remind, reminder
from shared.kit.pages import Pages, render
from shared.kit.problems import NotFound

RUNNING, DONE, FAILED = "running", "done", "failed"


class Job(KitBase):
    """One long piece of work; `done` of `total` steps, whatever a step is. `params` and `result` are sealed."""

    __tablename__ = "job"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    school_id: Mapped[str] = mapped_column(Id)
    owner_id: Mapped[str] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(10), default=RUNNING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str | None] = mapped_column(Text)
    next_url: Mapped[str | None] = mapped_column(String(300))
    params_sealed: Mapped[str | None] = mapped_column(Text)
    result_sealed: Mapped[str | None] = mapped_column(Text)
    params = encrypted("params_sealed")
    result = encrypted("result_sealed")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    data: Mapped[dict[str, Any]] = mapped_column(
        Json, default=dict
    )  # what a step leaves for the next; nothing personal

    def finish(self, result: Any = None, next_url: str | None = None) -> None:
        """It is done; `next_url` is where its result is looked at."""
        self.state, self.result, self.next_url, self.ended_at = (
            DONE,
            result,
            next_url or self.next_url,
            clock.now(),
        )

    def fail(self, message: str) -> None:
        """It cannot be done, for a reason a person can read; what it did before stays."""
        self.state, self.message, self.ended_at = FAILED, message, clock.now()

    @property
    def percent(self) -> int:
        return 100 if self.state == DONE else (100 * self.done // self.total if self.total else 0)


Step = Callable[[Session, Job], None]
_steps: dict[str, Step] = {}
NextStep = reminder("job-step")


def job(name: str) -> Callable[[Step], Step]:
    """Name the function that does one step (at most a fifth of a second) of a kind of job."""

    def register(step: Step) -> Step:
        _steps[name] = step
        return step

    return register


def start(
    session: Session,
    name: str,
    *,
    school_id: str,
    owner_id: str,
    total: int = 0,
    params: Any = None,
    next_url: str | None = None,
) -> Job:
    """Begin a job in this transaction; its first step follows after the commit."""
    work = Job(
        name=name,
        school_id=school_id,
        owner_id=owner_id,
        total=total,
        params=params,
        next_url=next_url,
        data={},
    )
    session.add(work)
    session.flush()
    remind(session, NextStep, at=clock.now(), key=work.id, data={"job_id": work.id})
    return work


@handles(NextStep, services=SERVICES)
def on_next_step(session: Session, event: Received) -> None:
    work = locked(session, Job, event.data["job_id"])
    if work is None or work.state != RUNNING:
        return
    _steps[work.name](session, work)
    if work.state == RUNNING:
        remind(session, NextStep, at=clock.now(), key=work.id, data=event.data)


class JobOut(Schema):
    """Where a job stands."""

    id = fields.String()
    name = fields.String()
    state = fields.String()
    done = fields.Integer()
    total = fields.Integer()
    percent = fields.Integer()
    message = fields.String(allow_none=True)
    next_url = fields.String(allow_none=True)


def _mine(session: Session, job_id: str) -> Job:
    found = session.get(Job, job_id)
    if found is None or found.owner_id != actor().person_id:
        raise NotFound()
    return found


def views_of(service: str) -> SimpleNamespace:
    """The API and the progress page, for one service."""
    api = Api("jobs", "Long work and how far it is.")
    pages = Pages("jobs")
    pages.service = service

    @api.get("/jobs/<uuid:job_id>", allow=ANYONE_SIGNED_IN)
    @api.response(200, JobOut)
    def show(job_id: str) -> Job:
        """Where a job of one's own stands."""
        with reading() as session:
            return _mine(session, job_id)

    @pages.get("/jobs/<uuid:job_id>", allow=ANYONE_SIGNED_IN, endpoint="progress")
    def progress(job_id: str) -> str:
        with reading() as session:
            return render("jobs/progress.html", job=_mine(session, job_id), service=service)

    return SimpleNamespace(api=api, pages=pages)
