"""A token says who; the card says what that person may do, from the next request on."""

import time
from collections.abc import Callable
from datetime import date, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from shared.kit import access, clock, people, tokens
from shared.kit.testing.builders import a_person, a_school
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import TEST_KID, TestService, test_key

RIGHTS = {"visits.assign": {"carer", "chair"}, "visits.see-own": {access.MEMBER}}


@pytest.fixture
def welfare(service_of: Callable[..., TestService]) -> TestService:
    return service_of("welfare")


def who(welfare: TestService, token: str | None) -> access.Actor:
    with welfare.reading() as session:
        return access.identify(session, token, RIGHTS)


def token_of(person: people.Person) -> str:
    return tokens.sign(test_key(), TEST_KID, person.id)


def change(welfare: TestService, person: people.Person, **values: object) -> None:
    with welfare.transaction() as session:
        card = session.get(people.Person, person.id)
        for name, value in values.items():
            setattr(card, name, value)


def test_an_officer_has_the_rights_of_the_office_and_no_others(welfare: TestService) -> None:
    school = a_school(welfare)
    carer = who(welfare, token_of(a_person(welfare, school, offices=["carer"])))
    member = who(welfare, token_of(a_person(welfare, school)))
    assert carer.may("visits.assign")
    assert not member.may("visits.assign")
    assert member.may("visits.see-own")


def test_rights_end_with_the_term(welfare: TestService, frozen_clock: FrozenClock) -> None:
    frozen_clock.at("2026-09-01T09:00")
    person = a_person(welfare, a_school(welfare))
    office = {
        "code": "carer",
        "scope_id": person.school_id,
        "term_from": "2023-09-02",
        "term_to": "2026-09-02",
    }
    change(welfare, person, offices=[office])
    assert who(welfare, token_of(person)).may("visits.assign")
    frozen_clock.at("2026-09-02T00:01")
    assert not who(welfare, token_of(person)).may("visits.assign")


def test_signing_out_ends_every_earlier_token_and_no_later_one(
    welfare: TestService, frozen_clock: FrozenClock
) -> None:
    person = a_person(welfare, a_school(welfare))
    before = token_of(person)
    frozen_clock.advance(seconds=1)
    change(welfare, person, signed_out_before=clock.now())
    assert who(welfare, before).is_anonymous
    frozen_clock.advance(seconds=1)
    assert not who(welfare, token_of(person)).is_anonymous


@pytest.mark.parametrize("value", [{"disabled": True}, {"erased": True}, {"standing": "deceased"}])
def test_a_disabled_erased_or_deceased_person_is_nobody(
    welfare: TestService, value: dict[str, object]
) -> None:
    person = a_person(welfare, a_school(welfare))
    change(welfare, person, **value)
    assert who(welfare, token_of(person)).is_anonymous


def test_a_page_token_lasts_twelve_hours_and_a_programs_ten_minutes(
    welfare: TestService, frozen_clock: FrozenClock
) -> None:
    person = a_person(welfare, a_school(welfare))
    page = token_of(person)
    program = tokens.sign(test_key(), TEST_KID, "p", kind="program", scopes=["visits.assign"], school_id="s")
    frozen_clock.advance(minutes=11)
    assert who(welfare, program).is_anonymous
    assert not who(welfare, page).is_anonymous
    frozen_clock.advance(hours=12)
    assert who(welfare, page).is_anonymous


def test_a_program_may_what_its_scopes_say_and_holds_no_office(welfare: TestService) -> None:
    program = who(
        welfare,
        tokens.sign(test_key(), TEST_KID, "p", kind="program", scopes=["visits.assign"], school_id="s"),
    )
    assert program.may("visits.assign")
    assert not program.may("visits.see-own")
    assert program.school_id == "s"


def forged(person: people.Person) -> dict[str, str]:
    stranger = ec.generate_private_key(ec.SECP256R1())
    claims = {
        "iss": tokens.ISSUER,
        "sub": person.id,
        "knd": "page",
        "iat": time.time(),
        "exp": time.time() + 999,
    }
    public = test_key().public_key()
    secret = public.public_numbers().x.to_bytes(32, "big")
    return {
        "another key under our kid": tokens.sign(stranger, TEST_KID, person.id),
        "an unknown kid": tokens.sign(test_key(), "other", person.id),
        "no kid": jwt.encode(claims, test_key(), algorithm="ES256"),
        "no signature": jwt.encode(claims, None, algorithm="none", headers={"kid": TEST_KID}),
        "what is public of our key as a shared secret": jwt.encode(
            claims, secret, algorithm="HS256", headers={"kid": TEST_KID}
        ),
        "another issuer": jwt.encode({**claims, "iss": "x"}, test_key(), "ES256", headers={"kid": TEST_KID}),
        "no expiry": jwt.encode(
            {k: v for k, v in claims.items() if k != "exp"}, test_key(), "ES256", {"kid": TEST_KID}
        ),
        "rubbish": "a.b.c",
        "nothing": "",
    }


@pytest.mark.parametrize("how", list(forged(people.Person(id="x"))))
def test_a_forged_token_is_nobody(welfare: TestService, how: str) -> None:
    person = a_person(welfare, a_school(welfare))
    assert who(welfare, forged(person)[how]).is_anonymous


def test_a_retired_key_no_longer_opens(welfare: TestService, frozen_clock: FrozenClock) -> None:
    person = a_person(welfare, a_school(welfare))
    token = token_of(person)
    with welfare.transaction() as session:
        key = session.get(people.SigningKey, TEST_KID)
        assert key is not None
        key.retired_at = clock.now() + timedelta(hours=1)
    assert not who(welfare, token).is_anonymous
    frozen_clock.advance(hours=1)
    assert who(welfare, token).is_anonymous


def test_an_older_card_never_overwrites_a_newer(welfare: TestService) -> None:
    school = a_school(welfare)
    person = a_person(welfare, school, "新名", version=5)
    a_person(welfare, school, "旧名", id=person.id, version=4)
    with welfare.reading() as session:
        card = people.person(session, person.id)
    assert card is not None
    assert (card.name, card.version) == ("新名", 5)


def test_a_right_for_an_office_nobody_can_hold_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="treasurr"):
        access.check_rights({"funds.pay": {"treasurr"}})


def test_the_pack_in_force_is_that_of_the_day(welfare: TestService) -> None:
    from shared.kit.testing.builders import a_rule_pack

    district = a_school(welfare, "区", kind="district", rule_pack_code="guizhou")
    school = a_school(welfare, district=district)
    a_rule_pack(welfare, version=2, effective_from=date(2025, 1, 1), effective_to=date(2026, 6, 30))
    a_rule_pack(welfare, version=3, effective_from=date(2026, 7, 1))
    with welfare.reading() as session:
        packs = [
            people.rule_pack(session, school.id, on=day)
            for day in (date(2024, 12, 31), date(2026, 6, 30), date(2026, 7, 1))
        ]
    assert [pack and pack.version for pack in packs] == [None, 2, 3]
