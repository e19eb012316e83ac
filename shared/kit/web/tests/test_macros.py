"""Every macro draws what it promises."""

import re

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from markupsafe import Markup

from shared.kit.web import gallery
from shared.kit.web.assets import STATIC

TEMPLATES = STATIC.parent / "templates"
IN_GALLERY = "\n".join(path.read_text() for path in (STATIC.parent / "gallery").rglob("*.html"))
MACROS = re.findall(r"{% set (\w+) = ", (TEMPLATES / "ui.html").read_text())


@pytest.fixture
def gallery_client() -> FlaskClient:
    return gallery.create_app().test_client()


@pytest.mark.parametrize("page", gallery.PAGES)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_of_the_gallery_renders(gallery_client: FlaskClient, page: str, language: str) -> None:
    answer = gallery_client.get(f"/gallery/{page}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert ">None<" not in answer.text and "None " not in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize(
    "macro", [name for name in MACROS if name not in ("flash_messages", "refused_entries")]
)
def test_every_macro_is_in_the_gallery(macro: str) -> None:
    assert f"ui.{macro}(" in IN_GALLERY


def draw(app: Flask, source: str, **values: object) -> str:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        return render_template_string('{% import "ui.html" as ui %}' + source, **values)


def test_what_people_wrote_is_escaped(app: Flask) -> None:
    html = draw(
        app,
        "{{ ui.task_row(name, name, icon='x', button=name, href='/') }}",
        name="<script>alert(1)</script>",
    )
    assert "<script" not in html
    assert draw(app, "{{ ui.field(none, 'x', 'X', value=value) }}", value='"><b>').count("<b>") == 0


def test_a_wrong_field_is_tied_to_its_message(app: Flask) -> None:
    html = draw(app, "{{ ui.field(form, 'gift', '金额', hint='元') }}", form=gallery.a_refused_form())
    assert 'aria-invalid="true" aria-describedby="gift-error gift-hint"' in html
    assert 'id="gift-error"' in html and 'id="gift-hint"' in html
    assert 'value="600.00"' in html


def test_the_summary_counts_names_and_links_what_is_wrong(app: Flask) -> None:
    html = draw(app, "{{ ui.error_summary(form) }}", form=gallery.a_refused_form())
    assert "有 2 处要改，还没有提交" in html
    assert '<a href="#gift">慰问金额：超过标准500元，多出 ¥100.00</a>' in html
    assert html.index("#gift") < html.index("#visited_on")


def test_a_password_is_never_written_back(app: Flask) -> None:
    html = draw(app, "{{ ui.field(form, 'p', 'P', type='password') }}", form=gallery.Form({"p": "secret"}))
    assert "secret" not in html


def test_nothing_is_chosen_before_one_chooses(app: Flask) -> None:
    assert "checked" not in draw(app, "{{ ui.choice(none, 'v', '意见', [('yes', '赞成'), ('no', '反对')]) }}")


def test_a_sort_link_turns_round_and_starts_anew(app: Flask) -> None:
    source = '{% import "ui.html" as ui %}{% call ui.data_table("T", [("姓名", "name")], sort="name") %}{% endcall %}'
    with app.test_request_context("/people?q=zh&sort=name&after=abc"):
        html = render_template_string(source)
    assert Markup('href="/people?q=zh&amp;sort=-name"') in html
    assert 'aria-sort="ascending"' in html


def test_the_gate_of_the_hall_stands_where_the_number_is(app: Flask) -> None:
    html = draw(app, "{{ ui.hall_bar(40, 61, 'x', gate=41, gate_label='法定人数 41') }}")
    assert 'x="67.2%"' in html


def test_a_stranger_finds_the_way_to_sign_in_and_back(client: FlaskClient) -> None:
    with client.application.test_request_context("/welfare/?q=1"):
        html = render_template_string('{% extends "base.html" %}')
    assert "/members/sign-in?next=/welfare/%3Fq%3D1" in html


def test_officers_see_the_members_and_others_do_not(client: FlaskClient) -> None:
    assert "/members/people/" in client.get("/page").text
    with client.application.test_request_context("/"):
        assert "/members/people/" not in render_template_string('{% extends "base.html" %}')
