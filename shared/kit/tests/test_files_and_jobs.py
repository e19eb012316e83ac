"""Attachments are small, clean and guarded; long work shows how far it is and survives being cut off."""

import hashlib
import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.kit import audit, files, jobs
from shared.kit.problems import Invalid
from shared.kit.testing.builders import a_person, a_school
from shared.kit.testing.services import TestService


@pytest.fixture
def welfare(service_of: Callable[..., TestService]) -> TestService:
    return service_of("welfare")


def a_photo(size: tuple[int, int] = (40, 30)) -> bytes:
    picture = Image.new("RGB", size, "green")
    exif = picture.getexif()
    exif[0x010F] = "SecretCamera"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def keep(session: Session, content: bytes, name: str = "a.jpg", school: str = "s" * 8) -> files.File:
    ident = "00000000-0000-7000-8000-000000000001"
    return files.keep(session, io.BytesIO(content), name, school_id=ident, owner_id=ident, purpose="test")


def test_a_photo_is_kept_without_what_the_camera_wrote_into_it(welfare: TestService) -> None:
    sent = a_photo()
    assert b"SecretCamera" in sent
    with welfare.transaction() as session:
        file = keep(session, sent)
        assert b"SecretCamera" not in file.content
        assert Image.open(io.BytesIO(file.content)).size == (40, 30)


def test_the_same_receipt_twice_is_found(welfare: TestService) -> None:
    with welfare.transaction() as session:
        first, second = keep(session, a_photo()), keep(session, a_photo(), "b.jpg")
        assert [f.id for f in files.same(session, first.school_id, second.sha256, "test")] == [
            first.id,
            second.id,
        ]


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ program", b"<svg onload=alert(1)>", b"\xff\xd8\xff broken", b"x" * (files.MOST_BYTES + 1)],
    ids=["nothing", "a program", "a script", "half a photo", "too large"],
)
def test_what_is_no_small_photo_or_pdf_is_refused_in_words(welfare: TestService, content: bytes) -> None:
    with (
        welfare.app.test_request_context("/"),
        welfare.transaction() as session,
        pytest.raises(Invalid) as refused,
    ):
        keep(session, content)
    assert refused.value.fields["file"]


def test_a_file_about_a_person_is_sealed_and_whoever_opens_it_or_tries_to_is_recorded(
    welfare: TestService,
) -> None:
    school = a_school(welfare)
    subject, reader, other = (a_person(welfare, school, name) for name in ("本人", "可读", "不可"))
    stranger = a_person(welfare, a_school(welfare, "别校"), "外人")
    sent = b"%PDF-1.4 income of the family"

    @files.readable("proof")
    def may(session: Session, file: files.File, actor: object) -> bool:
        return actor.person_id in (reader.id, subject.id)  # type: ignore[attr-defined]

    with welfare.transaction() as session:
        file = files.keep(
            session,
            io.BytesIO(sent),
            "诊断书.pdf",
            school_id=school.id,
            owner_id=subject.id,
            purpose="proof",
            about=subject.id,
        )
        assert b"income" not in file.content
        assert (file.name, file.opened()) == ("proof", sent)
        assert file.sha256 != hashlib.sha256(sent).hexdigest()
    url = f"/welfare/files/{file.id}"
    answers = {who.name: welfare.client(who).get(url) for who in (subject, reader, other, stranger)}
    assert answers["可读"].data == answers["本人"].data == sent
    assert (answers["不可"].status_code, answers["外人"].status_code) == (403, 404)
    with welfare.reading() as session:
        looked = [(entry.action, entry.actor_id) for entry in session.scalars(audit.looks_at(subject.id))]
    assert sorted(looked) == [("file.read", reader.id), ("file.refused", other.id)]


def test_a_file_is_shown_to_those_its_purpose_allows(welfare: TestService) -> None:
    school = a_school(welfare)
    reader, other = a_person(welfare, school, "可读"), a_person(welfare, school, "不可")
    stranger = a_person(welfare, a_school(welfare, "别校"), "外人")

    @files.readable("only-for-one")
    def may(session: Session, file: files.File, actor: object) -> bool:
        return actor.person_id == reader.id  # type: ignore[attr-defined]

    with welfare.transaction() as session:
        file = files.keep(
            session,
            io.BytesIO(a_photo()),
            "../../etc/x.jpg",
            school_id=school.id,
            owner_id=reader.id,
            purpose="only-for-one",
        )
    assert file.name == "x.jpg"
    url = f"/welfare/files/{file.id}"
    assert welfare.client(reader).get(url).mimetype == "image/jpeg"
    assert welfare.client(other).get(url).status_code == 404
    assert welfare.client(stranger).get(url).status_code == 404


@jobs.job("test.count")
def count_to_three(session: Session, job: jobs.Job) -> None:
    job.done += 1
    if job.params == "break" and job.done == 2:
        job.fail("第二行写错了")
    elif job.done == job.total:
        job.finish({"counted": job.done}, next_url="/welfare/")


@pytest.fixture
def started(welfare: TestService) -> Iterator[Callable[..., jobs.Job]]:
    school = a_school(welfare)
    owner = a_person(welfare, school)

    def start(params: str = "") -> jobs.Job:
        with welfare.transaction() as session:
            return jobs.start(
                session, "test.count", school_id=school.id, owner_id=owner.id, total=3, params=params
            )

    yield start


def now(welfare: TestService, job: jobs.Job) -> jobs.Job:
    with welfare.reading() as session:
        return session.scalars(select(jobs.Job).where(jobs.Job.id == job.id)).one()


def test_a_job_goes_on_step_by_step_to_its_end(
    welfare: TestService, started: Callable[..., jobs.Job]
) -> None:
    job = started()
    assert now(welfare, job).percent == 0
    welfare.work()
    done = now(welfare, job)
    assert (done.state, done.percent, done.result, done.next_url) == (
        "done",
        100,
        {"counted": 3},
        "/welfare/",
    )


def test_a_job_that_cannot_go_on_says_why(welfare: TestService, started: Callable[..., jobs.Job]) -> None:
    job = started("break")
    welfare.work()
    failed = now(welfare, job)
    assert (failed.state, failed.message, failed.done) == ("failed", "第二行写错了", 2)


def test_only_its_owner_sees_a_job(welfare: TestService, started: Callable[..., jobs.Job]) -> None:
    job = started()
    with welfare.reading() as session:
        from shared.kit import people

        owner = people.person(session, job.owner_id)
    assert welfare.client(owner).get(f"/api/welfare/v1/jobs/{job.id}").get_json()["percent"] == 0
    page = welfare.client(owner).get(f"/welfare/jobs/{job.id}")
    assert (page.status_code, "<progress" in page.text) == (200, True)
    other = a_person(welfare, a_school(welfare), "别人")
    assert welfare.client(other).get(f"/api/welfare/v1/jobs/{job.id}").status_code == 404
