"""The pages as a person walks them: in Chinese and English, without scripts, with nothing typed lost."""

import io
import re
from datetime import date

import pytest
from PIL import Image

from shared.contracts.members import MemberTransferred
from shared.kit.testing.builders import a_school


@pytest.fixture
def carer(union):
    return union.welfare.client(union.carer)


@pytest.fixture
def visit(union):
    union.report()
    return f"/welfare/visits/{union.task().id}"


def a_form(union, page, **more):
    """The controls of the form as the browser would send them."""
    entry = re.search(r'name="entry_id" value="([^"]+)"', page).group(1)
    return {
        "entry_id": entry,
        "visited_on": "2026-06-29",
        "went": [union.carer.id, union.chair.id],
        "fund": "union",
        "follow_up": "true",
    } | more


def photo():
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "JPEG")
    return (io.BytesIO(out.getvalue()), "票据.jpg")


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_the_list_says_how_long_and_never_why(union, carer, visit):
    page = words(carer.get("/welfare/visits/"))
    assert "关怀任务·3天内" in page
    assert "还剩 3 天" in page
    assert "住院" not in page


def test_the_tab_leads_everybody_to_a_page_of_his_own(union, carer):
    applicant = union.welfare.client(union.person("周思远", standing="applicant"))
    officer = union.welfare.client(union.person("钱区", school=union.district, offices=["district_officer"]))
    for client, home in ((carer, "visits/"), (applicant, "visits/"), (officer, "district/visits")):
        assert client.get("/welfare/").headers["Location"] == f"/welfare/{home}"
        assert client.get(f"/welfare/{home}").status_code == 200
    assert applicant.get("/welfare/panels/this-week").status_code == 204


def test_the_task_itself_says_why_by_when_and_who_can_see_it(union, carer, visit):
    page = words(carer.get(visit))
    for text in (
        "看望李建国老师",
        "生病住院",
        "报告后 3 天内",
        "只有何莉、赵立新可见",
        "慰问不超过 ¥500.00；做了手术不超过 ¥1,000.00",
        "guizhou v1",
        "结束后 7 天回访",
    ):
        assert text in page


def test_in_english_the_same(union, carer, visit):
    page = words(carer.get(visit, headers={"Accept-Language": "en"}))
    for text in (
        "Visit 李建国",
        "In hospital",
        "within 3 days of the report",
        "Only 何莉, 赵立新 can see this",
    ):
        assert text in page


def test_a_visit_is_completed_in_one_form(union, carer, visit):
    form = carer.get(f"{visit}/complete").get_data(as_text=True)
    assert "完成探望" in form
    answer = carer.form(f"{visit}/complete", a_form(union, form, gift="300.00", photos=photo()))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{visit}/done")
    report = union.task().report
    assert (report.gift_fen, report.fund, report.went) == (30000, "union", [union.carer.id, union.chair.id])
    assert "已登记" in words(carer.get(f"{visit}/done"))
    assert "已完成" in words(carer.get("/welfare/visits/?show=done"))


def test_over_the_ceiling_nothing_is_lost_and_each_way_out_works(union, carer, visit):
    typed = a_form(
        union, carer.get(f"{visit}/complete").get_data(as_text=True), gift="600", note="要办转院手续"
    )
    refused = carer.form(f"{visit}/complete", typed | {"photos": photo()})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    for text in (
        "超过标准500元",
        "¥600.00 > ¥500.00，多出 ¥100.00",
        "guizhou v1",
        "改成 ¥500.00",
        "做了手术",
        "要办转院手续",
        'value="600"',
    ):
        assert text in page
    receipt = re.search(r'name="receipt" value="([^"]+)"', page).group(1)
    assert f'value="{union.carer.id}" checked' in page
    done = carer.form(f"{visit}/complete", typed | {"receipt": receipt, "fix": "reduce"})
    assert done.status_code == 303
    assert union.task().report.gift_fen == 50000


@pytest.mark.parametrize(("fix", "fund"), [("operation", "union"), ("fund", "personal")])
def test_the_other_ways_out_keep_the_sum(union, carer, visit, fix, fund):
    typed = a_form(union, carer.get(f"{visit}/complete").get_data(as_text=True), gift="600", fix=fix)
    assert carer.form(f"{visit}/complete", typed).status_code == 303
    assert (union.task().report.gift_fen, union.task().report.fund) == (60000, fund)
    assert union.task().report.details["operation"] is (fix == "operation")


def test_a_warning_is_shown_with_a_box_to_tick(union, carer, visit):
    union.renew(union.colleague, standing="retired")
    typed = a_form(union, carer.get(f"{visit}/complete").get_data(as_text=True), gift="300")
    asked = carer.form(f"{visit}/complete", typed)
    assert asked.status_code == 422
    assert "行政经费列支" in words(asked)
    assert carer.form(f"{visit}/complete", typed | {"confirmed": "retiree-fund"}).status_code == 303


def test_a_form_that_names_somebody_of_another_school_does_not_learn_the_name(union, carer, visit):
    stranger = union.person("欧阳锋", school=a_school(union.welfare, "实验小学", district=union.district))
    form = a_form(union, carer.get(f"{visit}/complete").get_data(as_text=True), went=[stranger.id])
    refused = carer.form(f"{visit}/complete", form)
    assert refused.status_code == 422
    assert "欧阳锋" not in words(refused)


def test_the_same_form_sent_twice_is_one_visit(union, carer, visit):
    typed = a_form(union, carer.get(f"{visit}/complete").get_data(as_text=True), gift="300")
    assert [carer.form(f"{visit}/complete", typed).status_code for _ in range(3)] == [303, 303, 303]
    assert len(union.task().reports) == 1


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ({"gift": "a lot"}, "300.50"),
        ({"visited_on": "2026-07-20"}, "还没到的日子"),
        ({"went": []}, "1 到 3 位"),
    ],
)
def test_a_fault_is_told_at_its_control(union, carer, visit, fault, text):
    typed = a_form(union, carer.get(f"{visit}/complete").get_data(as_text=True))
    refused = carer.form(f"{visit}/complete", typed | fault)
    assert refused.status_code == 422
    assert text in words(refused)
    assert union.task().is_open


def test_what_is_no_picture_is_told_at_the_photos(union, carer, visit):
    typed = a_form(union, carer.get(f"{visit}/complete").get_data(as_text=True))
    refused = carer.form(f"{visit}/complete", typed | {"photos": (io.BytesIO(b"MZ"), "x.exe")})
    assert refused.status_code == 422
    assert "JPEG" in words(refused)
    assert union.task().is_open


def test_a_report_is_corrected_with_a_reason(union, carer, visit):
    typed = a_form(union, carer.get(f"{visit}/complete").get_data(as_text=True), gift="300")
    carer.form(f"{visit}/complete", typed)
    page = carer.get(f"{visit}/correct").get_data(as_text=True)
    assert 'value="300.00"' in page
    typed = a_form(union, page, gift="200")
    assert carer.form(f"{visit}/correct", typed).status_code == 422
    assert carer.form(f"{visit}/correct", typed | {"reason": "写错了"}).status_code == 303
    assert [report.gift_fen for report in union.task().reports] == [30000, 20000]
    assert "写错了" in words(carer.get(visit))


def test_whoever_does_not_go_sees_the_task_without_its_occasion(union, visit):
    deputy = union.welfare.client(union.person("吴强", offices=["vice_chair"]))
    for page in (visit, "/welfare/visits/board", f"{visit}/assign", f"{visit}/cancel"):
        answer = deputy.get(page)
        assert answer.status_code == 200
        assert "住院" not in words(answer)
    assert deputy.get(f"{visit}/complete").status_code == 404


def test_giving_agreeing_and_cancelling(union, carer, visit):
    friend = union.person("周婷")
    assert carer.form(f"{visit}/agree", {"agreed_on": "2026-07-01"}).status_code == 303
    assert carer.form(f"{visit}/agree", {"agreed_on": "2026-01-01"}).status_code == 422
    assert carer.form(f"{visit}/assign", {"person_id": friend.id}).status_code == 303
    assert carer.form(f"{visit}/assign", {"person_id": union.colleague.id}).status_code == 422
    assert (
        union.welfare.client(friend).form(f"{visit}/cancel", {"reason": "家属希望不打扰"}).status_code == 303
    )
    assert (union.task().state, union.task().reason) == ("cancelled", "家属希望不打扰")
    assert carer.form(f"{visit}/cancel", {"reason": "again"}).status_code == 409


def test_the_board_counts_lists_and_exports_without_any_occasion(union, visit):
    chair = union.welfare.client(union.chair)
    for url in (
        "/welfare/visits/board",
        "/welfare/visits/board?state=all&q=ljg&sort=-due_on",
        "/welfare/visits/board?format=csv",
    ):
        text = words(chair.get(url))
        assert "李建国" in text
        assert "住院" not in text
    assert "没有这样的任务" in words(chair.get("/welfare/visits/board?state=completed"))
    assert chair.get("/welfare/visits/board?format=xlsx").data.startswith(b"PK")


def test_the_printed_sheet_has_a_code_for_each_visit_and_no_occasion(union, carer, visit):
    page = carer.get("/welfare/visits/print").get_data(as_text=True)
    assert page.count("data:image/svg+xml") == 1
    assert "李建国" in page
    assert "住院" not in page


def test_the_panel_shows_ones_own_week_and_the_schools_figures(union, carer, visit):
    assert "关怀任务·3天内" in words(carer.get("/welfare/panels/this-week"))
    assert carer.get("/welfare/panels/this-week").status_code == 200
    assert union.welfare.client(union.colleague).get("/welfare/panels/this-week").status_code == 204


def test_an_offer_is_accepted_on_its_page(union, visit):
    school = a_school(union.welfare, "实验小学", district=union.district)
    newcomer = union.welfare.client(union.person("孙梅", school=school, offices=["carer"]))
    union.receive(
        MemberTransferred,
        union.colleague,
        person_id=union.colleague.id,
        to_school_id=school.id,
        effective_on=date(2026, 6, 29),
    )
    page = newcomer.get("/welfare/visits/offers").get_data(as_text=True)
    assert "五马中学" in page
    assert "住院" not in page
    accept = re.search(r'action="(/welfare/visits/offers/[^"]+/accept)"', page).group(1)
    assert newcomer.form(accept).status_code == 303
    assert "1 件待答复" not in words(newcomer.get("/welfare/visits/"))
    assert "关怀任务·3天内" in words(newcomer.get("/welfare/visits/"))


def test_the_chair_chooses_and_adapts_a_scheme(union):
    chair = union.welfare.client(union.chair)
    assert "通用方案" in words(chair.get("/welfare/schemes/"))
    page = chair.get("/welfare/schemes/A").get_data(as_text=True)
    assert "邻里不和" in page
    typed = {
        "replaces": "0",
        "effective_from": "2026-06-29",
        "hospitalized.active": "true",
        "hospitalized.due_days": "2",
        "hardship.due_days": "7",
        "family-dispute.due_days": "3",
        "neighbour-dispute.due_days": "3",
        "retiree-visit.due_days": "184",
    }
    assert chair.form("/welfare/schemes/A", typed | {"hospitalized.due_days": "x"}).status_code == 422
    assert chair.form("/welfare/schemes/A", typed).status_code == 303
    assert "方案A" in words(chair.get("/welfare/schemes/"))
    assert chair.form("/welfare/schemes/A", typed).status_code == 422, "another version is there meanwhile"
    union.report()
    assert (union.task().due_on, union.task().scheme_version) == (date(2026, 7, 1), 1)


def test_the_district_caps_days_and_sees_its_table(union):
    officer = union.welfare.client(union.person("钱区", school=union.district, offices=["district_officer"]))
    assert officer.form("/welfare/schemes/limits/hospitalized", {"max_days": "2"}).status_code == 303
    assert officer.form("/welfare/schemes/limits/hospitalized", {"max_days": "none"}).status_code == 303
    assert 'value="2"' in officer.get("/welfare/schemes/limits").get_data(as_text=True)
    assert officer.form("/welfare/schemes/limits/boredom", {"max_days": "2"}).status_code == 404
    assert "五马中学" in words(officer.get("/welfare/district/visits"))
    assert "区里规定最多 2 天" in words(union.welfare.client(union.chair).get("/welfare/schemes/A"))


def test_the_auditor_sees_the_receipts(union, carer, visit):
    typed = a_form(union, carer.get(f"{visit}/complete").get_data(as_text=True), gift="300", photos=photo())
    carer.form(f"{visit}/complete", typed)
    auditor = union.welfare.client(union.person("钱正", offices=["auditor"]))
    assert "共 1 张" in words(auditor.get("/welfare/receipts/"))
    assert carer.get("/welfare/receipts/").status_code == 403
