"""Whatever a program sends that the document allows, or breaks on purpose, no service ever answers 5xx.

All requests come from a person who holds every office, so that they get past the door; the district officer's
and an operator's routes are asked by one who holds those.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from shared.contracts.registry import SERVICES
from shared.kit.access import OFFICES
from shared.kit.testing.builders import a_person, a_rule_pack, a_school
from shared.kit.testing.fixtures import drop_service, make_service
from shared.kit.testing.services import Client, TestService

EXAMPLES = 8  # for each operation, and each of the two ways
SIGNING_OUT = ("delete", "/api/members/v1/session")  # would end the test's own session
unhurried = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def somebody_with_every_office(test: TestService) -> Client:
    district = a_school(test, "明德区教育工会", kind="district", rule_pack_code="guizhou")
    school = a_school(test, district=district)
    a_rule_pack(test)
    return test.client(a_person(test, school, offices=list(OFFICES)))


@pytest.mark.parametrize("mode_of_data", list(GenerationMode), ids=lambda way: way.value)
@pytest.mark.parametrize("name", SERVICES)
def test_no_request_brings_a_service_to_5xx(name: str, mode_of_data: GenerationMode) -> None:
    test = make_service("postgres", name)  # the stricter of the two databases
    schema = schemathesis.openapi.from_wsgi(f"/api/{name}/v1/openapi.json", test.app)
    headers = {"Authorization": f"Bearer {somebody_with_every_office(test).token}"}
    asked: list[int] = []
    faults: list[str] = []

    def ask(case: schemathesis.Case) -> None:
        status = case.call(headers=headers).status_code
        asked.append(status)
        if status >= 500:
            faults.append(f"{status} for {case.method} {case.formatted_path} {case.query} {case.body!r:.300}")

    for found in schema.get_all_operations():
        operation = found.ok()
        if (operation.method.lower(), operation.path) != SIGNING_OUT:
            unhurried(given(case=operation.as_strategy(mode_of_data))(ask))()
    assert faults == []
    assert asked.count(401) < len(asked) / 2, "they should get past the door"
    drop_service(test)
