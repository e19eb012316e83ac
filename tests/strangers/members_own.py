"""Cases for what members holds of single people and their accounts: sign-in, programs, life events, rules, notices."""

import copy
from datetime import date
from typing import Any

import pyotp
from sqlalchemy import select

from services.members.accounts.actions import open_account
from services.members.accounts.passwords import hash_password
from services.members.consents import actions as consents
from services.members.life_events import actions as life_events
from services.members.life_events.models import LifeEvent
from services.members.notices.models import Notice
from services.members.people.actions import enter
from services.members.programs import actions as programs
from services.members.rules import actions as rules
from services.members.rules import queries as packs
from services.members.schools.actions import found_organisation
from services.members.schools.models import DISTRICT, SCHOOL, Organisation
from shared.kit import clock, people
from shared.kit.database import new_id
from shared.kit.encryption import seal
from shared.kit.testing.builders import a_person
from tests.strangers.cases import Case, Ours, Route

API = "/api/members/v1"
PASSWORD = "three blue kites"  # noqa: S105
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
Cases = dict[Route, Case]


def cases(ours: Ours) -> Cases:
    """Every guarded route of accounts, programs, life events, rules, consents, notices and home."""
    clock.freeze(clock.now())  # the code of an authenticator app lasts half a minute
    found_places(ours)
    return {
        **_home(ours),
        **_accounts(ours),
        **_programs(ours),
        **_life_events(ours),
        **_rules(ours),
        **_consents(ours),
        **_notices(ours),
    }


def found_places(ours: Ours) -> None:
    """Our school and district in members' own tables, beside the copies."""
    with ours.house.members.transaction() as session:
        if session.get(Organisation, ours.school.id) is not None:
            return
        district = found_organisation(session, kind=DISTRICT, name=ours.district.name, id=ours.district.id)
        found_organisation(session, kind=SCHOOL, name=ours.school.name, parent=district, id=ours.school.id)


def _somebody(ours: Ours, login: str | None = None, totp: bool = False) -> people.Person:
    """A member of ours, in the register; with an account where a login is given."""
    number = len(ours.marks)
    with ours.house.members.transaction() as session:
        member = enter(
            session,
            school_id=ours.school.id,
            name=f"丙{chr(0x5200 + number)}",
            sex="female",
            birth_date=date(1990, 5, 17),
            standing="full",
        )
        if login is not None:
            account = open_account(session, member, login, hash_password(PASSWORD))
            account.totp_secret = TOTP
            account.totp_since = clock.now() if totp else None
        session.flush()
        card = people.person(session, member.id)
    assert card is not None
    ours.mark(member.id, card.name)
    return card


def _home(ours: Ours) -> Cases:
    chair = ours.officers["chair"]
    return {
        ("GET", path): Case(chair, path, shared=True)
        for path in ("/", "/members/me", "/members/panels/this-week")
    }


def _accounts(ours: Ours) -> Cases:
    chair = ours.officers["chair"]
    code = pyotp.TOTP(TOTP).at(clock.now())
    person = [_somebody(ours) for _ in range(6)]
    change = {"present": PASSWORD, "password": "four green kites"}
    own: Cases = {
        ("DELETE", f"{API}/session"): Case(_somebody(ours), f"{API}/session", shared=True),
        ("POST", "/members/sign-out"): Case(_somebody(ours), "/members/sign-out", form={}, shared=True),
        ("GET", "/members/account"): Case(_somebody(ours, "own1"), "/members/account", shared=True),
        ("GET", "/members/account/second-factor"): Case(
            _somebody(ours, "own2"), "/members/account/second-factor", shared=True
        ),
        ("POST", f"{API}/account/second-factor"): Case(
            _somebody(ours, "own3"), f"{API}/account/second-factor", json={}, shared=True
        ),
        ("POST", f"{API}/account/password"): Case(
            _somebody(ours, "own4"), f"{API}/account/password", json=change, shared=True
        ),
        ("POST", "/members/account/password"): Case(
            _somebody(ours, "own5"),
            "/members/account/password",
            form={**change, "again": change["password"]},
            shared=True,
        ),
    }
    for n, deed in enumerate(("confirm", "remove")):
        on = deed == "remove"
        page = "/members/account/second-factor" + ("/remove" if on else "")
        own["POST", f"{API}/account/second-factor/{deed}"] = Case(
            _somebody(ours, f"api{n}", totp=on),
            f"{API}/account/second-factor/{deed}",
            json={"code": code},
            shared=True,
        )
        own["POST", page] = Case(_somebody(ours, f"page{n}", totp=on), page, form={"code": code}, shared=True)
    return {
        **own,
        ("GET", f"{API}/accounts"): Case(chair, f"{API}/accounts", shared=True),
        ("GET", "/members/accounts/"): Case(chair, "/members/accounts/", shared=True),
        ("POST", f"{API}/accounts/slips"): Case(
            chair, f"{API}/accounts/slips", json={"person_ids": [person[0].id]}
        ),
        ("POST", "/members/accounts/slips"): Case(
            chair, "/members/accounts/slips", form={"person_id": person[1].id}
        ),
        **{
            ("POST", f"{API}/accounts/<uuid:person_id>/{deed}"): Case(
                chair, f"{API}/accounts/{who.id}/{deed}"
            )
            for deed, who in (("disable", person[2]), ("enable", person[3]))
        },
        **{
            ("POST", f"/members/accounts/<uuid:person_id>/{deed}"): Case(
                chair, f"/members/accounts/{who.id}/{deed}", form={}
            )
            for deed, who in (("disable", person[4]), ("enable", person[5]))
        },
    }


def _programs(ours: Ours) -> Cases:
    chair = ours.officers["chair"]
    with ours.house.members.transaction() as session:
        made = [
            programs.register(
                session,
                f"程序{n}",
                ["people.see"],
                school_id=ours.school.id,
                by=chair.id,
                known={"people.see"},
            )[0].id
            for n in range(4)
        ]
    ours.mark(*made)
    return {
        ("GET", f"{API}/programs"): Case(chair, f"{API}/programs", shared=True),
        ("GET", "/members/programs/"): Case(chair, "/members/programs/", shared=True),
        ("POST", f"{API}/programs"): Case(
            chair, f"{API}/programs", json={"name": "人事系统", "scopes": ["people.see"]}, shared=True
        ),
        ("POST", "/members/programs/"): Case(
            chair, "/members/programs/", form={"name": "财务系统", "scopes": "people.see"}, shared=True
        ),
        ("POST", f"{API}/programs/<uuid:program_id>/secret"): Case(chair, f"{API}/programs/{made[0]}/secret"),
        ("DELETE", f"{API}/programs/<uuid:program_id>"): Case(chair, f"{API}/programs/{made[1]}"),
        ("POST", "/members/programs/<uuid:program_id>/secret"): Case(
            chair, f"/members/programs/{made[2]}/secret", form={}
        ),
        ("POST", "/members/programs/<uuid:program_id>/revoke"): Case(
            chair, f"/members/programs/{made[3]}/revoke", form={}
        ),
    }


def _life_events(ours: Ours) -> Cases:
    carer, today = ours.officers["carer"], clock.today().isoformat()

    def reported() -> tuple[people.Person, str, str]:
        """Somebody in hospital, the event, and the carer's report of it."""
        person = _somebody(ours)
        with ours.house.members.transaction() as session:
            report = life_events.report_life_event(
                session,
                reporter_id=carer.id,
                school_id=ours.school.id,
                person_id=person.id,
                kind="hospitalized",
                occurred_on=clock.today(),
            )
            event = session.scalars(select(LifeEvent.id).where(LifeEvent.person_id == person.id)).one()
        ours.mark(event, report.id)
        return person, event, report.id

    found: Cases = {}
    for deed in ("confirm", "withdraw"):
        for prefix, sent in ((f"{API}/life-events", {"json": {}}), ("/members/life-events", {"form": {}})):
            person, event, _report = reported()
            found["POST", f"{prefix}/<uuid:life_event_id>/{deed}"] = Case(
                person,
                f"{prefix}/{event}/{deed}",
                **sent,  # type: ignore[arg-type]
            )
    for prefix in (f"{API}/life-events", "/members/life-events"):
        _person, event, report = reported()
        found["GET", f"{prefix}/<uuid:life_event_id>"] = Case(carer, f"{prefix}/{event}")
        ended: dict[str, Any] = {"json" if prefix.startswith("/api") else "form": {"ended_on": today}}
        found["POST", f"{prefix}/<uuid:life_event_id>/end"] = Case(carer, f"{prefix}/{event}/end", **ended)
        found["GET", f"{prefix}/open"] = Case(carer, f"{prefix}/open", shared=True)
    for url in (
        f"{API}/life-events",
        f"{API}/life-events/reads",
        "/members/life-events/",
        "/members/life-events/report",
    ):
        found["GET", url] = Case(carer, url, shared=True)
    report = reported()[2]
    found["POST", f"{API}/life-events/reports/<uuid:report_id>/take-back"] = Case(
        carer, f"{API}/life-events/reports/{report}/take-back"
    )
    report = reported()[2]
    found["GET", "/members/life-events/reported/<uuid:report_id>"] = Case(
        carer, f"/members/life-events/reported/{report}"
    )
    found["POST", "/members/life-events/reported/<uuid:report_id>/take-back"] = Case(
        carer, f"/members/life-events/reported/{report}/take-back", form={}
    )
    person = _somebody(ours)
    found["POST", f"{API}/life-events"] = Case(
        carer, f"{API}/life-events", json={"person_id": person.id, "kind": "marriage", "occurred_on": today}
    )
    page, rule = f"/members/life-events/report/{person.id}", "/members/life-events/report/<uuid:person_id>"
    what = seal("achievement", f"life-event-report.{carer.id}")
    found["GET", rule] = Case(carer, page)
    found["GET", f"{rule}/day"] = Case(carer, f"{page}/day?what={what.replace('+', '%2B')}")
    found["POST", f"{rule}/day"] = Case(carer, f"{page}/day", form={"what": what, "day": "0"})
    return found


def _rules(ours: Ours) -> Cases:
    officer = a_person(ours.house, ours.district, "本区干部", offices=["district_officer"])
    with ours.house.members.transaction() as session:
        rules.load_standard_packs(session)
        rules.choose_pack(session, ours.district.id, "guizhou")
        newest = packs.latest(session, "guizhou")
        assert newest is not None
        parameters = copy.deepcopy(newest.parameters)
    words = {"source": "通知", "explanation": "调整"}
    public = ("rule-packs", "rule-packs/<string:code>/versions", "rule-packs/<string:code>/in-force")
    return {
        **{
            ("GET", f"{API}/{path}"): Case(
                officer, f"{API}/{path}".replace("<string:code>", "guizhou"), shared=True
            )
            for path in public
        },
        ("GET", "/members/rules/"): Case(officer, "/members/rules/", shared=True),
        ("GET", "/members/rules/<code>"): Case(officer, "/members/rules/guizhou", shared=True),
        ("POST", f"{API}/rule-packs/<string:code>/versions"): Case(
            officer,
            f"{API}/rule-packs/guizhou/versions",
            district=True,
            json={**words, "effective_from": "2030-01-01", "parameters": parameters},
        ),
        ("GET", "/members/rules/<code>/new"): Case(officer, "/members/rules/guizhou/new", district=True),
        ("POST", "/members/rules/<code>/new"): Case(
            officer,
            "/members/rules/guizhou/new",
            form={**words, "effective_from": "2031-01-01"},
            district=True,
        ),
        ("PUT", f"{API}/rule-pack-choice"): Case(
            officer, f"{API}/rule-pack-choice", json={"code": "guizhou"}, district=True
        ),
        ("POST", "/members/rules/<code>/choose"): Case(
            officer, "/members/rules/guizhou/choose", form={}, district=True
        ),
    }


def _consents(ours: Ours) -> Cases:
    person = _somebody(ours)
    with ours.house.members.transaction() as session:
        given = [consents.give(session, person.id, purpose).id for purpose in ("checkup", "photos")]
    ours.mark(*given)
    return {
        ("GET", f"{API}/consents"): Case(person, f"{API}/consents", shared=True),
        ("GET", "/members/consents/"): Case(person, "/members/consents/", shared=True),
        ("POST", f"{API}/consents"): Case(
            person, f"{API}/consents", json={"purpose_code": "insurance"}, shared=True
        ),
        ("POST", "/members/consents/<purpose_code>/give"): Case(
            person, "/members/consents/children/give", form={}, shared=True
        ),
        ("POST", f"{API}/consents/<uuid:consent_id>/withdraw"): Case(
            person, f"{API}/consents/{given[0]}/withdraw"
        ),
        ("POST", "/members/consents/<uuid:consent_id>/withdraw"): Case(
            person, f"/members/consents/{given[1]}/withdraw", form={}
        ),
    }


def _notices(ours: Ours) -> Cases:
    person, ids = ours.member, [new_id(), new_id()]
    with ours.house.members.transaction() as session:
        for notice_id in ids:
            session.add(
                Notice(
                    id=notice_id,
                    school_id=ours.school.id,
                    person_id=person.id,
                    template="poll-opened",
                    parameters={"closes_at": "2026-12-01T10:00:00+00:00"},
                    link=None,
                    created_at=clock.now(),
                )
            )
    ours.mark(*ids)
    return {
        ("GET", f"{API}/notices"): Case(person, f"{API}/notices", shared=True),
        ("GET", f"{API}/notices/count"): Case(person, f"{API}/notices/count", shared=True),
        ("GET", "/members/notices/"): Case(person, "/members/notices/", shared=True),
        ("POST", f"{API}/notices/<uuid:notice_id>/read"): Case(person, f"{API}/notices/{ids[0]}/read"),
        ("POST", "/members/notices/<uuid:notice_id>/open"): Case(
            person, f"/members/notices/{ids[1]}/open", form={}
        ),
        ("POST", f"{API}/notices/read"): Case(person, f"{API}/notices/read", shared=True),
        ("POST", "/members/notices/read"): Case(person, "/members/notices/read", form={}, shared=True),
    }
