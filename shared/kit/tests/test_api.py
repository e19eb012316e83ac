"""What every API and page of the house does the same way."""

import io
import threading
from collections.abc import Callable
from types import ModuleType

import openpyxl
import pytest
from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from shared.kit import paging, telemetry
from shared.kit.access import ANYONE_SIGNED_IN, PUBLIC
from shared.kit.api import Api, Schema
from shared.kit.audit import AuditEntry
from shared.kit.database import new_id, transaction
from shared.kit.fields import Fen, LocalDate, Text
from shared.kit.pages import FLASH, Pages, flash, seen_other
from shared.kit.paging import Keyset
from shared.kit.problems import Conflict
from shared.kit.testing.builders import a_person, a_school
from shared.kit.testing.services import Client, TestService

SECRET = "住院"


class NoteIn(Schema):
    words = Text(20, required=True)
    fen = Fen()
    day = LocalDate()


class NoteOut(Schema):
    id = fields.String()
    action = fields.String()


class NoteSearch(Schema):
    q = fields.String(required=True)


def a_feature() -> ModuleType:
    """A feature as any other, over the audit table."""
    api, pages = Api("things"), Pages("things")
    api.service = pages.service = "voting"

    @api.post("/things", allow=ANYONE_SIGNED_IN)
    @api.arguments(NoteIn)
    @api.response(201, NoteOut)
    def add(body: dict) -> AuditEntry:
        with transaction() as session:
            entry = AuditEntry(action=body["words"])
            session.add(entry)
        return entry

    @api.get("/things", allow=ANYONE_SIGNED_IN)
    @api.paged(NoteOut)
    def listing(filters: dict) -> Keyset:
        return Keyset(select(AuditEntry), [AuditEntry.action, AuditEntry.id])

    @api.put("/things/<uuid:thing_id>", allow=ANYONE_SIGNED_IN)
    @api.response(204)
    def change(thing_id: str) -> None:
        api.check_etag(3)

    @api.get("/things/<uuid:thing_id>", allow=ANYONE_SIGNED_IN)
    @api.response(200, NoteOut)
    def show(thing_id: str) -> dict:
        api.etag(3)
        return {"id": thing_id}

    @api.get("/search", allow=PUBLIC)
    @api.paged(NoteOut, NoteSearch)
    def search(filters: dict) -> Keyset:
        query = select(AuditEntry).where(AuditEntry.action == filters["q"], AuditEntry.id != new_id())
        return Keyset(query, [AuditEntry.id])

    @api.get("/breaks", allow=PUBLIC)
    def breaks() -> None:
        raise KeyError(SECRET)

    @api.get("/away", allow=PUBLIC)
    def away() -> None:
        raise OperationalError("select", {"who": SECRET}, Exception("gone"))

    @pages.get("/breaks", allow=PUBLIC, endpoint="breaks_page")
    def breaks_page() -> None:
        raise KeyError(SECRET)

    @pages.post("/refuses", allow=PUBLIC)
    def refuses() -> None:
        raise Conflict("已经关闭")

    @pages.post("/says", allow=PUBLIC)
    def says() -> object:
        flash("已保存")
        return seen_other("/voting/heard")

    @pages.get("/mine", allow=ANYONE_SIGNED_IN)
    def mine() -> str:
        return "mine"

    feature = ModuleType("things")
    feature.__dict__.update(api=api, pages=pages)
    return feature


@pytest.fixture
def voting(service_of: Callable[..., TestService]) -> TestService:
    test = service_of("voting")
    test.service.modules = [*test.service.modules, a_feature()]
    return test


@pytest.fixture
def client(voting: TestService) -> Client:
    return voting.client(a_person(voting, a_school(voting)))


THINGS = "/api/voting/v1/things"


def test_a_refusal_is_a_problem_with_slug_fields_and_correlation_id(client: Client) -> None:
    answer = client.post(THINGS, json={"words": " ", "fen": 1.5, "day": "2026-02-29", "more": 1})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    body = answer.get_json()
    assert body["type"] == "/problems/invalid"
    assert set(body["errors"]) == {"words", "fen", "day", "more"}
    assert body["correlation_id"] == answer.headers["X-Correlation-Id"]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '"x"',
        "null",
        "{}",
        '{"words": "\\u0000"}',
        '{"words": "\\ud800"}',
        pytest.param("[" * 100_000, id="brackets without end"),
        pytest.param(f'{{"fen": {"9" * 5000}}}', id="a number of five thousand digits"),
    ],
)
def test_a_body_that_is_no_answer_to_the_question_is_refused_calmly(client: Client, body: str) -> None:
    answer = client.post(THINGS, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text


def test_a_cookie_of_brackets_without_end_says_nothing_and_goes(voting: TestService) -> None:
    browser = voting.app.test_client()
    browser.set_cookie(FLASH, "[" * 3000)
    answer = browser.get("/voting/nothing-here")
    assert answer.status_code == 404
    assert f"{FLASH}=;" in answer.headers["Set-Cookie"]


def test_without_a_token_the_api_says_401_and_a_page_leads_to_the_door(voting: TestService) -> None:
    nobody = voting.client()
    assert nobody.get(THINGS).status_code == 401
    page = nobody.get("/voting/mine?tab=2")
    assert page.status_code == 303
    assert page.headers["Location"] == "/members/sign-in?next=/voting/mine%3Ftab%3D2"


@pytest.mark.parametrize(("url", "status"), [("breaks", 500), ("away", 503)])
def test_our_faults_show_no_detail_to_anybody(
    client: Client, url: str, status: int, capsys: pytest.CaptureFixture
) -> None:
    telemetry.configure("error")  # to the stream that this test reads
    answer = client.get(f"/api/voting/v1/{url}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert SECRET not in answer.text
    assert "Traceback" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)
    logged = capsys.readouterr().err
    assert "trouble" in logged or "KeyError" in logged
    assert SECRET not in logged


def test_a_page_that_breaks_is_a_page(client: Client) -> None:
    answer = client.get("/voting/breaks")
    assert answer.status_code == 500
    assert answer.content_type.startswith("text/html")
    assert SECRET not in answer.text
    refused = client.form("/voting/refuses")
    assert refused.status_code == 409
    assert "已经关闭" in refused.text


def test_what_was_said_is_shown_on_the_next_page_once(client: Client) -> None:
    assert client.form("/voting/says").status_code == 303
    assert "已保存" in client.get("/voting/nothing-here").text
    assert "已保存" not in client.get("/voting/nothing-here").text


def count(voting: TestService, words: str) -> int:
    with voting.reading() as session:
        return len(session.scalars(select(AuditEntry).where(AuditEntry.action == words)).all())


def test_the_same_key_happens_once_and_answers_alike(voting: TestService, client: Client) -> None:
    key = {"Idempotency-Key": "a-key-of-mine"}
    first = client.post(THINGS, json={"words": "once"}, headers=key)
    again = client.post(THINGS, json={"words": "once"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert count(voting, "once") == 1
    other = client.post(THINGS, json={"words": "other"}, headers=key)
    assert other.status_code == 422
    assert other.get_json()["type"] == "/problems/idempotency-key-reused"


def test_a_key_of_one_person_is_not_anothers(voting: TestService, client: Client) -> None:
    key = {"Idempotency-Key": "a-key-of-mine"}
    other = voting.client(a_person(voting, a_school(voting), "别人"))
    assert client.post(THINGS, json={"words": "once"}, headers=key).status_code == 201
    assert other.post(THINGS, json={"words": "once"}, headers=key).status_code == 201
    assert count(voting, "once") == 2


def test_the_same_key_sent_twice_at_once_happens_once(voting: TestService) -> None:
    person = a_person(voting, a_school(voting))
    clients = [voting.client(person) for _ in range(4)]
    statuses: list[int] = []

    def send(client: Client) -> None:
        answer = client.post(THINGS, json={"words": "race"}, headers={"Idempotency-Key": "at-the-same-time"})
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 4
    assert count(voting, "race") == 1


def test_a_refused_request_uses_no_key_up(voting: TestService, client: Client) -> None:
    key = {"Idempotency-Key": "a-key-of-mine"}
    assert client.post(THINGS, json={"words": ""}, headers=key).status_code == 422
    assert client.post(THINGS, json={"words": "now right"}, headers=key).status_code == 201


def test_pages_of_a_list_show_every_row_once(voting: TestService, client: Client) -> None:
    with voting.transaction() as session:
        session.add_all(AuditEntry(action=f"entry {n % 7}") for n in range(60))
    seen: list[str] = []
    url = f"{THINGS}?limit=25"
    while url:
        answer = client.get(url)
        assert answer.status_code == 200
        seen += [row["id"] for row in answer.get_json()]
        link = answer.headers.get("Link", "")
        url = link.split("<")[1].split(">")[0] if link else ""
    assert len(seen) == len(set(seen)) == 60


@pytest.mark.parametrize("after", ["x", "bnVsbA", "WzEsMl0", "WyIxIl0", "WyJhIiwiXHUwMDAwIl0"])
def test_a_cursor_that_is_none_of_ours_is_refused(client: Client, after: str) -> None:
    assert client.get(f"{THINGS}?after={after}").status_code == 422


def test_a_list_goes_out_as_a_sheet_that_runs_nothing(voting: TestService, client: Client) -> None:
    with voting.transaction() as session:
        session.add(AuditEntry(action="=HYPERLINK(1)"))
    text = client.get(f"{THINGS}?format=csv").data.decode("utf-8-sig")
    assert ",'=HYPERLINK(1)" in text
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{THINGS}?format=xlsx").data)).active
    assert [cell.value for cell in sheet[1]] == ["id", "action"]
    assert sheet["B2"].value == "'=HYPERLINK(1)"


@pytest.mark.parametrize("sign", "=+-@\t\r\n＝＋－＠")
def test_no_sign_that_begins_a_formula_begins_a_cell(sign: str) -> None:
    assert paging.safe_cell(f"{sign}1+1") == f"'{sign}1+1"
    assert paging.safe_cell([f"{sign}1+1"]) == f"'{sign}1+1"


def test_a_list_within_a_row_fits_into_one_cell() -> None:
    row = [["高级教师", "班主任"], [], {"fen": 1}, [{"fen": 1}], None, 3]
    sheet = openpyxl.load_workbook(io.BytesIO(paging.to_xlsx(["a", "b", "c", "d", "e", "f"], [row]))).active
    assert [cell.value for cell in sheet[2]] == [
        "高级教师、班主任",
        None,
        '{"fen":1}',
        '[{"fen":1}]',
        None,
        3,
    ]


@pytest.mark.parametrize("q", ["%00", "%ED%A0%80", "a%00b"])
def test_a_search_for_what_no_database_takes_finds_nothing_or_is_refused(client: Client, q: str) -> None:
    assert client.get(f"/api/voting/v1/search?q={q}").status_code in (200, 422)


def test_an_edit_names_the_version_it_saw(client: Client) -> None:
    url = f"{THINGS}/00000000-0000-7000-8000-000000000000"
    assert client.get(url).headers["ETag"] == '"3"'
    assert client.put(url).status_code == 428
    assert client.put(url, headers={"If-Match": '"2"'}).status_code == 412
    assert client.put(url, headers={"If-Match": '"3"'}).status_code == 204


def test_a_route_without_a_rule_cannot_be_written() -> None:
    api, pages = Api("ruleless"), Pages("ruleless")
    with pytest.raises(TypeError):
        api.get("/things")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        pages.post("/things")  # type: ignore[call-arg]
