"""/contracts is open to everybody, tells every type in both languages, and is where a schema's address leads."""

from collections.abc import Callable

import pytest

from shared.contracts.registry import all_events
from shared.contracts.schema import schema_of
from shared.kit.testing.services import Client, TestService

pytestmark = pytest.mark.only_engine("sqlite")


@pytest.fixture
def nobody(service_of: Callable[..., TestService]) -> Client:
    return service_of("members").client()


def test_every_type_is_listed_with_a_page_and_its_frozen_schema(nobody: Client) -> None:
    listed = nobody.get("/contracts").text
    for cls in all_events():
        assert f'href="/contracts/{cls.type}"' in listed
        assert nobody.get(f"/contracts/{cls.type}").status_code == 200
        address = schema_of(cls)["$id"]
        assert nobody.get(address).get_json()["title"] == cls.__name__


def test_the_list_is_searched_and_filtered(nobody: Client) -> None:
    public = nobody.get("/contracts?audience=public&service=events").text
    assert "events.activity.scheduled.v1" in public
    assert "events.checkin.recorded.v1" not in public and "welfare." not in public
    assert "members.life-event.hospitalized.v1" in nobody.get("/contracts?q=hospital").text
    assert nobody.get("/contracts?q=%00%ff&service=x").status_code == 200


def test_a_page_tells_fields_classes_and_a_sample_in_both_languages(nobody: Client) -> None:
    url = "/contracts/members.life-event.hospitalized.v1"
    chinese = nobody.get(url, headers={"Accept-Language": "zh-CN"}).text
    english = nobody.get(url, headers={"Accept-Language": "en"}).text
    assert "总会有" in chinese and "Always there" in english
    for words in (">L3<", "occurred_on", "specversion", "welfare plans a visit"):
        assert words in chinese and words in english


def test_the_asyncapi_document_is_served_and_what_nobody_says_is_not_found(nobody: Client) -> None:
    assert nobody.get("/contracts/asyncapi.json").get_json()["asyncapi"].startswith("3.")
    for unknown in ("members.no.such.v1", "members.no.such.v1.json", "..%2fsecret", "asyncapi"):
        assert nobody.get(f"/contracts/{unknown}").status_code == 404
