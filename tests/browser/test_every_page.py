"""Every page that links reach, in the demo district: it opens, shuts nobody out, and says nothing in the console."""

import re
from collections import deque
from collections.abc import Callable
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from sqlalchemy import select

from deploy import demo
from shared.kit.people import Person
from shared.kit.testing.services import House
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.only_mode("embedded")

PEOPLE = {"chair": "赵立新", "member": "林晓雨", "district officer": "龚一琳"}
MOST = 250  # pages of one person; reaching it is a fault, as the rest would go unseen
DOWNLOADS = re.compile(r"/files/|\.(csv|json|svg|txt|xlsx)$")
OWN_PART = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # an id: one record stands for its kind


@pytest.fixture
def district(house: House) -> dict[str, str]:
    """The demo district; the id of each of PEOPLE."""
    demo.load({name: test.service for name, test in house.services.items()}, house.settle)
    with house.members.reading() as session:
        ids = {name: id_ for id_, name in session.execute(select(Person.id, Person.name))}
    return {role: ids[name] for role, name in PEOPLE.items()}


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize(("size", "language"), [("phone", "zh"), ("desk", "en")])
def test_every_page_that_links_reach_is_whole(
    district: dict[str, str], enter: Callable[..., Visitor], size: str, language: str, role: str
) -> None:
    visitor = enter(district[role], size, language)
    seen = crawl(visitor)
    assert len(seen) > 20, f"{role} gets nowhere: {seen}"
    assert visitor.faults == []


def crawl(visitor: Visitor) -> set[str]:
    """Follow links from home, one of each kind; what is wrong goes to the visitor's faults. Returns the kinds."""
    page = visitor.open("/")
    waiting, kinds = deque([("/", "nowhere")]), {"/"}
    while waiting:
        path, source = waiting.popleft()
        known = len(visitor.faults)
        answer = page.goto(visitor.address + path)
        if page.locator("[hx-get]").count():  # panels of other services come later
            page.wait_for_load_state("networkidle")
        if answer is None or answer.status >= 400:
            visitor.faults.append(f"status {answer and answer.status}")
        visitor.check(page, "page")
        visitor.faults[known:] = [
            f"{path} (linked from {source}): {fault}" for fault in visitor.faults[known:]
        ]
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        for link in links:
            target = urljoin(path, link.partition("#")[0])
            if target.startswith("/") and (kind := kind_of(target)) and kind not in kinds:
                kinds.add(kind)
                waiting.append((target, path))
        if len(kinds) > MOST:
            visitor.faults.append(f"more than {MOST} kinds of pages: {sorted(kinds)}")
            break
    page.close()
    return kinds


def kind_of(target: str) -> str:
    """What is common to pages of one kind: the path without ids, and the name of a parameter. Empty: not followed."""
    address = urlsplit(target)
    names = [name for name, _ in parse_qsl(address.query, keep_blank_values=True)]
    if DOWNLOADS.search(address.path) or "format" in names or len(names) > 1:
        return ""
    return OWN_PART.sub("*", address.path) + "?".join(["", *names])
