"""An entry made while the network is away stays on the device and is sent when it is back, once."""

import socket
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import BaseWSGIServer, make_server

from shared.kit.web import gallery

pytestmark = pytest.mark.usefixtures("built_pages")


class Network:
    """The gallery's server, which can go away and come back at the same address."""

    def __init__(self) -> None:
        self.app: Flask = gallery.create_app()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: BaseWSGIServer | None = None

    @property
    def entries(self) -> list[tuple[str, str, str | None, str | None]]:
        return self.app.extensions["entries"]

    def come(self) -> None:
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def go(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def network() -> Iterator[Network]:
    network = Network()
    network.come()
    yield network
    network.go()


@pytest.fixture
def page(browser: Browser, network: Network) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "lang", "value": "zh_Hans", "url": network.url}])
    yield context.new_page()
    context.close()


def open_form(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("form[data-kept]").wait_for()


def test_a_visit_is_kept_and_sent_later_under_its_own_id(page: Page, network: Network) -> None:
    open_form(page, f"{network.url}/gallery/refused")
    network.go()
    page.get_by_role("button", name="完成探望").click()
    expect(page.get_by_role("heading", name="已存在本机，等网络")).to_be_visible()
    expect(page.get_by_text("等待送出")).to_be_visible()
    assert network.entries == []
    network.come()
    page.get_by_role("button", name="现在试试").click()
    expect(page.get_by_text("等待送出")).to_have_count(0)
    [(name, entry_id, key, _)] = network.entries
    assert (name, key) == ("refused", entry_id)


def test_at_a_door_one_goes_on_without_a_network(page: Page, network: Network) -> None:
    open_form(page, f"{network.url}/gallery/door")
    network.go()
    for who in ("周敏", "吴强"):
        page.get_by_label("没带手机").fill(who)
        page.keyboard.press("Enter")
        page.wait_for_url("**/gallery/door")
        expect(page.get_by_label("没带手机")).to_have_value("")
    expect(page.get_by_text("2 条待送出")).to_be_visible()
    network.come()
    page.reload()
    expect(page.locator("[data-offline-waiting]")).to_be_hidden()
    names = {entry_id: who for _, entry_id, _, who in network.entries}  # two pages may send the same entry
    assert list(names.values()) == ["周敏", "吴强"]


def test_with_a_network_the_form_goes_straight_through(page: Page, network: Network) -> None:
    open_form(page, f"{network.url}/gallery/refused")
    page.get_by_role("button", name="完成探望").click()
    page.wait_for_url("**/gallery/result")
    [(_, _, key, _)] = network.entries
    assert key is None


def test_what_a_service_refuses_is_kept_and_shown(page: Page, network: Network) -> None:
    open_form(page, f"{network.url}/gallery/refused")
    network.go()
    page.get_by_role("button", name="完成探望").click()
    expect(page.get_by_text("等待送出")).to_be_visible()
    network.app.view_functions["take"] = lambda name: ("no", 409)
    network.come()
    page.goto(f"{network.url}/gallery/home")
    expect(page.get_by_text("1 条存在本机的记录没有被接受。")).to_be_visible()
    page.get_by_role("link", name="看一看").click()
    page.get_by_role("button", name="放弃").click()
    expect(page.locator("[data-offline-list] li")).to_have_count(0)


def test_another_person_on_the_same_device_sends_nothing_of_it(page: Page, network: Network) -> None:
    open_form(page, f"{network.url}/gallery/refused")
    network.go()
    page.get_by_role("button", name="完成探望").click()
    expect(page.get_by_text("等待送出")).to_be_visible()
    network.app.extensions["person"] = gallery.Person(
        person_id="0197b3c0-0000-7000-8000-000000000002", name="何莉"
    )
    network.come()
    page.goto(f"{network.url}/gallery/home")
    page.get_by_text("本学期慰问").wait_for()
    assert network.entries == []


def test_a_page_left_open_sends_nothing_in_the_name_of_who_signed_in_after(
    page: Page, network: Network
) -> None:
    open_form(page, f"{network.url}/gallery/refused")
    network.app.extensions["person"] = gallery.Person(
        person_id="0197b3c0-0000-7000-8000-000000000002", name="何莉"
    )
    page.get_by_role("button", name="完成探望").click()
    expect(page.get_by_text("现在登录的是另一个人")).to_be_visible()
    assert network.entries == []
