"""J-50: the school's website hears what the school makes public, signed, again after an outage, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from standardwebhooks import Webhook as Verifier

from services.members.tests.test_webhooks import Receiver, reply
from services.members.webhooks import outside
from shared.kit.testing import scratch
from shared.kit.testing.builders import a_person, a_school
from shared.kit.testing.fixtures import FrozenClock
from shared.kit.testing.services import House

DISCLOSED = "voting.disclosure.published.v1"
API = "/api/members/v1/webhooks"


@pytest.fixture
def website() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def test_the_website_shows_open_affairs_and_hears_of_nothing_else(
    house: House, website: Receiver, frozen_clock: FrozenClock
) -> None:
    members = house.members.service
    members.config = replace(members.config, webhooks_inside=True)
    district = a_school(house, "明德区教育工会", kind="district")
    school = a_school(house, "五马中学", district=district)
    other = a_school(house, "实验小学", district=district)
    chair = house.client(a_person(house, school, "赵立新", offices=["chair"]))
    made = chair.post(API, json={"name": "官网", "url": website.url, "types": [DISCLOSED]}).json
    outside.deliver_due(members)

    website.answer = lambda handler, _body: reply(handler, 503)
    told = scratch.say_sample(house.voting, DISCLOSED, school.id)
    scratch.say_sample(house.voting, DISCLOSED, other.id)
    scratch.say_sample(house.members, "members.membership.counted.v1", school.id)
    house.settle()
    while outside.deliver_due(members):
        pass
    website.answer = None
    frozen_clock.advance(seconds=10)
    while outside.deliver_due(members):
        pass

    heard = [(headers, body) for headers, body in website.calls if headers["webhook-id"] == told]
    assert len(heard) == 2 and {event.id for event in website.events} == {told}
    Verifier(made["secret"]).verify(heard[-1][1], heard[-1][0])
    (delivered,) = chair.get(f"{API}/{made['id']}/deliveries").json
    assert (delivered["state"], delivered["attempts"]) == ("delivered", 2)
    assert chair.post(f"{API}/{made['id']}/deliveries/{delivered['id']}/replay").status_code == 204
    outside.deliver_due(members)
    assert [event.id for event in website.events] == [told] * 3
