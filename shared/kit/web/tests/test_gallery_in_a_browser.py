"""The gallery in Chromium: readable for everybody, whole when a service is down, usable without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from shared.kit.web import build, gallery

SIZES = {"phone": (390, 844), "desk": (1440, 900)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ON_PAPER = {"sheet"}  # as wide as its paper


def a_context(
    browser: Browser,
    url: str,
    size: tuple[int, int],
    lang: str = "zh_Hans",
    type_: str = "normal",
    **more: object,
) -> BrowserContext:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
    context.add_cookies(
        [{"name": "lang", "value": lang, "url": url}, {"name": "type", "value": type_, "url": url}]
    )
    return context


@pytest.fixture
def page(browser: Browser, gallery_url: str) -> Iterator[Page]:
    context = a_context(browser, gallery_url, SIZES["phone"])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    "asked",
    [
        ("zh_Hans", "normal", "light"),
        ("zh_Hans", "large", "light"),
        ("en", "normal", "light"),
        ("en", "large", "light"),
        ("zh_Hans", "normal", "dark"),
    ],
)
@pytest.mark.parametrize("size", SIZES)
def test_no_page_shuts_anybody_out(
    browser: Browser, gallery_url: str, size: str, asked: tuple[str, str, str]
) -> None:
    axe = (build.WEB / "node_modules" / "axe-core" / "axe.min.js").read_text()
    lang, type_, scheme = asked
    context = a_context(browser, gallery_url, SIZES[size], lang, type_, color_scheme=scheme)
    page, found = context.new_page(), []
    for name in gallery.PAGES:
        page.goto(f"{gallery_url}/gallery/{name}")
        page.evaluate(axe)
        result = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
        )
        found += [(name, v["id"], v["nodes"][0]["html"]) for v in result["violations"]]
    context.close()
    assert found == []


@pytest.mark.parametrize("width", [320, 390, 1440])
@pytest.mark.parametrize("type_", ["normal", "large"])
def test_no_page_scrolls_sideways(browser: Browser, gallery_url: str, width: int, type_: str) -> None:
    context = a_context(browser, gallery_url, (width, 800), type_=type_)
    page, wide = context.new_page(), []
    for name in set(gallery.PAGES) - ON_PAPER:
        page.goto(f"{gallery_url}/gallery/{name}")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)
    context.close()
    assert wide == []


def test_no_page_breaks_our_own_rules_for_scripts_and_styles(page: Page, gallery_url: str) -> None:
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in gallery.PAGES:
        page.goto(f"{gallery_url}/gallery/{name}")
    assert [words for words in said if "502" not in words] == []


def test_a_panel_is_swapped_in_and_an_empty_one_goes_away(page: Page, gallery_url: str) -> None:
    page.goto(f"{gallery_url}/gallery/home")
    page.get_by_text("本学期慰问").wait_for()
    page.get_by_text("没有的").wait_for(state="detached")


def test_a_panel_that_does_not_answer_says_so_calmly_and_asks_again(page: Page, gallery_url: str) -> None:
    page.goto(f"{gallery_url}/gallery/home")
    page.get_by_text("“近期活动”暂时没取到").wait_for()
    assert "Bad gateway" not in page.content()
    page.route(
        "**/panels/down", lambda route: route.fulfill(body="<section class='uh-panel'>活动回来了</section>")
    )
    page.get_by_role("link", name="再试一次").click()
    page.get_by_text("活动回来了").wait_for()
    assert page.url.endswith("/gallery/home")


def test_a_panel_never_swallows_the_page_of_a_redirect(page: Page, gallery_url: str) -> None:
    page.route(
        "**/panels/up", lambda route: route.fulfill(status=303, headers={"Location": "/gallery/states"})
    )
    page.goto(f"{gallery_url}/gallery/home")
    page.get_by_text("“关怀”暂时没取到").wait_for()


def test_without_scripts_a_panel_is_a_link(browser: Browser, gallery_url: str) -> None:
    context = a_context(browser, gallery_url, SIZES["phone"], java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{gallery_url}/gallery/home")
    assert page.get_by_role("link", name="打开关怀").get_attribute("href") == "/welfare/"
    page.goto(f"{gallery_url}/gallery/sheet")
    assert not page.get_by_role("button", name="打印").is_visible()
    context.close()


def test_the_first_tab_stop_skips_to_the_content(page: Page, gallery_url: str) -> None:
    page.goto(f"{gallery_url}/gallery/home")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_what_one_taps_is_as_big_as_a_thumb(browser: Browser, gallery_url: str) -> None:
    context = a_context(browser, gallery_url, SIZES["phone"], has_touch=True, is_mobile=True)
    page, small = context.new_page(), []
    for name in ("home", "people", "refused", "fields", "task", "result", "states"):
        page.goto(f"{gallery_url}/gallery/{name}")
        small += page.evaluate(
            """() => [...document.querySelectorAll('.btn, .uh-tool, .uh-tabs a, .uh-pill, .uh-choice, .form-control, .uh-task')]
                 .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 120))"""
        )
    context.close()
    assert small == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [("bar", {"74%", "厉庄镇联合工会", "目标 90%"}), ("stack", {"慰问", "活动"})],
)
def test_a_chart_is_drawn_from_the_table_beside_it(
    browser: Browser, gallery_url: str, kind: str, words: set[str]
) -> None:
    context = a_context(browser, gallery_url, SIZES["desk"])
    page = context.new_page()
    page.goto(f"{gallery_url}/gallery/district")
    chart = page.locator(f"[data-chart={kind}]")
    chart.locator("svg").wait_for()
    drawn = chart.locator("svg text").all_text_contents()
    context.close()
    assert words <= set(drawn)
