"""The house in a browser: served over HTTP, with relays and workers running, seen by people at their own sizes."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from deploy.routes import service_of
from shared.kit import tokens
from shared.kit.testing.services import TEST_KID, House, test_key
from shared.kit.web import build
from tests.scene import Scene

SIZES = {"phone": (390, 844), "desk": (1440, 900)}
LANGUAGES = {"zh": "zh_Hans", "en": "en"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = Path("test-artefacts")


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """Where the house answers."""
    apps = {name: test.app for name, test in house.services.items()}

    def door(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        return apps[service_of(environ["PATH_INFO"])](environ, start_response)

    server = make_server("127.0.0.1", 0, door, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house)


@dataclass
class Visitor:
    """Somebody at a browser; every page that was opened is checked for barriers and complaints."""

    context: BrowserContext
    address: str
    name: str
    faults: list[str]

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on(
            "console",
            lambda message: message.type == "error" and self.faults.append(f"console: {message.text}"),
        )
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.goto(self.address + path)
        return page

    def look(self, page: Page, what: str) -> None:
        """Check the page once it is quiet, and keep a picture."""
        page.wait_for_load_state("networkidle")
        self.check(page, what)
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{what}.{self.name}.png", full_page=True)

    def check(self, page: Page, what: str) -> None:
        """Let axe look at the page, and measure it."""
        page.evaluate((build.WEB / "node_modules" / "axe-core" / "axe.min.js").read_text())
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
        )
        self.faults += [f"{what}: {v['id']} {v['nodes'][0]['html']}" for v in found["violations"]]
        self.measure(page, what)

    def measure(self, page: Page, what: str) -> None:
        """See that nothing scrolls sideways."""
        width = page.viewport_size["width"] if page.viewport_size else 0
        if page.evaluate("document.documentElement.scrollWidth") > width:
            self.faults.append(f"{what}: scrolls sideways")


@pytest.fixture
def enter(browser: Browser, address: str) -> Iterator[Callable[..., Visitor]]:
    """`enter(person_id, size="phone", language="zh")`: a browser signed in as somebody (None: nobody)."""
    contexts: list[BrowserContext] = []

    def enter(person_id: str | None, size: str = "phone", language: str = "zh", **options: Any) -> Visitor:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        cookies = {"lang": LANGUAGES[language]}
        if person_id:
            cookies[tokens.COOKIE] = tokens.sign(test_key(), TEST_KID, person_id)
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
        )
        contexts.append(context)
        return Visitor(context, address, f"{size}.{language}", [])

    yield enter
    for context in contexts:
        context.close()


@pytest.fixture
def visit(enter: Callable[..., Visitor], scene: Scene) -> Callable[..., Visitor]:
    """`visit("何莉", size="phone", language="zh")`: the same, by a name of the scene."""
    return lambda who, *more, **options: enter(scene.ids[who] if who else None, *more, **options)
