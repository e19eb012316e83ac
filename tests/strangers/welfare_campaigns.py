"""Cases for every route of donations and group deals."""

from io import BytesIO

from services.welfare.campaigns.actions import collect, keep_receipt, open_campaign, say
from shared.kit import clock
from tests.strangers.cases import Case, Ours, Route

API = "/api/welfare/v1/campaigns"
PAGES = "/welfare/campaigns"
TOLD = {"kind": "donation", "cause": "one-day", "title": "甲校一日捐", "counterpart": "慈善会"}
PDF = b"%PDF-1.4 receipt"
FEN = 12345


def cases(ours: Ours) -> dict[Route, Case]:
    carer, member = ours.officers["carer"], ours.member
    today = clock.today().isoformat()
    days = {"opens_on": today, "closes_on": today}
    one, page = f"{API}/<uuid:campaign_id>", f"{PAGES}/<uuid:campaign_id>"
    campaign_id, taken = _campaign(ours), _campaign(ours)
    paper = {"paid_fen": FEN, "handed_on": today}
    return {
        ("POST", API): Case(carer, API, json={**TOLD, **days}, shared=True),
        ("GET", API): Case(member, API, shared=True, shows=campaign_id),
        ("GET", one): Case(member, f"{API}/{campaign_id}", shows=campaign_id),
        ("PUT", f"{one}/mine"): Case(member, f"{API}/{campaign_id}/mine", json={"amount_fen": 0}),
        ("GET", f"{one}/people"): Case(carer, f"{API}/{taken}/people", shows=member.name),
        ("PUT", f"{one}/people/<uuid:person_id>"): Case(
            carer, f"{API}/{taken}/people/{member.id}", json={"collected_fen": FEN}
        ),
        ("POST", f"{one}/receipt"): Case(carer, f"{API}/{campaign_id}/receipt", file=PDF),
        ("POST", f"{one}/close"): Case(carer, f"{API}/{_campaign(ours)}/close", json=paper),
        ("GET", f"{PAGES}/"): Case(member, f"{PAGES}/", shared=True, shows=campaign_id),
        ("GET", f"{PAGES}/new"): Case(carer, f"{PAGES}/new", shared=True),
        ("POST", f"{PAGES}/new"): Case(carer, f"{PAGES}/new", form={**TOLD, **days}, shared=True),
        ("GET", page): Case(carer, f"{PAGES}/{taken}", shows=member.name),
        ("POST", f"{page}/mine"): Case(member, f"{PAGES}/{taken}/mine", form={"amount": "1"}),
        ("GET", f"{page}/collect"): Case(carer, f"{PAGES}/{taken}/collect", shows=member.name),
        ("POST", f"{page}/collect"): Case(
            carer, f"{PAGES}/{taken}/collect", form={"person_id": member.id, "collected": "2"}
        ),
        ("GET", f"{page}/close"): Case(carer, f"{PAGES}/{taken}/close"),
        ("POST", f"{page}/close"): Case(
            carer, f"{PAGES}/{_campaign(ours)}/close", form={"paid": "123.45", "handed_on": today}
        ),
    }


def _campaign(ours: Ours) -> str:
    """A donation of ours with our member's money and a receipt."""
    today, by = clock.today(), ours.officers["carer"].id
    with ours.house.welfare.transaction() as session:
        campaign = open_campaign(
            session, school_id=ours.school.id, by=by, opens_on=today, closes_on=today, **TOLD
        )
        say(session, campaign, ours.member.id, amount_fen=FEN, name_shown=False)
        collect(session, campaign, ours.member.id, FEN)
        keep_receipt(session, campaign, BytesIO(PDF), "票据.pdf", by=by)
        return ours.mark(campaign.id)
