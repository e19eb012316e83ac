"""Cases for every route of check-ups."""

from datetime import timedelta

from services.welfare.checkups.actions import open_campaign
from shared.kit import clock
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1/checkups"
PAGES = "/welfare/checkups"
TOLD = {"title": "甲校体检", "audience": "everyone", "provider": "市医院", "capacity": 20}


def cases(ours: Ours) -> dict[Route, Case]:
    women, member = ours.officers["women"], ours.member
    day = clock.today() + timedelta(days=9)
    slot = {"day": day.isoformat(), "half": "morning"}
    campaign_id = _campaign(ours)
    one, page = f"{API}/<uuid:campaign_id>", f"{PAGES}/<uuid:campaign_id>"
    form = {name: str(value) for name, value in TOLD.items()} | {"day_1": day.isoformat()}
    who = f"people/{member.id}"
    mine = f"{campaign_id}/mine"
    return {
        ("GET", f"{one}/mine"): Case(member, f"{API}/{mine}"),
        ("PUT", f"{one}/mine"): Case(member, f"{API}/{mine}", json={"follow_up": True}),
        ("POST", f"{one}/mine/copy"): Case(member, f"{API}/{mine}/copy", file=b"%PDF-1.4"),
        ("DELETE", f"{one}/mine"): Case(member, f"{API}/{mine}"),
        ("GET", f"{page}/mine"): Case(member, f"{PAGES}/{mine}"),
        ("POST", f"{page}/mine"): Case(member, f"{PAGES}/{mine}", form={"follow_up": "true"}),
        ("POST", f"{page}/mine/erase"): Case(member, f"{PAGES}/{mine}/erase", form={}),
        ("POST", API): Case(women, API, json=TOLD | {"slots": [slot]}, shared=True),
        ("GET", API): Case(member, API, shared=True, shows=campaign_id),
        ("GET", f"{API}/mine"): Case(member, f"{API}/mine", shared=True, shows=campaign_id),
        ("GET", one): Case(member, f"{API}/{campaign_id}", shows=campaign_id),
        ("GET", f"{one}/people"): Case(women, f"{API}/{campaign_id}/people?q=甲员", shows=member.name),
        ("PUT", f"{one}/people/<uuid:person_id>"): Case(
            women, f"{API}/{campaign_id}/{who}", json={"attended": True}
        ),
        ("POST", f"{one}/close"): Case(women, f"{API}/{_campaign(ours)}/close"),
        ("GET", f"{PAGES}/"): Case(member, f"{PAGES}/", shared=True, shows=campaign_id),
        ("GET", f"{PAGES}/new"): Case(women, f"{PAGES}/new", shared=True),
        ("POST", f"{PAGES}/new"): Case(women, f"{PAGES}/new", form=form, shared=True),
        ("GET", page): Case(women, f"{PAGES}/{campaign_id}?q=甲员", shows=member.name),
        ("POST", f"{page}/people/<uuid:person_id>"): Case(
            women, f"{PAGES}/{campaign_id}/{who}", form={"attended": "false"}
        ),
        ("POST", f"{page}/close"): Case(women, f"{PAGES}/{_campaign(ours)}/close", form={}),
    }


def _campaign(ours: Ours) -> str:
    with ours.house.welfare.transaction() as session:
        half_days = [(clock.today() + timedelta(days=9), "morning")]
        by = ours.officers["women"].id
        campaign = open_campaign(session, school_id=ours.school.id, by=by, half_days=half_days, **TOLD)  # type: ignore[arg-type]
        session.flush()
        return ours.mark(campaign.id)
