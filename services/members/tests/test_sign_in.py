"""Signing in: who gets in, who does not, and what a guesser can learn (nothing)."""

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from services.members.accounts import attempts, passwords
from services.members.accounts.actions import open_account, signing_keys
from services.members.accounts.models import Account, SigningKey
from services.members.tests.builders import a_member, a_union
from shared.contracts.members import PersonChanged, SigningKeyChanged
from shared.kit import clock, tokens
from shared.kit.testing.services import TestService

PASSWORD = "correct horse battery"
SESSION = "/api/members/v1/session"


@pytest.fixture
def members(service_of: Any) -> TestService:
    return service_of("members")


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


@pytest.fixture
def lin(members: TestService, password_hash: str) -> Any:
    """林晓雨, who signs in as `linxiaoyu`."""
    member = a_member(members, a_union(members))
    with members.transaction() as session:
        open_account(session, member, "LinXiaoyu", password_hash)
    return member


def sign_in(members: TestService, login: str = "linxiaoyu", password: str = PASSWORD, **more: Any) -> Any:
    address = more.pop("address", "192.0.2.7")
    headers = more.pop("headers", {})
    return members.client().post(
        SESSION,
        json={"login": login, "password": password, **more},
        headers=headers,
        environ_base={"REMOTE_ADDR": address},
    )


def whoami(members: TestService, token: str) -> int:
    """200 for somebody who is signed in, 401 for a stranger."""
    return (
        members.client()
        .get("/api/members/v1/notices", headers={"Authorization": f"Bearer {token}"})
        .status_code
    )


# --- the way in


def test_the_right_password_gives_a_token_that_says_only_who(members: TestService, lin: Any) -> None:
    answer = sign_in(members)
    assert answer.status_code == 201
    claims = jwt.decode(answer.json["token"], options={"verify_signature": False})
    assert claims["sub"] == lin.id
    assert set(claims) == {"iss", "sub", "knd", "iat", "exp"}
    assert whoami(members, answer.json["token"]) == 200


@pytest.mark.parametrize("typed", ["linxiaoyu", "LINXIAOYU", " lin xiaoyu ", "ｌｉｎｘｉａｏｙｕ"])
def test_capitals_spaces_and_full_width_letters_of_a_login_make_no_difference(
    members: TestService, lin: Any, typed: str
) -> None:
    assert sign_in(members, typed).status_code == 201


def test_the_page_sets_a_cookie_that_scripts_and_other_sites_cannot_use(
    members: TestService, lin: Any
) -> None:
    client = members.client()
    answer = client.form(
        "/members/sign-in", {"login": "linxiaoyu", "password": PASSWORD, "next": "/welfare/"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/welfare/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{tokens.COOKIE}=")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=43200" in cookie
    assert client.get("/members/notices/").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "javascript:1"]
)
def test_after_signing_in_nobody_is_sent_to_another_site(
    members: TestService, lin: Any, elsewhere: str
) -> None:
    answer = members.client().form(
        "/members/sign-in", {"login": "linxiaoyu", "password": PASSWORD, "next": elsewhere}
    )
    assert answer.headers["Location"] == "/"


def test_a_hash_made_with_weaker_figures_is_renewed_at_the_next_sign_in(
    members: TestService, lin: Any
) -> None:
    from argon2 import PasswordHasher

    with members.transaction() as session:
        account = session.scalars(select(Account)).one()
        account.password_hash = weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(
            PASSWORD
        )
    assert sign_in(members).status_code == 201
    with members.reading() as session:
        renewed = session.scalars(select(Account.password_hash)).one()
    assert renewed != weak and not passwords.is_outdated(renewed)
    assert sign_in(members).status_code == 201


# --- guessing


def test_an_unknown_login_and_a_wrong_password_get_the_same_answer(members: TestService, lin: Any) -> None:
    unknown, wrong = sign_in(members, "nobody"), sign_in(members, password="wrong password")
    assert unknown.status_code == wrong.status_code == 401
    drop = {"correlation_id"}
    assert {k: v for k, v in unknown.json.items() if k not in drop} == {
        k: v for k, v in wrong.json.items() if k not in drop
    }


def test_an_unknown_login_costs_as_much_hashing_as_a_known_one(
    members: TestService, lin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            compared.append(password_hash.split("$")[:4])
            return False

    monkeypatch.setattr(passwords, "_hasher", Counting())
    sign_in(members, "nobody")
    sign_in(members)
    assert len(compared) == 2
    assert compared[0] == compared[1], "the same algorithm and the same figures"


def test_guessing_one_account_ends_after_eight_tries_from_wherever_they_come(
    members: TestService, lin: Any, frozen_clock: Any
) -> None:
    for attempt in range(attempts.PER_ACCOUNT):
        assert (
            sign_in(members, password=f"guess number {attempt}", address=f"192.0.2.{attempt}").status_code
            == 401
        )
    refused = sign_in(members, address="198.51.100.9")
    assert refused.status_code == 429, "even the right password waits"
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    frozen_clock.advance(minutes=15)
    assert sign_in(members).status_code == 201


def test_an_unknown_login_is_slowed_down_like_a_known_one(members: TestService) -> None:
    answers = [sign_in(members, "nobody").status_code for _ in range(attempts.PER_ACCOUNT + 1)]
    assert answers == [401] * attempts.PER_ACCOUNT + [429]


def test_guessing_many_accounts_from_one_address_ends_too(
    members: TestService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PER_ADDRESS", 5)
    answers = [sign_in(members, f"user{n}").status_code for n in range(6)]
    assert answers == [401] * 5 + [429]
    assert sign_in(members, "user9", address="192.0.2.8").status_code == 401, "others are not held up"


def test_behind_a_gateway_people_are_counted_by_their_own_address_and_cannot_make_one_up(
    members: TestService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PER_ADDRESS", 2)
    members.service.config = replace(members.service.config, trusted_proxies=1)

    def guess(n: int, address: str) -> int:
        forwarded = {"X-Forwarded-For": f"10.0.0.{n}, {address}"}  # the gateway adds the last one
        return sign_in(members, f"user{n}", address="172.18.0.2", headers=forwarded).status_code

    assert [guess(n, "192.0.2.7") for n in range(3)] == [401, 401, 429]
    assert guess(4, "192.0.2.8") == 401, "others are not held up"


def test_without_a_gateway_nobody_chooses_the_address_that_is_counted(
    members: TestService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PER_ADDRESS", 2)
    answers = [sign_in(members, f"user{n}", headers={"X-Forwarded-For": f"10.0.0.{n}"}) for n in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]


def test_addresses_of_one_ipv6_network_count_as_one() -> None:
    assert attempts.by_address("2001:db8::1") == attempts.by_address("2001:db8::ffff")
    assert attempts.by_address("2001:db8::1") != attempts.by_address("2001:db8:0:1::1")


def test_an_idempotency_key_buys_no_further_guesses(members: TestService, lin: Any) -> None:
    answers = [
        sign_in(members, password="a wrong one", headers={"Idempotency-Key": f"guess-{n:04}"}).status_code
        for n in range(attempts.PER_ACCOUNT + 1)
    ]
    assert answers == [401] * attempts.PER_ACCOUNT + [429]


def test_those_who_get_it_right_do_not_use_up_the_tries_of_their_school(
    members: TestService, lin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "PER_ADDRESS", 2)
    assert [sign_in(members).status_code for _ in range(5)] == [201] * 5


# --- tokens


def forged(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    return b".".join([*parts, urlsafe_b64encode(signature).rstrip(b"=")]).decode()


def claims_of(member: Any, **more: Any) -> dict[str, Any]:
    now = clock.now()
    times = {"iat": now.timestamp(), "exp": (now + timedelta(hours=1)).timestamp()}
    return {"iss": tokens.ISSUER, "sub": member.id, "knd": "page", **times, **more}


def signing_key(members: TestService) -> SigningKey:
    with members.transaction() as session:
        signing_keys.person_token(session, "018f0000-0000-7000-8000-000000000000")
        return session.scalars(select(SigningKey)).one()


def test_a_token_without_signature_is_refused(members: TestService, lin: Any) -> None:
    kid = signing_key(members).id
    for algorithm in ("none", "None", "NONE"):
        assert whoami(members, forged({"alg": algorithm, "typ": "JWT", "kid": kid}, claims_of(lin))) == 401


def test_a_token_of_another_key_is_refused(members: TestService, lin: Any) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    kid = signing_key(members).id
    assert whoami(members, jwt.encode(claims_of(lin), other, "ES256", headers={"kid": kid})) == 401
    assert whoami(members, jwt.encode(claims_of(lin), other, "ES256", headers={"kid": "unknown"})) == 401
    assert whoami(members, jwt.encode(claims_of(lin), other, "ES256")) == 401


def test_the_public_key_is_no_secret_to_sign_with(members: TestService, lin: Any) -> None:
    """Key confusion: HS256 with the public key as its secret."""
    import hashlib
    import hmac

    key = signing_key(members)
    for secret in (json.dumps(key.public_jwk).encode(), key.public_jwk["x"].encode()):
        unsigned = forged({"alg": "HS256", "typ": "JWT", "kid": key.id}, claims_of(lin)).rpartition(".")[0]
        mac = hmac.new(secret, unsigned.encode(), hashlib.sha256).digest()
        assert whoami(members, f"{unsigned}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}") == 401


def test_a_key_in_the_token_itself_is_not_believed(members: TestService, lin: Any) -> None:
    mine = ec.generate_private_key(ec.SECP256R1())
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(mine.public_key()))
    headers = {"jwk": jwk, "jku": "https://example.org/keys", "x5u": "https://example.org/cert"}
    for kid in (signing_key(members).id, "../../../dev/null", "' OR 1=1 --", ""):
        assert (
            whoami(members, jwt.encode(claims_of(lin), mine, "ES256", headers={**headers, "kid": kid})) == 401
        )


def test_a_token_ends_after_twelve_hours(members: TestService, lin: Any, frozen_clock: Any) -> None:
    token = sign_in(members).json["token"]
    frozen_clock.advance(hours=11, minutes=59)
    assert whoami(members, token) == 200
    frozen_clock.advance(minutes=1)
    assert whoami(members, token) == 401


def test_a_changed_token_is_refused(members: TestService, lin: Any) -> None:
    token = sign_in(members).json["token"]
    head, body, signature = token.split(".")
    other = urlsafe_b64encode(json.dumps(claims_of(lin, sub=lin.school_id)).encode()).rstrip(b"=").decode()
    assert whoami(members, f"{head}.{other}.{signature}") == 401
    assert whoami(members, f"{head}.{body}.") == 401
    assert whoami(members, "not.a.token") == whoami(members, "x" * 5000) == 401


# --- keys


def test_the_private_half_of_a_key_is_sealed_and_never_said(members: TestService, lin: Any) -> None:
    sign_in(members)
    with members.reading() as session:
        key = session.scalars(select(SigningKey)).one()
    assert "PRIVATE" in key.private_pem and "PRIVATE" not in key.private_sealed
    (said,) = members.outbox(SigningKeyChanged)
    assert set(said.data["public_jwk"]) >= {"kty", "crv", "x", "y"} and "d" not in said.data["public_jwk"]


def test_changing_the_key_signs_nobody_out_and_leaves_no_old_private_half(
    members: TestService, lin: Any, frozen_clock: Any
) -> None:
    before = sign_in(members).json["token"]
    with members.transaction() as session:
        signing_keys.rotate(session)
    frozen_clock.advance(minutes=6)
    members.work()
    after = sign_in(members).json["token"]
    assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]
    assert whoami(members, before) == whoami(members, after) == 200
    with members.reading() as session:
        old, new = session.scalars(select(SigningKey).order_by(SigningKey.valid_from)).all()
    assert old.private_sealed is None and new.private_sealed is not None


def test_a_new_key_is_known_everywhere_before_it_signs(
    members: TestService, lin: Any, frozen_clock: Any
) -> None:
    before = sign_in(members).json["token"]
    with members.transaction() as session:
        signing_keys.rotate(session)
    meanwhile = sign_in(members).json["token"]
    assert jwt.get_unverified_header(before)["kid"] == jwt.get_unverified_header(meanwhile)["kid"]


def test_after_a_leak_every_token_of_the_old_key_is_void_at_once(members: TestService, lin: Any) -> None:
    token = sign_in(members).json["token"]
    with members.transaction() as session:
        signing_keys.rotate(session, at_once=True)
    assert whoami(members, token) == 401
    assert whoami(members, sign_in(members).json["token"]) == 200


# --- the way out


def test_signing_out_ends_every_session_and_is_told_to_all_services(
    members: TestService, lin: Any, frozen_clock: Any
) -> None:
    phone, desk = sign_in(members).json["token"], sign_in(members).json["token"]
    frozen_clock.advance(seconds=1)
    gone = members.client().delete(SESSION, headers={"Authorization": f"Bearer {phone}"})
    assert gone.status_code == 204
    assert whoami(members, phone) == whoami(members, desk) == 401
    assert members.outbox(PersonChanged)[-1].data["signed_out_before"] is not None
    assert whoami(members, sign_in(members).json["token"]) == 200, "one can come back in the same moment"


def test_a_person_who_was_shut_out_is_out_at_once_and_stays_out(
    members: TestService, lin: Any, frozen_clock: Any
) -> None:
    token = sign_in(members).json["token"]
    chair = a_member(members, again_union(members, lin), "赵立新", offices=("chair",))
    frozen_clock.advance(seconds=1)
    url = f"/api/members/v1/accounts/{lin.id}"
    assert members.client(chair).post(f"{url}/disable").status_code == 204
    assert whoami(members, token) == 401
    assert whoami(members, sign_in(members).json["token"]) == 401
    assert members.client(chair).post(f"{url}/enable").status_code == 204
    frozen_clock.advance(seconds=1)
    assert whoami(members, sign_in(members).json["token"]) == 200


def again_union(members: TestService, member: Any) -> Any:
    from services.members.schools.models import Organisation

    with members.reading() as session:
        return session.get(Organisation, member.school_id)


# --- the second factor


def with_second_factor(members: TestService, lin: Any) -> tuple[pyotp.TOTP, list[str]]:
    client = members.client(lin)
    address = client.post("/api/members/v1/account/second-factor").json["address"]
    totp = pyotp.parse_uri(address)
    code = totp.at(clock.now())
    answer = client.post("/api/members/v1/account/second-factor/confirm", json={"code": code})
    assert answer.status_code == 200, answer.json
    return totp, answer.json["recovery_codes"]


def test_with_a_second_factor_the_password_alone_lets_nobody_in(
    members: TestService, lin: Any, frozen_clock: Any
) -> None:
    totp, _codes = with_second_factor(members, lin)
    frozen_clock.advance(seconds=60)
    answer = sign_in(members)
    assert (answer.status_code, answer.json["type"]) == (401, "/problems/code-needed")
    assert sign_in(members, code="000000").json["type"] == "/problems/wrong-credentials"
    assert sign_in(members, code=totp.at(clock.now())).status_code == 201


def test_a_code_is_good_for_one_sign_in(members: TestService, lin: Any, frozen_clock: Any) -> None:
    totp, _codes = with_second_factor(members, lin)
    frozen_clock.advance(seconds=60)
    code = totp.at(clock.now())
    assert sign_in(members, code=code).status_code == 201
    assert sign_in(members, code=code).status_code == 401
    frozen_clock.advance(seconds=120)
    assert sign_in(members, code=code).status_code == 401


def test_a_recovery_code_stands_in_once(members: TestService, lin: Any) -> None:
    _totp, codes = with_second_factor(members, lin)
    assert len(set(codes)) == 8
    assert sign_in(members, code=codes[0].lower()).status_code == 201
    assert sign_in(members, code=codes[0]).status_code == 401
    with members.reading() as session:
        from services.members.accounts.models import RecoveryCode

        stored = " ".join(session.scalars(select(RecoveryCode.code_hash)))
    assert codes[1] not in stored


def test_codes_cannot_be_guessed_even_with_the_password(members: TestService, lin: Any) -> None:
    with_second_factor(members, lin)
    for n in range(attempts.PER_ACCOUNT):
        assert sign_in(members).json["type"] == "/problems/code-needed", "asking for the step costs nothing"
        assert sign_in(members, code=f"{n:06}").status_code == 401
    assert sign_in(members, code="999999").status_code == 429


def test_the_page_asks_for_the_code_in_a_second_step(
    members: TestService, lin: Any, frozen_clock: Any
) -> None:
    import re

    totp, _codes = with_second_factor(members, lin)
    frozen_clock.advance(seconds=60)
    client = members.client()
    first = client.form("/members/sign-in", {"login": "linxiaoyu", "password": PASSWORD, "next": "/events/"})
    assert first.status_code == 200 and tokens.COOKIE not in first.headers.get("Set-Cookie", "")
    ticket = re.search(r'name="ticket" value="([^"]+)"', first.text)
    assert ticket
    wrong = client.form("/members/sign-in/code", {"ticket": ticket[1], "code": "000000", "next": "/events/"})
    assert wrong.status_code == 401 and tokens.COOKIE not in wrong.headers.get("Set-Cookie", "")
    second = client.form(
        "/members/sign-in/code", {"ticket": ticket[1], "code": totp.at(clock.now()), "next": "/events/"}
    )
    assert (second.status_code, second.headers["Location"]) == (303, "/events/")


@pytest.mark.parametrize("ticket", ["", "x", "k1.AAAA", "....", "ключ"])
def test_a_forged_ticket_for_the_second_step_is_worth_nothing(
    members: TestService, lin: Any, ticket: str
) -> None:
    answer = members.client().form("/members/sign-in/code", {"ticket": ticket, "code": "123456"})
    assert answer.status_code in (303, 401, 422)
    assert tokens.COOKIE not in answer.headers.get("Set-Cookie", "")


def test_switching_the_second_factor_off_takes_a_code_that_cannot_be_guessed(
    members: TestService, lin: Any
) -> None:
    _totp, codes = with_second_factor(members, lin)
    client = members.client(lin)
    url = "/api/members/v1/account/second-factor/remove"
    answers = [client.post(url, json={"code": f"{n:06}"}).status_code for n in range(attempts.PER_ACCOUNT)]
    assert answers == [422] * attempts.PER_ACCOUNT
    assert client.post(url, json={"code": codes[0]}).status_code == 429
