"""What was typed is kept, and what is wrong is said in plain words."""

from collections.abc import Iterator

import pytest
from flask import Flask
from marshmallow import Schema, fields, validate
from werkzeug.datastructures import FileStorage, MultiDict

from shared.kit.web.forms import WHOLE, Form, Yuan, plain


class Report(Schema):
    visitors = fields.List(fields.Str(validate=validate.Length(max=3)), required=True)
    gift_fen = Yuan(data_key="gift", required=True, metadata={"label": "慰问金额"})
    visited_on = fields.Date(required=True)
    note = fields.Str(load_default=None)
    photo = fields.Raw()


@pytest.fixture(autouse=True)
def chinese(app: Flask) -> Iterator[None]:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        yield


def typed(*pairs: tuple[str, str]) -> "MultiDict[str, str]":
    return MultiDict(pairs)


def test_a_good_form_gives_its_data() -> None:
    form = Form()
    answers = typed(
        ("visitors", "何莉"),
        ("visitors", "吴强"),
        ("gift", " 300 "),
        ("visited_on", "2028-02-29"),
        ("note", "  "),
    )
    data = form.load(Report, answers)
    assert data["visitors"] == ["何莉", "吴强"]
    assert data["gift_fen"] == 30000
    assert data["visited_on"].isoformat() == "2028-02-29"
    assert data["note"] is None
    assert form.errors == {}


def test_a_refused_form_keeps_what_was_typed() -> None:
    form = Form()
    assert (
        form.load(Report, typed(("visitors", "何莉"), ("gift", "三百"), ("visited_on", "2027-02-29"))) is None
    )
    assert form.values["gift"] == "三百"
    assert form.values["visitors"] == ["何莉"]
    assert form.errors == {"gift": ["请写金额，如 300 或 300.50。"], "visited_on": ["请选一个存在的日期。"]}
    assert form.labels == {"gift": "慰问金额"}


def test_an_empty_control_is_a_missing_answer() -> None:
    form = Form()
    assert form.load(Report, typed(("gift", ""), ("visited_on", " "))) is None
    assert set(form.errors) == {"visitors", "gift", "visited_on"}
    assert form.errors["gift"] == ["请填写这一项。"]


def test_controls_that_the_schema_does_not_know_are_left_out() -> None:
    form = Form()
    answers = typed(("visitors", "何莉"), ("gift", "1"), ("visited_on", "2026-01-01"), ("is_admin", "true"))
    assert "is_admin" not in form.load(Report, answers)


def test_a_chosen_file_arrives_and_an_empty_one_does_not() -> None:
    answers = typed(("visitors", "何莉"), ("gift", "1"), ("visited_on", "2026-01-01"))
    photo = FileStorage(filename="票据.jpg")
    assert Form().load(Report, answers, MultiDict([("photo", photo)]))["photo"] is photo
    assert "photo" not in Form().load(Report, answers, MultiDict([("photo", FileStorage(filename=""))]))


def test_what_an_action_finds_wrong_stands_in_the_order_of_the_fields() -> None:
    form = Form()
    form.load(Report, typed(("visitors", "何莉"), ("gift", "600")))
    form.refuse({"gift": ["超过标准500元"]})
    form.add(WHOLE, "方案还没有生效")
    assert list(form.errors) == [WHOLE, "gift", "visited_on"]


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("300", 30000),
        ("300.5", 30050),
        ("1,234.56", 123456),
        ("¥300", 30000),
        ("３００．５０", 30050),
        ("0.01", 1),
        ("300元", 30000),
    ],
)
def test_yuan_are_read_as_people_write_them(text: str, fen: int) -> None:
    assert Yuan().deserialize(text) == fen


@pytest.mark.parametrize("text", ["1.234", "1e3", "三百", "1.2.3", ".5", "NaN", "999999999999"])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    form = Form()
    form.load(Schema.from_dict({"gift": Yuan()}), typed(("gift", text)))
    assert form.errors == {"gift": ["请写金额，如 300 或 300.50。"]}


def test_the_limit_of_an_amount_is_told_in_yuan_as_it_was_typed() -> None:
    form = Form()
    form.load(
        Schema.from_dict({"gift": Yuan(validate=validate.Range(0, 1_000_000))}), typed(("gift", "50000"))
    )
    assert form.errors == {"gift": ["最多 ¥10,000.00。"]}
    assert Yuan(validate=validate.Range(0, 1_000_000)).deserialize("10000") == 1_000_000


@pytest.mark.parametrize("text", ["0", "-5", "－5"])
def test_an_amount_is_more_than_zero_unless_zero_is_allowed(text: str) -> None:
    form = Form()
    form.load(Schema.from_dict({"gift": Yuan()}), typed(("gift", text)))
    assert form.errors == {"gift": ["金额要大于零。"]}
    assert Yuan(zero=True).deserialize("0") == 0


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        (fields.Int(), "十", "请用数字填写。"),
        (fields.Int(validate=validate.Range(1, 20)), "21", "要在 1 到 20 之间。"),
        (fields.Int(validate=validate.Range(max=20)), "21", "不大于 20。"),
        (fields.Int(validate=validate.Range(min=3)), "2", "不小于 3。"),
        (fields.Int(validate=validate.Range(min=3, min_inclusive=False)), "3", "要大于 3。"),
        (fields.Str(validate=validate.Length(max=2)), "abc", "最多写 2 个字。"),
        (fields.Str(validate=validate.Length(min=2)), "a", "至少写 2 个字。"),
        (fields.Str(validate=validate.Length(min=2, max=3)), "a", "请写 2 到 3 个字。"),
        (fields.Str(validate=validate.Length(equal=4)), "a", "要写 4 个字。"),
        (fields.Str(validate=validate.OneOf(["a"])), "b", "请选其中一项。"),
        (fields.Str(validate=validate.Regexp("a")), "b", "这一项的写法不对。"),
        (fields.Bool(), "maybe", "请选其中一项。"),
        (fields.Email(), "x", "请写邮箱地址，如 name@example.org。"),
        (fields.Time(), "x", "请选一个存在的日期。"),
    ],
)
def test_every_usual_refusal_has_plain_words(field: fields.Field, text: str, words: str) -> None:
    form = Form()
    form.load(Schema.from_dict({"x": field}), typed(("x", text)))
    assert form.errors == {"x": [words]}


def test_a_wrong_item_of_a_list_speaks_for_the_list() -> None:
    form = Form()
    form.load(Report, typed(("visitors", "很长的名字"), ("gift", "1"), ("visited_on", "2026-01-01")))
    assert form.errors == {"visitors": ["最多写 3 个字。"]}


def test_words_of_a_feature_stay_as_they_are() -> None:
    assert plain("这一天学校放假。") == "这一天学校放假。"
