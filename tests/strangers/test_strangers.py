"""Nobody reaches another union's objects: every route of every service, tried by every office of another school
and by the district officer, while our own officer succeeds on the same route and object in the same test.

A new route needs a case in tests/strangers/<service>.py; without one this fails and names it.
"""

import json
from html import unescape
from importlib import import_module
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask

from shared.contracts.registry import SERVICES
from shared.kit.access import PUBLIC
from shared.kit.paging import XLSX
from shared.kit.testing.services import House
from tests.strangers.cases import DISTRICT_OFFICER, FOREIGN_OFFICER, Case, Route, settle_in

OPEN_ENDPOINTS = ("web.", "health.", "api-docs.", "static")
REFUSALS = (401, 403, 404)


def routes_of(app: Flask) -> dict[Route, Any]:
    """Every route with its view, but for those of the machinery that hold nobody's data."""
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(OPEN_ENDPOINTS):
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            found[method, rule.rule] = app.view_functions[rule.endpoint]
    return found


def words_of(answer: Any) -> str:
    """What an answer says, where the API writes Chinese as escapes and a workbook is packed."""
    if answer.mimetype == XLSX:
        with ZipFile(BytesIO(answer.data)) as book:
            return "".join(unescape(book.read(part).decode()) for part in book.namelist())
    return (
        json.dumps(answer.get_json(), ensure_ascii=False)
        if answer.is_json and answer.data
        else str(answer.text)
    )


@pytest.mark.parametrize("name", SERVICES)
def test_every_route_names_its_rule(house: House, name: str) -> None:
    nameless = [
        route for route, view in routes_of(house.services[name].app).items() if not hasattr(view, "allow")
    ]
    assert nameless == []


@pytest.mark.parametrize("name", SERVICES)
def test_strangers_are_refused_where_our_officer_succeeds(house: House, name: str) -> None:
    ours, strangers = settle_in(house)
    cases: dict[Route, Case] = import_module(f"tests.strangers.{name}").prepare(ours)
    routes = routes_of(house.services[name].app)
    guarded = {route for route, view in routes.items() if view.allow != PUBLIC}
    assert guarded - set(cases) == set(), "these routes have no case"
    assert set(cases) - set(routes) == set(), "these cases have no route"

    nobody = house.client()
    faults: list[str] = []
    for (method, rule), case in cases.items():
        shown = case.ask(nobody, method).status_code
        if shown not in (*REFUSALS, 303):
            faults.append(f"{method} {rule}: {shown} for somebody who is not signed in")
        for who, person in strangers.items():
            if case.district and who == DISTRICT_OFFICER:
                continue
            answer = case.ask(house.client(person), method)
            own_page = case.district and who == FOREIGN_OFFICER and "<uuid:" not in rule
            if case.shared or own_page:
                words = words_of(answer)
                seen = [mark for mark in ours.marks if mark in words]
                if seen or answer.status_code >= 500:
                    faults.append(f"{method} {rule}: {who} gets {answer.status_code} and sees {seen}")
            elif answer.status_code not in REFUSALS:
                faults.append(f"{method} {rule}: {answer.status_code} for the {who}")
        answer = case.ask(house.client(case.person), method)
        if not 200 <= answer.status_code < 400 or "/members/sign-in" in answer.headers.get("Location", ""):
            faults.append(f"{method} {rule}: {answer.status_code} for our own officer: {answer.text[:300]}")
        elif case.shows not in words_of(answer):
            faults.append(f"{method} {rule}: our own officer does not see what strangers must not")
    assert not faults, "\n".join(faults)
