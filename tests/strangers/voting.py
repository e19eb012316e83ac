"""Cases for every route of voting: polls and their results, rolls, and the district's table."""

from datetime import date, timedelta
from typing import Any

from services.voting.disclosure import actions as disclosure
from services.voting.polls import actions as polls
from services.voting.polls.models import CLOSED, DRAFT, NAMED, OPEN, Poll, Question
from services.voting.rolls import actions as rolls
from services.voting.rolls.audiences import DELEGATES, MEMBERS
from services.voting.rolls.history import CARD
from services.voting.rolls.models import Roll
from shared.kit import clock
from shared.kit.database import new_id
from shared.kit.testing.builders import a_person
from tests.strangers import kit
from tests.strangers.cases import Case, Ours, Route

API = "/api/voting/v1"
PAGES = "/voting"
POLL, ROLL = "polls/<uuid:poll_id>", "rolls/<uuid:roll_id>"
Cases = dict[Route, Case]


def prepare(ours: Ours) -> Cases:
    _make_known(ours)
    return {
        **kit.cases(ours, "voting"),
        **_lists(ours),
        **_polls(ours),
        **_preparing(ours),
        **_voting(ours),
        **_rolls(ours),
        **_keeping_rolls(ours),
        **_disclosure(ours),
        **_district(ours),
    }


def _make_known(ours: Ours) -> None:
    """Rolls are made of what members said, so it has to be said of our people."""
    since = date(2020, 1, 1)
    with ours.house.voting.transaction() as session:
        for person in (ours.member, *ours.officers.values()):
            is_delegate = person.id == ours.officers["delegate"].id
            rolls.hear(
                session,
                event_id=new_id(),
                school_id=ours.school.id,
                person_id=person.id,
                kind=CARD,
                effective_on=since,
                said_at=clock.now(),
                says={
                    "school_id": ours.school.id,
                    "standing": "full",
                    "group_id": ours.group_id,
                    "terms": [[ours.school.id, since.isoformat(), None]] if is_delegate else [],
                },
            )


def _poll(ours: Ours, state: str = OPEN, *, voted: bool = False) -> Poll:
    """A poll of our school, with names."""
    chair, member = ours.officers["chair"], ours.member
    question = Question("春游去哪里", ["溪边", "山上"], clock.now() + timedelta(days=7), secrecy=NAMED)
    with ours.house.voting.transaction() as session:
        poll = polls.draft_poll(session, question, school_id=ours.school.id, by=chair.id)
        if state != DRAFT:
            polls.open_poll(session, poll, by=chair.id)
        if voted:
            polls.vote(session, poll, person_id=member.id, option_ids=[poll.options[0].id])
        if state == CLOSED:
            polls.close_poll(session, poll, by=chair.id)
    ours.mark(poll.id)
    return poll


def _roll(ours: Ours, audience: str = MEMBERS, *, frozen: bool = False) -> str:
    chair = ours.officers["chair"]
    with ours.house.voting.transaction() as session:
        roll: Roll = rolls.draft_roll(
            session,
            school_id=ours.school.id,
            by=chair.id,
            title="教代会名册",
            audience=audience,
            as_of=clock.today(),
        )
        if frozen:
            rolls.freeze(session, roll, by=chair.id)
    return ours.mark(roll.id)


def _lists(ours: Ours) -> Cases:
    chair, member = ours.officers["chair"], ours.member
    poll, roll = _poll(ours), _roll(ours, frozen=True)
    today = clock.today().isoformat()
    return {
        ("GET", f"{PAGES}/"): Case(member, f"{PAGES}/", shared=True),
        **{
            ("GET", url): Case(member, url, shared=True, shows=poll.id)
            for url in (f"{API}/polls", f"{PAGES}/polls/", f"{PAGES}/panels/this-week")
        },
        **{
            ("GET", url): Case(chair, url, shared=True, shows=roll)
            for url in (f"{API}/rolls", f"{PAGES}/rolls/", f"{PAGES}/polls/new")
        },
        ("GET", f"{API}/entitled"): Case(
            chair, f"{API}/entitled?as_of={today}", shared=True, shows=member.id
        ),
        ("GET", f"{PAGES}/rolls/new"): Case(chair, f"{PAGES}/rolls/new", shared=True),
    }


def _polls(ours: Ours) -> Cases:
    """Looking at a poll, its hall screen, and what came of it."""
    member, opened, closed = ours.member, _poll(ours, voted=True), _poll(ours, CLOSED, voted=True)
    looks = (API, ""), (PAGES, ""), (PAGES, "/screen"), (PAGES, "/code.svg"), (PAGES, "/voted")
    return {
        **{
            ("GET", f"{prefix}/{POLL}{page}"): Case(member, f"{prefix}/polls/{opened.id}{page}")
            for prefix, page in looks
        },
        ("GET", f"{API}/{POLL}/result"): Case(member, f"{API}/polls/{closed.id}/result", shows=member.id),
    }


def _preparing(ours: Ours) -> Cases:
    """Writing a poll (one's own, so everybody who may does), changing, opening, closing and dropping it."""
    chair = ours.officers["chair"]
    closes_at = (clock.now() + timedelta(days=3)).isoformat()
    question = {"title": "何时聚餐", "options": ["周五", "周六"], "closes_at": closes_at}
    typed = question | {"options": "周五\n周六", "secrecy": NAMED, "who": MEMBERS}
    rewritten = _poll(ours, DRAFT)
    found: Cases = {
        ("POST", f"{API}/polls"): Case(chair, f"{API}/polls", json=question, shared=True),
        ("POST", f"{PAGES}/polls/new"): Case(chair, f"{PAGES}/polls/new", form=typed, shared=True),
        ("PUT", f"{API}/{POLL}"): Case(
            chair,
            f"{API}/polls/{rewritten.id}",
            json=question,
            headers={"If-Match": f'"{rewritten.version}"'},
        ),
        ("DELETE", f"{API}/{POLL}"): Case(chair, f"{API}/polls/{_poll(ours, DRAFT).id}"),
        ("POST", f"{API}/{POLL}/open"): Case(chair, f"{API}/polls/{_poll(ours, DRAFT).id}/open"),
        ("POST", f"{API}/{POLL}/close"): Case(chair, f"{API}/polls/{_poll(ours).id}/close"),
    }
    for deed, form, state in (
        ("edit", typed, DRAFT),
        ("open", {}, DRAFT),
        ("close", {}, OPEN),
        ("discard", {}, DRAFT),
    ):
        url = f"{PAGES}/polls/{_poll(ours, state).id}/{deed}"
        found["POST", f"{PAGES}/{POLL}/{deed}"] = Case(chair, url, form=form)
        if deed != "discard":  # it alone asks nothing first
            found["GET", f"{PAGES}/{POLL}/{deed}"] = Case(chair, url)
    return found


def _voting(ours: Ours) -> Cases:
    member, by_api, by_page = ours.member, _poll(ours), _poll(ours)

    def choice(poll: Poll) -> dict[str, Any]:
        return {"option_ids": [poll.options[0].id]}

    return {
        ("PUT", f"{API}/{POLL}/vote"): Case(member, f"{API}/polls/{by_api.id}/vote", json=choice(by_api)),
        **{
            ("POST", f"{PAGES}/{POLL}/{step}"): Case(
                member, f"{PAGES}/polls/{by_page.id}/{step}", form=choice(by_page)
            )
            for step in ("confirm", "vote")
        },
    }


def _rolls(ours: Ours) -> Cases:
    """Reading a roll: who is on it, the list as it is hashed, the sheet for the board."""
    chair, member, frozen, draft = ours.officers["chair"], ours.member, _roll(ours, frozen=True), _roll(ours)
    shown = {
        (API, ""): frozen,
        (API, "/lines"): member.id,
        (API, "/roll.txt"): member.id,
        (API, "/check"): "",
        (PAGES, ""): member.name,
        (PAGES, "/roll.txt"): member.id,
        (PAGES, "/print"): member.name,
    }
    return {
        **{
            ("GET", f"{prefix}/{ROLL}{page}"): Case(chair, f"{prefix}/rolls/{frozen}{page}", shows=shows)
            for (prefix, page), shows in shown.items()
        },
        ("GET", f"{PAGES}/{ROLL}/freeze"): Case(chair, f"{PAGES}/rolls/{draft}/freeze"),
    }


def _keeping_rolls(ours: Ours) -> Cases:
    chair, today = ours.officers["chair"], clock.today().isoformat()
    begun, teachers = {"title": "名册", "as_of": today}, {"teacher_ids": [ours.officers["delegate"].id]}
    found: Cases = {
        ("POST", f"{API}/rolls"): Case(
            chair, f"{API}/rolls", json=begun | {"audience": MEMBERS}, shared=True
        ),
        ("POST", f"{PAGES}/rolls/new"): Case(
            chair, f"{PAGES}/rolls/new", form=begun | {"who": MEMBERS}, shared=True
        ),
        ("DELETE", f"{API}/{ROLL}"): Case(chair, f"{API}/rolls/{_roll(ours)}"),
        ("PUT", f"{API}/{ROLL}/teachers"): Case(
            chair, f"{API}/rolls/{_roll(ours, DELEGATES)}/teachers", json=teachers
        ),
        ("POST", f"{API}/{ROLL}/freeze"): Case(chair, f"{API}/rolls/{_roll(ours)}/freeze"),
    }
    for deed, roll, form in (
        ("teachers", _roll(ours, DELEGATES), teachers),
        ("freeze", _roll(ours), {}),
        ("discard", _roll(ours), {}),
    ):
        found["POST", f"{PAGES}/{ROLL}/{deed}"] = Case(chair, f"{PAGES}/rolls/{roll}/{deed}", form=form)
    return found


def _disclosure(ours: Ours) -> Cases:
    """Public within the school: a stranger sees what is public in the stranger's own."""
    member = ours.member
    content = {
        "income_by_code": {"dues": 1234567},
        "spend_by_code": {},
        "rule_breaches": 0,
        "audit_ref": new_id(),
        "sha256": "a" * 64,
    }
    with ours.house.voting.transaction() as session:
        item = disclosure.disclose(
            session, school_id=ours.school.id, category="finance", reference="2026-H1", content=content
        )
        session.flush()
        shown = ours.mark(item.id)
    one = "<uuid:item_id>"
    return {
        ("GET", f"{API}/disclosures"): Case(member, f"{API}/disclosures", shared=True, shows=shown),
        ("GET", f"{PAGES}/disclosure/"): Case(member, f"{PAGES}/disclosure/", shared=True, shows=shown),
        ("GET", f"{API}/disclosures/{one}"): Case(member, f"{API}/disclosures/{shown}", shows="1234567"),
        ("GET", f"{PAGES}/disclosure/{one}"): Case(member, f"{PAGES}/disclosure/{shown}", shows="12,345.67"),
    }


def _district(ours: Ours) -> Cases:
    officer = a_person(ours.house.voting, ours.district, "本区干部", offices=["district_officer"])
    return {
        ("GET", url): Case(officer, url, district=True, shows=ours.school.name)
        for url in (f"{API}/district/polls", f"{PAGES}/district/polls")
    }
