"""Cases for every route of counselling.

A stranger with a ticket of ours is told that it belongs to no time. That it did nothing either is proved by our own
person, who uses the same ticket afterwards.
"""

from datetime import timedelta

from services.welfare.counselling import actions
from services.welfare.counselling.models import CounsellingOffer, new_ticket
from shared.kit import clock
from shared.kit.database import locked
from shared.kit.people import Person
from tests.strangers.cases import Case, Ours, Route
from tests.strangers.welfare_hardship import somebody

API = "/api/welfare/v1/counselling"
PAGES = "/welfare/counselling"
ONE = "offers/<uuid:offer_id>"
ROOM = "甲校的小屋"


def _offer(ours: Ours) -> tuple[Person, str]:
    counsellor = somebody(ours)
    with ours.house.welfare.transaction() as session:
        found = actions.offer(
            session, school_id=ours.school.id, counsellor_id=counsellor.id, place=ROOM, about=""
        )
        return counsellor, ours.mark(found.id)


def _time(ours: Ours, offer_id: str, day: int, ticket: str | None = None) -> str:
    """A free time, or one that is taken with the ticket."""
    with ours.house.welfare.transaction() as session:
        offer = locked(session, CounsellingOffer, offer_id)
        assert offer is not None
        starts_at = clock.now() + timedelta(days=day)
        [slot] = actions.add_times(session, offer, starts_at=starts_at, minutes=50, count=1)
        session.flush()
        if ticket:
            actions._put(session, [offer], {slot.id: ticket})
        return ours.mark(slot.id)


def cases(ours: Ours) -> dict[Route, Case]:
    chair, member = ours.officers["chair"], somebody(ours)
    counsellor, offer_id = _offer(ours)
    times = iter(range(1, 30))

    def free() -> str:
        return _time(ours, offer_id, next(times))

    def ticket() -> dict[str, str]:
        made = new_ticket()
        _time(ours, offer_id, next(times), made)
        return {"ticket": made}

    given = {"starts_at": (clock.now() + timedelta(days=60)).isoformat(), "minutes": 50, "count": 1}
    again = given | {"starts_at": (clock.now() + timedelta(days=61)).isoformat()}
    offered = {"counsellor_id": counsellor.id, "place": ROOM}
    shown, own = free(), f"{ONE}/times"
    found: dict[Route, Case] = {
        ("GET", f"{API}/offers"): Case(member, f"{API}/offers", shared=True, shows=offer_id),
        ("GET", f"{API}/times"): Case(member, f"{API}/times", shared=True, shows=shown),
        ("GET", f"{API}/use"): Case(chair, f"{API}/use", shared=True),
        ("GET", f"{API}/{own}"): Case(counsellor, f"{API}/offers/{offer_id}/times", shows=shown),
        ("POST", f"{API}/offers"): Case(chair, f"{API}/offers", json=offered, shared=True),
        ("POST", f"{API}/{own}"): Case(counsellor, f"{API}/offers/{offer_id}/times", json=given),
        ("PUT", f"{API}/booking"): Case(member, f"{API}/booking", json={"slot_id": free()}),
        ("PUT", f"{API}/booking/look"): Case(member, f"{API}/booking/look", json=ticket(), shared=True),
        ("PUT", f"{API}/booking/cancel"): Case(member, f"{API}/booking/cancel", json=ticket(), shared=True),
        ("PUT", f"{API}/booking/move"): Case(
            member, f"{API}/booking/move", json=ticket() | {"slot_id": free()}, shared=True
        ),
        ("GET", f"{PAGES}/"): Case(member, f"{PAGES}/", shared=True, shows=shown),
        ("GET", f"{PAGES}/ticket"): Case(member, f"{PAGES}/ticket", shared=True),
        ("GET", f"{PAGES}/offers"): Case(chair, f"{PAGES}/offers", shared=True, shows=offer_id),
        ("GET", f"{PAGES}/{own}"): Case(counsellor, f"{PAGES}/offers/{offer_id}/times", shows=shown),
        ("POST", f"{PAGES}/offers"): Case(chair, f"{PAGES}/offers", form=offered, shared=True),
        ("POST", f"{PAGES}/{own}"): Case(counsellor, f"{PAGES}/offers/{offer_id}/times", form=again),
        ("POST", f"{PAGES}/book"): Case(member, f"{PAGES}/book", form={"slot_id": free()}),
        ("POST", f"{PAGES}/ticket"): Case(member, f"{PAGES}/ticket", form=ticket(), shared=True, shows=ROOM),
        ("POST", f"{PAGES}/cancel"): Case(member, f"{PAGES}/cancel", form=ticket(), shared=True),
        ("POST", f"{PAGES}/move"): Case(
            member, f"{PAGES}/move", form=ticket() | {"slot_id": free()}, shared=True, shows=ROOM
        ),
    }
    for base, form in ((API, None), (PAGES, {})):
        slot = f"{base}/offers/{offer_id}/times/{free()}/call-off"
        found["POST", f"{base}/{own}/<uuid:slot_id>/call-off"] = Case(counsellor, slot, form=form)
        found["POST", f"{base}/{ONE}/end"] = Case(chair, f"{base}/offers/{_offer(ours)[1]}/end", form=form)
    return found
