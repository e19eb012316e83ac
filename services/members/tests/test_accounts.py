"""Accounts: first use by slip, one's own password, what officers and programs may do."""

import re
from typing import Any

import click
import jwt
import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from services.members.accounts import attempts, passwords
from services.members.accounts.actions import issue_slips, open_account
from services.members.accounts.models import Account, FirstUseSlip
from services.members.commands import register
from services.members.people.models import Member
from services.members.schools.models import Organisation
from services.members.tests.builders import a_member, a_union
from shared.contracts.members import MembersNoticeRequested, PersonChanged
from shared.kit import tokens
from shared.kit.testing.services import TestService

PASSWORD = "three blue kites"
API = "/api/members/v1"


@pytest.fixture
def members(service_of: Any) -> TestService:
    return service_of("members")


@pytest.fixture
def union(members: TestService) -> Any:
    return a_union(members)


@pytest.fixture
def lin(members: TestService, union: Any) -> Member:
    return a_member(members, union, "林晓雨", staff_number="WM-017")


@pytest.fixture
def organiser(members: TestService, union: Any) -> Any:
    return members.client(a_member(members, union, "钱学文", offices=("organiser",)))


def slip_for(members: TestService, member: Member) -> Any:
    with members.transaction() as session:
        return issue_slips(session, [session.get(Member, member.id)])[0]


def use(members: TestService, code: str, password: str = PASSWORD, **more: Any) -> Any:
    return members.client().post(f"{API}/first-use", json={"code": code, "password": password, **more})


def sign_in(members: TestService, login: str, password: str = PASSWORD) -> Any:
    return members.client().post(f"{API}/session", json={"login": login, "password": password})


# --- slips


def test_a_slip_opens_an_account_with_the_staff_number_as_login(members: TestService, lin: Member) -> None:
    slip = slip_for(members, lin)
    assert slip.login == "wm-017"
    assert use(members, slip.code).status_code == 201
    assert sign_in(members, "WM-017").status_code == 201


def test_without_staff_number_the_name_is_the_login_and_namesakes_get_a_number(
    members: TestService, union: Any
) -> None:
    namesakes = [a_member(members, union, "王芳") for _ in range(3)]
    with members.transaction() as session:
        slips = issue_slips(session, [session.get(Member, each.id) for each in namesakes])
    assert [slip.login for slip in slips] == ["wangfang", "wangfang2", "wangfang3"]


def test_a_slip_is_good_once(members: TestService, lin: Member) -> None:
    slip = slip_for(members, lin)
    use(members, slip.code)
    assert use(members, slip.code, "another long one").status_code == 404
    assert sign_in(members, "wm-017", "another long one").status_code == 401


def test_a_slip_is_good_for_thirty_days(members: TestService, lin: Member, frozen_clock: Any) -> None:
    slip = slip_for(members, lin)
    frozen_clock.advance(days=29, hours=23)
    assert members.client().get(f"/members/first-use/{slip.code}").status_code == 200
    frozen_clock.advance(hours=1)
    assert members.client().get(f"/members/first-use/{slip.code}").status_code == 404
    assert use(members, slip.code).status_code == 404


def test_a_new_slip_makes_the_old_one_void(members: TestService, lin: Member) -> None:
    old, new = slip_for(members, lin), slip_for(members, lin)
    assert use(members, old.code).status_code == 404
    assert use(members, new.code).status_code == 201


def test_codes_are_long_easy_to_read_and_kept_as_hashes_alone(members: TestService, lin: Member) -> None:
    slip = slip_for(members, lin)
    assert re.fullmatch(r"([2-9A-HJKMNPQRSTVWXYZ]{4}-){3}[2-9A-HJKMNPQRSTVWXYZ]{4}", slip.code)
    with members.reading() as session:
        rows = str(session.execute(text("SELECT * FROM first_use_slip")).all())
        rows += str(session.execute(text("SELECT * FROM outbox")).all())
    assert slip.code not in rows and slip.code.replace("-", "") not in rows


def test_a_code_typed_in_small_letters_without_dashes_is_the_same_code(
    members: TestService, lin: Member
) -> None:
    slip = slip_for(members, lin)
    assert use(members, slip.code.replace("-", " ").lower()).status_code == 201


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA-AAAA", "x", "' OR 1=1", "-"])
def test_unknown_codes_open_nothing(members: TestService, lin: Member, code: str) -> None:
    slip_for(members, lin)
    assert use(members, code).status_code == 404


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "10"),
        ("1234567890", "太多人"),
        ("WM-017      ", "10"),
        ("password123", "太多人"),
        ("ａｂｃ１２３４５６７８９", "太多人"),
        ("abababababab", "太多人"),
        ("abcdefghijkl", "太多人"),
    ],
)
def test_weak_passwords_are_refused_in_plain_words(
    members: TestService, lin: Member, password: str, why: str
) -> None:
    slip = slip_for(members, lin)
    refused = use(members, slip.code, password)
    assert refused.status_code == 422
    assert why in refused.json["errors"]["password"][0]
    assert use(members, slip.code).status_code == 201, "the slip is still good"


def test_the_login_is_no_password(members: TestService, union: Any) -> None:
    member = a_member(members, union, "欧阳震华")
    slip = slip_for(members, member)
    assert len(slip.login) >= passwords.SHORTEST
    assert use(members, slip.code, slip.login.upper()).status_code == 422


def test_a_login_that_somebody_has_is_refused(members: TestService, union: Any, lin: Member) -> None:
    use(members, slip_for(members, lin).code, login="yuyu")
    other = slip_for(members, a_member(members, union, "周敏"))
    refused = use(members, other.code, login="ＹＵＹＵ")
    assert refused.status_code == 422 and "login" in refused.json["errors"]


def test_the_page_of_a_slip_sets_a_password_and_goes_in(members: TestService, lin: Member) -> None:
    slip = slip_for(members, lin)
    client = members.client()
    page = client.get(f"/members/first-use/{slip.code}")
    assert "林晓雨" in page.text and 'value="wm-017"' in page.text
    differing = client.form(
        f"/members/first-use/{slip.code}", {"login": "yu", "password": PASSWORD, "again": PASSWORD + "!"}
    )
    assert differing.status_code == 422 and 'value="yu"' in differing.text and PASSWORD not in differing.text
    done = client.form(
        f"/members/first-use/{slip.code}", {"login": "yu", "password": PASSWORD, "again": PASSWORD}
    )
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    assert client.get("/members/account").status_code == 200


def test_people_without_a_camera_type_the_code(members: TestService, lin: Member) -> None:
    slip = slip_for(members, lin)
    answer = members.client().get("/members/first-use", query_string={"code": f" {slip.code} "})
    assert answer.headers["Location"] == f"/members/first-use/{slip.code}"


# --- a forgotten password


def test_a_reset_keeps_the_login_ends_all_sessions_and_is_told_to_the_person(
    members: TestService, lin: Member, frozen_clock: Any
) -> None:
    token = use(members, slip_for(members, lin).code).json["token"]
    frozen_clock.advance(seconds=1)
    slip = slip_for(members, lin)
    assert sign_in(members, "wm-017").status_code == 201, "the old password works until the slip is used"
    assert members.outbox(MembersNoticeRequested)[-1].data["template"] == "password-slip-issued"
    frozen_clock.advance(seconds=1)
    use(members, slip.code, "quite another one", login="somebody-else")
    assert sign_in(members, "wm-017", "quite another one").status_code == 201
    assert sign_in(members, "wm-017").status_code == 401
    headers = {"Authorization": f"Bearer {token}"}
    assert members.client().get(f"{API}/notices", headers=headers).status_code == 401


def test_a_reset_takes_the_second_factor_away(members: TestService, lin: Member) -> None:
    use(members, slip_for(members, lin).code)
    client = members.client(lin)
    import pyotp

    from shared.kit import clock

    totp = pyotp.parse_uri(client.post(f"{API}/account/second-factor").json["address"])
    client.post(f"{API}/account/second-factor/confirm", json={"code": totp.at(clock.now())})
    use(members, slip_for(members, lin).code, "quite another one")
    assert sign_in(members, "wm-017", "quite another one").status_code == 201


# --- one's own password


def test_one_changes_ones_own_password_and_other_devices_are_out(
    members: TestService, lin: Member, frozen_clock: Any
) -> None:
    elsewhere = use(members, slip_for(members, lin).code).json["token"]
    frozen_clock.advance(seconds=1)
    client = members.client(lin)
    answer = client.post(
        f"{API}/account/password", json={"present": PASSWORD, "password": "four green kites"}
    )
    assert answer.status_code == 200
    for token, status in ((elsewhere, 401), (answer.json["token"], 200)):
        headers = {"Authorization": f"Bearer {token}"}
        assert members.client().get(f"{API}/notices", headers=headers).status_code == status
    assert sign_in(members, "wm-017", "four green kites").status_code == 201


@pytest.mark.parametrize("key", [None, "stolen-session"])
def test_a_stolen_session_cannot_guess_the_password(
    members: TestService, lin: Member, key: str | None
) -> None:
    use(members, slip_for(members, lin).code)
    client = members.client(lin)
    answers = [
        client.post(
            f"{API}/account/password",
            json={"present": f"guess {n}", "password": "four green kites"},
            headers={"Idempotency-Key": f"{key}-{n}"} if key else {},
        ).status_code
        for n in range(attempts.PER_ACCOUNT + 1)
    ]
    assert answers == [422] * attempts.PER_ACCOUNT + [429]


def test_a_person_without_account_has_no_password_to_change(members: TestService, lin: Member) -> None:
    client = members.client(lin)
    assert client.get("/members/account").status_code == 200
    changed = client.post(f"{API}/account/password", json={"present": "x", "password": PASSWORD})
    assert changed.status_code == 404


# --- officers


def test_the_organiser_prints_slips_and_the_sheet_bears_code_and_qr(
    members: TestService, lin: Member, organiser: Any
) -> None:
    sheet = organiser.form("/members/accounts/slips", {"person_id": lin.id})
    assert sheet.status_code == 200
    code = re.search(r"([2-9A-Z]{4}-){3}[2-9A-Z]{4}", sheet.text)[0]
    assert "data:image/svg+xml" in sheet.text and "林晓雨" in sheet.text
    assert use(members, code).status_code == 201


def test_whoever_resets_an_officers_account_could_become_that_officer(
    members: TestService, union: Any, organiser: Any
) -> None:
    chair = a_member(members, union, "赵立新", offices=("chair",))
    deeds = [
        ("slips", {"person_ids": [chair.id]}),
        (f"{chair.id}/disable", None),
        (f"{chair.id}/enable", None),
    ]
    for deed, body in deeds:
        answer = (
            organiser.post(f"{API}/accounts/{deed}", json=body)
            if body
            else organiser.post(f"{API}/accounts/{deed}")
        )
        assert answer.status_code == 403, deed
    vice = members.client(a_member(members, union, "孙静", offices=("vice_chair",)))
    carer = a_member(members, union, "何莉", offices=("carer",))
    assert vice.post(f"{API}/accounts/slips", json={"person_ids": [carer.id]}).status_code == 201
    assert vice.post(f"{API}/accounts/slips", json={"person_ids": [chair.id]}).status_code == 403, (
        "not upwards"
    )


def test_nobody_closes_their_own_account(members: TestService, union: Any) -> None:
    chair = a_member(members, union, "赵立新", offices=("chair",))
    assert members.client(chair).post(f"{API}/accounts/{chair.id}/disable").status_code == 409


def test_people_of_another_union_are_not_there(members: TestService, union: Any, organiser: Any) -> None:
    stranger = a_member(members, a_union(members, "实验小学"), "吴强")
    assert organiser.post(f"{API}/accounts/slips", json={"person_ids": [stranger.id]}).status_code == 404
    assert organiser.post(f"{API}/accounts/{stranger.id}/disable").status_code == 404
    assert "吴强" not in organiser.get("/members/accounts/").text


def test_the_list_tells_who_has_an_account_a_slip_or_neither(
    members: TestService, lin: Member, organiser: Any
) -> None:
    def state() -> tuple[Any, Any]:
        row = next(row for row in organiser.get(f"{API}/accounts").json if row["person_id"] == lin.id)
        return row["login"], row["slip_expires_at"] is not None

    assert state() == (None, False)
    slip = slip_for(members, lin)
    assert state() == (None, True)
    use(members, slip.code)
    assert state() == ("wm-017", False)
    assert [row["name"] for row in organiser.get(f"{API}/accounts?state=open").json] == ["林晓雨"]
    assert "林晓雨" not in organiser.get("/members/accounts/?state=none").text


def test_a_plain_member_manages_no_accounts(members: TestService, lin: Member) -> None:
    client = members.client(lin)
    assert client.get("/members/accounts/").status_code == 403
    assert client.post(f"{API}/accounts/slips", json={"person_ids": [lin.id]}).status_code == 403


# --- programs


@pytest.fixture
def chair(members: TestService, union: Any) -> Any:
    return members.client(a_member(members, union, "赵立新", offices=("chair",)))


def a_program(chair: Any, *scopes: str) -> dict[str, Any]:
    answer = chair.post(
        f"{API}/programs", json={"name": "人事系统", "scopes": list(scopes or ["people.see"])}
    )
    assert answer.status_code == 201, answer.json
    return answer.json


def token_for(members: TestService, program: dict[str, Any], secret: str | None = None) -> Any:
    body = {"client_id": program["id"], "client_secret": secret or program["client_secret"]}
    return members.client().post(f"{API}/token", json=body)


def test_a_program_gets_a_token_for_ten_minutes_with_its_scopes(
    members: TestService, union: Any, chair: Any, frozen_clock: Any
) -> None:
    program = a_program(chair, "people.see", "imports.run")
    answer = token_for(members, program)
    assert (answer.status_code, answer.json["expires_in"]) == (200, 600)
    claims = jwt.decode(answer.json["access_token"], options={"verify_signature": False})
    assert claims["knd"] == "program" and claims["school"] == union.id
    assert claims["scopes"] == ["imports.run", "people.see"]
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    frozen_clock.advance(minutes=9, seconds=59)
    assert members.client().get(f"{API}/people", headers=headers).status_code == 200
    assert members.client().get(f"{API}/programs", headers=headers).status_code == 403, "no scope for that"
    assert members.client().get(f"{API}/notices", headers=headers).status_code == 403, (
        "a program has no inbox"
    )
    frozen_clock.advance(seconds=1)
    assert members.client().get(f"{API}/people", headers=headers).status_code == 401


def test_the_secret_is_shown_once_and_kept_as_a_hash(members: TestService, chair: Any) -> None:
    program = a_program(chair)
    with members.reading() as session:
        assert program["client_secret"] not in str(session.execute(text("SELECT * FROM program")).all())
    assert "client_secret" not in chair.get(f"{API}/programs").json[0]
    assert program["client_secret"] not in chair.get("/members/programs/").text


def test_a_wrong_secret_and_an_unknown_program_get_the_same_answer_and_end(
    members: TestService, chair: Any
) -> None:
    program = a_program(chair)
    wrong = token_for(members, program, "wrong")
    unknown = token_for(members, {"id": "018f0000-0000-7000-8000-000000000000", "client_secret": "x"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json["type"] == unknown.json["type"]
    answers = [token_for(members, program, "wrong").status_code for _ in range(attempts.PER_ACCOUNT)]
    assert answers[-1] == 429


def test_a_new_secret_replaces_the_old_one_and_revoking_ends_both(members: TestService, chair: Any) -> None:
    program = a_program(chair)
    renewed = chair.post(f"{API}/programs/{program['id']}/secret").json
    assert token_for(members, program).status_code == 401
    assert token_for(members, renewed).status_code == 200
    assert chair.delete(f"{API}/programs/{program['id']}").status_code == 204
    assert token_for(members, renewed).status_code == 401


@pytest.mark.parametrize(
    "scope", ["rules.publish", "programs.manage", "accounts.manage", "life-events.care", "polls.vote", ""]
)
def test_a_chair_cannot_give_a_program_what_no_program_should_have(chair: Any, scope: str) -> None:
    assert chair.post(f"{API}/programs", json={"name": "x", "scopes": [scope]}).status_code == 422


def test_programs_of_another_union_are_not_there(members: TestService, chair: Any) -> None:
    program = a_program(chair)
    stranger = members.client(a_member(members, a_union(members, "实验小学"), "吴强", offices=("chair",)))
    assert stranger.get(f"{API}/programs").json == []
    assert stranger.post(f"{API}/programs/{program['id']}/secret").status_code == 404
    assert stranger.delete(f"{API}/programs/{program['id']}").status_code == 404


def test_the_page_registers_and_revokes_a_program(members: TestService, chair: Any) -> None:
    made = chair.form("/members/programs/", {"name": "财务系统", "scopes": "funds.receipts"})
    assert made.status_code == 200 and "财务系统" in made.text
    (program,) = chair.get(f"{API}/programs").json
    assert chair.form(f"/members/programs/{program['id']}/revoke").status_code == 303
    assert chair.get(f"{API}/programs").json[0]["revoked_at"] is not None
    assert chair.form("/members/programs/", {"name": "x"}).status_code == 422


# --- the operator


@pytest.fixture
def operator(members: TestService) -> Any:
    group = click.Group("members")
    register(group, members.service)

    def run(*words: str) -> str:
        result = CliRunner().invoke(group, words, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output.strip()

    return run


def test_the_first_administrator_gets_an_address_and_sees_the_district(
    members: TestService, operator: Any
) -> None:
    address = operator(
        "first-administrator", "--district", "明德区教育工会", "--name", "吴强", "--login", "wuqiang"
    )
    assert address.startswith("http://localhost:8000/members/first-use/")
    token = use(members, address.rpartition("/")[2]).json["token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    headers = {"Authorization": f"Bearer {token}"}
    assert members.client().get(f"{API}/programs", headers=headers).status_code == 200
    assert len(members.client().get(f"{API}/rule-packs", headers=headers).json) == 3
    assert sign_in(members, "wuqiang").status_code == 201
    with members.reading() as session:
        assert session.scalars(select(Member.id)).one() == claims["sub"]


def test_running_it_again_gives_another_slip_and_no_second_district(
    members: TestService, operator: Any
) -> None:
    asked = ("first-administrator", "--district", "明德区教育工会", "--name", "吴强", "--login", "wuqiang")
    first, second = operator(*asked), operator(*asked)
    assert first != second
    with members.reading() as session:
        assert len(session.scalars(select(Organisation.id)).all()) == 1
        assert len(session.scalars(select(Member.id)).all()) == 1
        assert len(session.scalars(select(FirstUseSlip.id).where(FirstUseSlip.used_at.is_(None))).all()) == 1


def test_a_schools_first_chair_can_be_let_in_the_same_way(members: TestService, operator: Any) -> None:
    operator(
        "first-administrator",
        "--district",
        "明德区教育工会",
        "--school",
        "五马中学",
        "--name",
        "赵立新",
        "--login",
        "zhao",
    )
    card = members.outbox(PersonChanged)[-1].data
    assert [office["code"] for office in card["offices"]] == ["chair"]


def test_the_operator_changes_the_key_and_says_everything_again(
    members: TestService, operator: Any, lin: Member
) -> None:
    with members.transaction() as session:
        open_account(session, lin, "yu", passwords.hash_password(PASSWORD))
    sign_in(members, "yu")
    before = len(members.outbox())
    assert "signs from" in operator("rotate-key")
    operator("republish")
    said = {event.type for event in members.outbox()[before:]}
    assert said >= {
        "members.signing-key.changed.v1",
        "members.person.changed.v1",
        "members.organization.changed.v1",
    }


def test_cookies_go_over_https_alone_where_the_installation_says_so(service_of: Any) -> None:
    members = service_of("members", secure_cookies=True)
    member = a_member(members, a_union(members))
    slip = slip_for(members, member)
    done = members.client().form(
        f"/members/first-use/{slip.code}", {"login": "yu", "password": PASSWORD, "again": PASSWORD}
    )
    assert f"{tokens.COOKIE}=" in done.headers["Set-Cookie"] and "Secure" in done.headers["Set-Cookie"]
    with members.reading() as session:
        assert session.scalars(select(Account.login)).one() == "yu"
