"""The pages of the register over HTTP, in the demo district: who sees what, and every form's way."""

import io
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from services.members import demo
from services.members.people.models import Member
from services.members.schools.models import Organisation
from services.members.tests.rosters import HEADINGS, a_row, identity_number, xlsx


@pytest.fixture
def members(service_of):
    loaded = service_of("members")
    with loaded.transaction() as session:
        demo.load(session)
    return loaded


def who(members, name):
    with members.reading() as session:
        return session.scalars(select(Member).where(Member.name == name)).one()


def as_(members, name):
    return members.client(who(members, name))


def place(members, name, union="五马中学"):
    with members.reading() as session:
        owner = session.scalars(select(Organisation.id).where(Organisation.name == union)).one()
        return session.scalars(
            select(Organisation.id).where(Organisation.name == name, Organisation.school_id == owner)
        ).one()


def text(response, status=200):
    assert response.status_code == status, response.text[:3000]
    return re.sub(r"\s+", " ", response.text)


PAGES = {
    "赵立新": [
        "/members/people/",
        "/members/people/?q=zs",
        "/members/people/?standing=retired&sort=-joined",
        "/members/people/?sort=group",
        "/members/people/new",
        "/members/groups/",
        "/members/groups/adjust",
        "/members/offices/",
        "/members/offices/appoint",
        "/members/joining/",
        "/members/transfers/",
        "/members/imports/",
        "/members/people/me",
    ],
    "龚一琳": ["/members/schools/", "/members/schools/?q=小学", "/members/schools/new"],
    "方德明": ["/members/joining/", "/members/groups/", "/members/people/"],
    "林晓雨": ["/members/people/me", "/members/offices/"],
    "周思远": ["/members/people/me", "/members/joining/mine"],
}


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_those_who_may(members, name, locale):
    client = as_(members, name)
    for url in PAGES[name]:
        text(client.get(url, headers={"Accept-Language": locale.replace("_", "-")}))


def test_a_teacher_sees_no_register_and_an_officer_of_another_school_nobody_of_ours(members):
    assert as_(members, "林晓雨").get("/members/people/").status_code == 403
    chair = as_(members, "陆桂花")
    person = who(members, "林晓雨").id
    for url in (
        f"/members/people/{person}",
        f"/members/people/{person}/edit",
        f"/members/people/{person}/end",
        f"/members/groups/{place(members, '语文组')}",
    ):
        assert chair.get(url).status_code == 404, url
    assert chair.form(f"/members/people/{person}/sensitive", {"reason": "x"}).status_code == 404
    assert chair.form(f"/members/people/{person}/retire", {"on": "2026-01-01"}).status_code == 404
    assert "林晓雨" not in chair.get("/members/people/?q=lxy").text


def test_a_person_is_found_by_han_pinyin_and_initials(members):
    chair = as_(members, "赵立新")
    for q in ("晓雨", "linxiaoyu", "lin xiao", "lxy", "LXY"):
        assert "林晓雨" in chair.get("/members/people/", query_string={"q": q}).text, q
    assert "林晓雨" not in chair.get("/members/people/?q=zs").text


def test_the_list_is_exported_whole(members):
    chair = as_(members, "赵立新")
    sheet = load_workbook(io.BytesIO(chair.get("/members/people/?format=xlsx").data)).active
    assert sheet.max_row == 1 + 126 + 14
    rows = chair.get("/members/people/?format=csv&standing=retired").data.decode("utf-8-sig").splitlines()
    assert len(rows) == 15


def test_reading_what_is_sensitive_needs_a_reason_and_the_person_sees_it(members):
    chair, person = as_(members, "赵立新"), who(members, "林晓雨")
    url = f"/members/people/{person.id}"
    assert person.identity_number not in text(chair.get(url))
    assert person.identity_number not in text(chair.form(f"{url}/sensitive", {"reason": ""}), 422)
    shown = text(chair.form(f"{url}/sensitive", {"reason": "补办会员证"}))
    assert person.identity_number in shown
    mine = text(as_(members, "林晓雨").get("/members/people/me"))
    assert "补办会员证" in mine
    assert "赵立新" in mine


def test_one_corrects_ones_own_number(members):
    client = as_(members, "林晓雨")
    assert client.form("/members/people/me/phone", {"phone": "123"}).status_code == 422
    assert client.form("/members/people/me/phone", {"phone": "138 0013 8000"}).status_code == 303
    assert who(members, "林晓雨").phone == "13800138000"


def test_adding_a_person_and_correcting_them(members):
    chair = as_(members, "赵立新")
    form = {
        "name": "单雨桐",
        "sex": "female",
        "birth_date": "1999-03-04",
        "post_kind": "temporary",
        "group_id": place(members, "语文组"),
        "identity_number": identity_number("19990304"),
    }
    answer = chair.form("/members/people/new", form)
    assert answer.status_code == 303
    assert "Shan Yutong" in text(chair.get(answer.location))
    assert "identity_number" in text(chair.form("/members/people/new", form), 422), "the same person twice"
    edited = chair.form(f"{answer.location}/edit", {**form, "name": "单雨彤", "titles": "骨干教师，教坛新秀"})
    assert edited.status_code == 303
    assert who(members, "单雨彤").titles == ["骨干教师", "教坛新秀"]


def test_moving_people_shows_what_would_change_before_it_does(members):
    chair, person = as_(members, "赵立新"), who(members, "林晓雨")
    target = place(members, "英语组")
    preview = text(chair.form("/members/groups/adjust", {person.id: target}))
    assert "林晓雨" in preview
    assert who(members, "林晓雨").group_id == person.group_id
    assert chair.form("/members/groups/adjust", {person.id: target, "step": "commit"}).status_code == 303
    assert who(members, "林晓雨").group_id == target
    group = text(chair.get(f"/members/groups/{person.group_id}?on=2026-01-01"))
    assert "林晓雨" in group, "who was in the group before stays on record"


def test_the_auditor_cannot_become_treasurer_on_the_page_either(members):
    chair = as_(members, "赵立新")
    form = {"person_id": who(members, "谭志远").id, "code": "treasurer", "term_from": "2026-09-01"}
    text(chair.form("/members/offices/appoint", form), 422)
    form["person_id"] = who(members, "张立").id
    assert chair.form("/members/offices/appoint", form).status_code == 303


def test_joining_from_the_application_to_the_card(members):
    person = who(members, "周思远")
    own = as_(members, "周思远")
    assert (
        own.form(
            "/members/joining/mine", {"statement": "我自愿加入工会", "group_id": person.group_id}
        ).status_code
        == 303
    )
    with members.reading() as session:
        from services.members.joining.models import Application

        application = session.scalars(select(Application)).one()
    leader, chair = as_(members, "张海燕"), as_(members, "赵立新")
    url = f"/members/joining/{application.id}"
    assert "周思远" in text(leader.get("/members/joining/"))
    assert as_(members, "方德明").get(url).status_code == 200, "the vice-chair sees it, but"
    assert as_(members, "方德明").form(f"{url}/weigh", {"supports": "true"}).status_code == 404, (
        "leads another group"
    )
    assert leader.form(f"{url}/weigh", {"supports": "true", "opinion": "同意"}).status_code == 303
    assert chair.form(f"{url}/approve").status_code == 303
    member = who(members, "周思远")
    assert (member.standing, member.card_number is not None) == ("full", True)
    assert member.card in text(own.get("/members/joining/mine"))


def test_a_roster_from_upload_to_slips_and_undo(members):
    chair = as_(members, "赵立新")
    template = load_workbook(io.BytesIO(chair.get("/members/imports/template.xlsx").data)).active
    assert template.cell(1, 1).value == "姓名*"
    rows = [
        HEADINGS,
        a_row("单雨桐"),
        a_row("项南", 性别="", 身份证号="", 出生日期="1990-02-29", 小组="语文祖"),
    ]
    answer = chair.form("/members/imports/", {"file": (io.BytesIO(xlsx(rows)), "2026秋名册.xlsx")})
    assert answer.status_code == 303
    progress = text(chair.get(answer.location))
    assert "0" in progress
    members.work()
    url = chair.get(answer.location).text
    roster = re.search(r"/members/imports/[0-9a-f-]{36}", url)[0]
    preview = text(chair.get(roster))
    for words in ("1990 年没有 2月29日", "是不是“语文组”", "先导入没错的 1 行"):
        assert words in preview
    assert load_workbook(io.BytesIO(chair.get(f"{roster}/annotated.xlsx").data)).active.max_row == 3
    assert chair.form(f"{roster}/commit").status_code == 303
    members.work()
    result = text(chair.get(roster))
    assert 'action="/members/accounts/slips"' in result
    assert as_(members, "陆桂花").get(roster).status_code == 404
    slips = chair.form("/members/accounts/slips", {"person_id": who(members, "单雨桐").id})
    assert "单雨桐" in text(slips)
    assert chair.form(f"{roster}/undo").status_code == 303
    members.work()
    with members.reading() as session:
        assert session.scalars(select(Member).where(Member.name == "单雨桐")).first() is None


def test_a_file_that_is_no_roster_is_refused_on_the_page(members):
    answer = as_(members, "赵立新").form(
        "/members/imports/", {"file": (io.BytesIO(b"PK\x03\x04"), "名册.xlsx")}
    )
    assert 'id="errors"' in text(answer, 422)
    assert 'id="errors"' in text(as_(members, "赵立新").form("/members/imports/", {}), 422)


def test_a_district_sees_counts_and_opens_a_school(members):
    officer = as_(members, "龚一琳")
    page = text(officer.get("/members/schools/"))
    assert "132" in page
    assert "林晓雨" not in page
    union = place(members, "五马中学")
    assert "林晓雨" not in text(officer.get(f"/members/schools/{union}"))
    form = {
        "kind": "joint_union",
        "name": "柳树镇联合工会",
        "headcount": "40",
        "workplaces": "柳树小学\n青石小学",
        "chair_name": "柏长青",
        "chair_sex": "male",
        "chair_birth_date": "1975-05-06",
    }
    opened = text(officer.form("/members/schools/new", form))
    code = re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", opened)[0]
    assert members.client().get(f"/members/first-use/{code}").status_code == 200
    assert text(officer.form("/members/schools/new", form), 422).count("柳树镇联合工会") >= 1
    assert as_(members, "柏长青").get("/members/imports/").status_code == 200
    assert as_(members, "赵立新").get("/members/schools/").status_code == 403
