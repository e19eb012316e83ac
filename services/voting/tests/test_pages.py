"""The pages of voting as people use them: to vote in two steps, to start a poll, to freeze a roll."""

import re
from datetime import timedelta

import pytest

from services.voting.polls.ready import values_of
from services.voting.tests.test_polls import Asked
from shared.kit import clock

NOW = "2026-09-10T09:00"
FORM = {
    "title": "教工之家的墙面", "options": "浅绿\n\n 米白 \n天蓝", "most": "1", "secrecy": "secret", "who": "members",
    "closes_at": "2026-09-12T18:00",
}  # fmt: skip


@pytest.fixture
def chair(union, frozen_clock):
    frozen_clock.at(NOW)
    return union.join("李主席", offices=("chair",))


@pytest.fixture
def staff(union, chair):
    return [chair, *union.join_many(7)]


def page(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_one_votes_in_two_steps_and_sees_that_one_has_voted(voting, staff, chair):
    poll = Asked(voting, chair).open()
    teacher = voting.client(staff[1])
    asked = page(teacher.get(f"/voting/polls/{poll.id}"))
    assert "checked" not in asked
    confirm = page(teacher.form(f"/voting/polls/{poll.id}/confirm", {"option_ids": poll.options[1]}))
    assert "米白" in confirm and "浅绿" not in confirm
    sent = teacher.form(f"/voting/polls/{poll.id}/vote", {"option_ids": poll.options[1]})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/voting/polls/{poll.id}/voted")
    assert "您已投票" in page(teacher.get(f"/voting/polls/{poll.id}/voted"))
    assert "您已投票" in page(teacher.get(f"/voting/polls/{poll.id}"))


def test_a_choice_never_stands_in_an_address(voting, staff, chair):
    poll = Asked(voting, chair).open()
    teacher = voting.client(staff[1])
    for answer in (
        teacher.get(f"/voting/polls/{poll.id}"),
        teacher.form(f"/voting/polls/{poll.id}/confirm", {"option_ids": poll.options[0]}),
    ):
        addresses = re.findall(r'(?:href|action)="([^"]*)"', page(answer))
        assert not any(option in address for option in poll.options for address in addresses)
        assert 'method="get"' not in page(answer)


def test_a_second_vote_says_that_the_first_counts(voting, staff, chair):
    poll = Asked(voting, chair).open()
    teacher = voting.client(staff[1])
    for choice in (0, 1):
        sent = teacher.form(f"/voting/polls/{poll.id}/vote", {"option_ids": poll.options[choice]})
    assert "以第一次为准" in page(teacher.get(sent.headers["Location"]))
    again = teacher.form(f"/voting/polls/{poll.id}/confirm", {"option_ids": poll.options[1]})
    assert (again.status_code, again.headers["Location"]) == (303, f"/voting/polls/{poll.id}")


def test_nothing_chosen_or_too_much_is_said_beside_the_question(voting, staff, chair):
    poll = Asked(voting, chair, most=2).open()
    teacher = voting.client(staff[1])
    assert "请先选一项" in page(teacher.form(f"/voting/polls/{poll.id}/confirm"), 422)
    too_many = page(teacher.form(f"/voting/polls/{poll.id}/confirm", {"option_ids": poll.options}), 422)
    assert "最多选 2 项" in too_many
    assert too_many.count("checked") == 3


def test_whoever_is_not_on_the_roll_reads_so_and_finds_no_form(voting, union, staff, chair):
    poll = Asked(voting, chair).open()
    shown = page(voting.client(union.join("新来的")).get(f"/voting/polls/{poll.id}"))
    assert "不在这项投票的名册上" in shown and "/confirm" not in shown


def test_what_waits_for_ones_vote_stands_in_the_panel_until_one_has_voted(voting, staff, chair):
    poll = Asked(voting, chair, title="秋游去哪里").open()
    teacher = voting.client(staff[1])
    assert "秋游去哪里" in page(teacher.get("/voting/panels/this-week", headers={"HX-Request": "true"}))
    poll.vote(staff[1], 0)
    assert teacher.get("/voting/panels/this-week").status_code == 204
    for person in staff[2:7]:
        poll.vote(person, 0)
    poll.close()
    assert "结果已公布" in page(teacher.get("/voting/panels/this-week"))


def test_an_officer_starts_a_poll_checks_it_and_opens_it(voting, staff, chair):
    officer = voting.client(chair)
    page(officer.get("/voting/polls/new"))
    saved = officer.form("/voting/polls/new", FORM)
    assert saved.status_code == 303
    url = saved.headers["Location"]
    assert "浅绿、米白、天蓝" in page(officer.get(url))
    assert "8 人" in page(officer.get(f"{url}/open"))
    assert officer.form(f"{url}/open").headers["Location"] == url
    assert "进行中" in page(officer.get(url))
    assert officer.get(f"{url}/edit").status_code == officer.get(f"{url}/open").status_code == 303


@pytest.mark.parametrize(("code", "option"), [("needs", "劳动合同与社会保险"), ("canteen", "满意")])
def test_a_question_asked_each_year_is_ready_to_be_opened_in_secret(voting, staff, chair, code, option):
    officer = voting.client(chair)
    shown = page(officer.get(f"/voting/polls/new?ready={code}"))
    assert option in shown
    typed = values_of(code) | {"secrecy": "secret", "who": "members", "closes_at": FORM["closes_at"]}
    saved = officer.form("/voting/polls/new", typed)
    assert saved.status_code == 303, "it can be opened as it stands"
    assert officer.get("/voting/polls/new?ready=nothing").status_code == 200


def test_a_refused_form_keeps_what_was_typed(voting, chair):
    officer = voting.client(chair)
    for broken in ({"options": "只有一个"}, {"closes_at": "2026-09-09T18:00"}, {"who": "everybody"}, {"who": "group:x"},
                   {"most": "9"}, {"title": ""}, {"who": "roll:0191a2b3-0000-7000-8000-000000000000"}):  # fmt: skip
        shown = page(officer.form("/voting/polls/new", {**FORM, "explanation": "先定主色", **broken}), 422)
        assert "先定主色" in shown and 'id="errors"' in shown


def test_a_draft_is_changed_in_the_form_it_was_written_in(voting, chair):
    officer = voting.client(chair)
    url = officer.form("/voting/polls/new", FORM).headers["Location"]
    shown = page(officer.get(f"{url}/edit"))
    assert "浅绿\n米白\n天蓝" in shown and "2026-09-12T18:00" in shown
    assert officer.form(f"{url}/edit", {**FORM, "title": "换个问法"}).status_code == 303
    assert "换个问法" in page(officer.get(url))
    assert officer.form(f"{url}/discard").headers["Location"] == "/voting/polls/"
    assert officer.get(url).status_code == 404


def test_a_poll_that_cannot_be_opened_says_why_and_stays_a_draft(voting, chair):
    officer = voting.client(chair)
    url = officer.form("/voting/polls/new", FORM).headers["Location"]
    assert "人数太少" in page(officer.form(f"{url}/open"), 409)
    assert "草稿" in page(officer.get(url))


def test_the_result_stands_with_its_arithmetic_beside_chart_and_table(voting, staff, chair):
    poll = Asked(voting, chair, options=["赞成", "反对"], rule_code="more-than-half").open()
    for person in staff[:5]:
        poll.vote(person, 0)
    officer = voting.client(chair)
    assert "提前结束" in page(officer.get(f"/voting/polls/{poll.id}/close"))
    assert officer.form(f"/voting/polls/{poll.id}/close").status_code == 303
    shown = page(voting.client(staff[7]).get(f"/voting/polls/{poll.id}"))
    assert "名册 8 人 × 1 ÷ 2 = 4，须 ≥ 5；“赞成” 5 票" in re.sub(r"\s+", " ", shown)
    assert 'data-chart="bar"' in shown and 'data-v="5"' in shown
    assert "李主席 提前结束" in shown


def test_at_a_tie_of_half_the_rules_words_decide_and_are_printed(voting, staff, chair):
    poll = Asked(voting, chair, options=["赞成", "反对"], rule_code="half-or-more").open()
    for n, person in enumerate(staff):
        poll.vote(person, n % 2)
    poll.close()
    shown = page(voting.client(chair).get(f"/voting/polls/{poll.id}"))
    assert "正好等于这个数" in shown and "半数以上（含半数）" in shown


def test_a_withheld_result_says_so_and_shows_no_numbers(voting, staff, chair):
    poll = Asked(voting, chair).open()
    poll.vote(staff[1], 2)
    poll.close()
    for url in (f"/voting/polls/{poll.id}", f"/voting/polls/{poll.id}/screen"):
        shown = page(voting.client(chair).get(url))
        assert "不到 5 人" in shown and "data-v" not in shown


def test_names_stand_in_the_result_of_an_open_poll(voting, staff, chair):
    poll = Asked(voting, chair, secrecy="named").open()
    poll.vote(staff[3], 0)
    assert "记名投票：您的名字和选择写在一起" in page(voting.client(staff[4]).get(f"/voting/polls/{poll.id}"))
    poll.close()
    assert staff[3].name in page(voting.client(staff[4]).get(f"/voting/polls/{poll.id}"))


def test_the_hall_screen_shows_a_count_and_a_code_and_then_the_result(voting, staff, chair):
    poll = Asked(voting, chair).open()
    poll.vote(staff[1], 2)
    screen = voting.client(chair)
    assert "1 / 8" in page(screen.get(f"/voting/polls/{poll.id}/screen"))
    code = screen.get(f"/voting/polls/{poll.id}/code.svg")
    assert code.mimetype == "image/svg+xml" and code.data.startswith(b"<?xml")
    for person in staff[2:7]:
        poll.vote(person, 2)
    poll.close()
    assert "天蓝" in page(screen.get(f"/voting/polls/{poll.id}/screen"))


def test_both_languages_and_every_list_as_a_file(voting, staff, chair):
    Asked(voting, chair, title="Autumn outing").open()
    officer = voting.client(chair)
    assert "Start a poll" in page(officer.get("/voting/polls/", headers={"Accept-Language": "en"}))
    assert "发起投票" in page(officer.get("/voting/polls/?q=outing&status=open&audience=members&sort=title"))
    for url in ("/voting/polls/", "/voting/rolls/"):
        assert officer.get(f"{url}?format=csv").mimetype == "text/csv"
        assert "spreadsheet" in officer.get(f"{url}?format=xlsx").mimetype


def test_a_roll_is_begun_its_teachers_marked_and_it_is_frozen(voting, union, chair):
    delegates = union.join_many(5, offices=("delegate",))
    officer = voting.client(chair)
    page(officer.get("/voting/rolls/new"))
    body = {"title": "代表名册", "who": "delegates", "as_of": "2026-09-10"}
    url = officer.form("/voting/rolls/new", body).headers["Location"]
    assert "草稿" in page(officer.get(url))
    assert "还差 3 名教师代表" in page(officer.form(f"{url}/freeze"), 409)
    marked = officer.form(f"{url}/teachers", {"teacher_ids": [person.id for person in delegates[:3]]})
    assert marked.status_code == 303
    assert page(officer.get(url)).count("checked") == 3
    page(officer.get(f"{url}/freeze"))
    assert officer.form(f"{url}/freeze").status_code == 303
    shown = page(officer.get(url))
    assert "已冻结" in shown and "与名单一致" in shown
    assert "教师001" in page(officer.get(f"{url}/print"))
    assert officer.get(f"{url}/roll.txt").data.startswith(b"unionhall roll 1\n")
    assert "教师002" in officer.get(f"{url}?format=csv").get_data(as_text=True)
    assert "代表名册" in page(officer.get("/voting/rolls/"))
    assert officer.form(f"{url}/freeze").status_code == 303


def test_a_roll_says_how_far_what_is_known_goes(voting, union, chair):
    officer = voting.client(chair)
    body = {"title": "早先", "who": "members", "as_of": "2019-09-10"}
    url = officer.form("/voting/rolls/new", body).headers["Location"]
    shown = page(officer.get(url))
    assert "按会员档案截至 2020年9月1日" in shown
    assert "会员档案从 2020年9月1日" in shown
    assert officer.form(f"{url}/discard").status_code == 303
    assert "请" in page(officer.form("/voting/rolls/new", {**body, "who": "group:x"}), 422)


def test_another_unions_pages_are_not_there(voting, union, chair, another_union):
    poll = Asked(voting, chair)
    roll = voting.client(chair).form(
        "/voting/rolls/new", {"title": "a", "who": "members", "as_of": "2026-09-10"}
    )
    stranger = voting.client(another_union.join(offices=("chair",)))
    for path in ("", "/edit", "/open", "/screen", "/code.svg", "/voted", "/close"):
        assert stranger.get(f"/voting/polls/{poll.id}{path}").status_code == 404, path
    for path in ("/open", "/close", "/discard", "/vote", "/confirm", "/edit"):
        assert stranger.form(f"/voting/polls/{poll.id}{path}", FORM).status_code == 404, path
    for path in ("", "/print", "/roll.txt", "/freeze"):
        assert stranger.get(roll.headers["Location"] + path).status_code == 404, path
    for path in ("/freeze", "/teachers", "/discard"):
        assert stranger.form(roll.headers["Location"] + path).status_code == 404, path


def test_the_district_sees_counts_of_polls_and_rolls_and_nobody(voting, union, another_union, frozen_clock):
    frozen_clock.at(NOW)
    chair = union.join("李主席", offices=("chair",))
    staff = [chair, *union.join_many(5)]
    poll = Asked(voting, chair).open()
    for person in staff:
        poll.vote(person, 0)
    poll.close()
    Asked(voting, chair, closes_at=(clock.now() + timedelta(days=2)).isoformat()).open()
    district = type(union)(voting, name="明德区教育工会", kind="district")
    officer = voting.client(district.join("龚一琳", offices=("district_officer",)))
    assert officer.get("/voting/").headers["Location"] == "/voting/district/polls"
    assert officer.get("/api/voting/v1/district/polls").json == []  # neither union lies in this district
    under = type(union)(voting, name="厉庄镇小学", district=district.school)
    with_chair = under.join(offices=("chair",))
    for name in "一二三四五":
        under.join(name)
    Asked(voting, with_chair).open().close()
    (row,) = officer.get("/api/voting/v1/district/polls?year=2026").json
    assert row == {"school_id": under.id, "name": "厉庄镇小学", "closed": 1, "open_now": 0, "rolls": 0}
    assert "厉庄镇小学" in page(officer.get("/voting/district/polls"))
    assert "厉庄镇小学" in officer.get("/voting/district/polls?format=csv").get_data(as_text=True)
    assert voting.client(chair).get("/voting/district/polls").status_code == 403
    assert officer.get(f"/voting/polls/{poll.id}").status_code == 404
