"""A roster's way into the register (J-44): preview, errors by cell, commit, undo."""

from datetime import date

import pytest
from sqlalchemy import select

from services.members.accounts.actions import issue_slips
from services.members.imports.actions import CannotUndo, commit, discard, drop_row, mend_row, take, undo
from services.members.imports.actions.taking import chunks_of
from services.members.imports.models import RosterChunk, RosterImport
from services.members.imports.sheet import RosterRefused
from services.members.people.actions import correct
from services.members.people.models import Affiliation, Member
from services.members.schools.models import Organisation
from services.members.tests.builders import a_district, a_group, a_member, a_union, again, card
from services.members.tests.rosters import HEADINGS, a_row, csv, identity_number, xlsx
from shared.contracts.members import GroupAdjusted, MemberJoined, MemberLeft, PersonChanged
from shared.kit.database import locked
from shared.kit.jobs import Job
from shared.kit.problems import Conflict


@pytest.fixture
def members(service_of):
    return service_of("members")


@pytest.fixture
def union(members):
    union = a_union(members)
    a_group(members, union, "语文组")
    return union


def uploaded(members, union, rows, headings=HEADINGS):
    """A roster that was taken in and checked."""
    with members.transaction() as session:
        roster = take(session, xlsx([headings, *rows]), "名册.xlsx", school_id=union.id, owner_id=union.id)
    members.work()
    return again(members, roster)


def findings(members, roster, row=2):
    with members.reading() as session:
        checked = [entry for chunk in chunks_of(session, roster) for entry in chunk.checked]
    (found,) = [entry["findings"] for entry in checked if entry["row"] == row]
    return [(finding["field"], finding["code"], finding["detail"]) for finding in found]


def begin(members, roster, action, **options):
    with members.transaction() as session:
        action(session, locked(session, RosterImport, roster.id), **options)
    members.work()
    return again(members, roster)


def everybody(members):
    with members.reading() as session:
        return session.scalars(select(Member).order_by(Member.name)).all()


def test_a_good_roster_becomes_people_with_cards(members, union):
    rows = [a_row("罗燕"), a_row("孙启明", 性别="男", 身份证号=identity_number(order=43), 手机="")]
    roster = uploaded(members, union, rows)
    assert (roster.state, roster.counts["new"], roster.counts["bad"]) == ("checked", 2, 0)
    assert everybody(members) == [], "a preview changes nothing"
    roster = begin(members, roster, commit)
    assert (roster.state, roster.counts["entered"]) == ("committed", 2)
    sun, luo = sorted(everybody(members), key=lambda member: member.name)
    assert (luo.name, luo.identity_number, luo.phone, luo.birth_date) == (
        "罗燕",
        identity_number(),
        "13800138000",
        date(1988, 4, 21),
    )
    assert sorted([sun.card_number, luo.card_number]) == [1, 2]
    assert {event.subject for event in members.outbox(PersonChanged)} == {sun.id, luo.id}
    assert len(members.outbox(MemberJoined)) == 2
    assert card(members, luo.id).group_id == luo.group_id
    assert again(members, union).member_count == 2
    assert members.outbox(GroupAdjusted)[-1].data["member_count"] == 2


def test_what_travels_bears_no_identity_number_and_no_phone(members, union):
    begin(members, uploaded(members, union, [a_row()]), commit)
    said = b"".join(event.raw for event in members.outbox())
    assert identity_number().encode() not in said
    assert b"13800138000" not in said


def test_the_rows_are_sealed_while_they_wait(members, union):
    uploaded(members, union, [a_row()])
    with members.reading() as session:
        assert identity_number() not in str(session.execute(select(RosterChunk.__table__)).all())
        assert identity_number() not in str(session.execute(select(Job.__table__)).all())


CASES = [
    ({"姓名": ""}, ("name", "missing", "")),
    ({"姓名": "=A1"}, ("name", "formula", "")),
    ({"性别": "未知"}, ("sex", "unknown-sex", "男、女")),
    ({"性别": "男"}, ("sex", "sex-contradicts", "female")),
    ({"性别": "", "身份证号": ""}, ("sex", "missing", "")),
    ({"出生日期": "1990-02-29", "身份证号": ""}, ("birth_date", "no-29-february", "1990")),
    ({"出生日期": "1988-04-22"}, ("birth_date", "birth-date-contradicts", "1988-04-21")),
    ({"出生日期": "", "身份证号": ""}, ("birth_date", "missing", "")),
    ({"身份证号": identity_number()[:17] + "?"}, ("identity_number", "identity-form", "18")),
    ({"手机": "12345"}, ("phone", "phone-form", "")),
    ({"小组": ""}, ("group", "missing-group", "")),
    ({"小组": "语文祖"}, ("group", "unknown-group", "语文组")),
    ({"小组": "后勤处"}, ("group", "unknown-group", "")),
]


@pytest.mark.parametrize(("cells", "finding"), CASES)
def test_an_error_stands_at_its_cell_and_its_row_stays_out(members, union, cells, finding):
    rows = [a_row("罗燕", **cells), a_row("孙启明", 性别="男", 身份证号=identity_number(order=45))]
    roster = uploaded(members, union, rows)
    assert finding in findings(members, roster)
    assert (roster.counts["bad"], roster.counts["new"]) == (1, 1)
    begin(members, roster, commit)
    assert [member.name for member in everybody(members)] == ["孙启明"]


def test_full_width_digits_are_put_right_and_shown(members, union):
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    roster = uploaded(members, union, [a_row(手机="13800138000".translate(wide), 小组="语文 组")])
    assert findings(members, roster) == [("phone", "full-width", ""), ("group", "spaces", "")]
    assert (roster.counts["bad"], roster.counts["mended"]) == (0, 2)
    begin(members, roster, commit)
    assert everybody(members)[0].phone == "13800138000"


def test_birth_date_and_sex_are_taken_from_the_identity_number(members, union):
    begin(members, uploaded(members, union, [a_row(性别="", 出生日期="")]), commit)
    (member,) = everybody(members)
    assert (member.sex, member.birth_date) == ("female", date(1988, 4, 21))


def test_the_same_identity_number_twice_is_an_error_in_both_rows(members, union):
    roster = uploaded(members, union, [a_row("罗燕"), a_row("孙启明", 性别="女")])
    assert ("identity_number", "repeated", "3") in findings(members, roster, 2)
    assert ("identity_number", "repeated", "2") in findings(members, roster, 3)
    assert roster.counts["bad"] == 2


def test_a_row_may_be_left_out_and_the_other_is_then_good(members, union):
    roster = uploaded(members, union, [a_row("罗燕"), a_row("罗燕")])
    roster = begin(members, roster, drop_row, row=3)
    assert (roster.counts["bad"], roster.counts["new"], roster.rows) == (0, 1, 1)


def test_a_cell_may_be_mended_in_the_preview(members, union):
    roster = uploaded(members, union, [a_row(小组="语文祖")])
    roster = begin(members, roster, mend_row, row=2, cells={"group": "语文组"})
    assert (roster.counts["bad"], roster.counts["new"]) == (0, 1)


def test_whoever_is_known_is_changed_and_not_entered_twice(members, union):
    known = a_member(members, union, "罗燕", identity_number=identity_number(), birth_date=date(1988, 4, 21))
    roster = uploaded(members, union, [a_row("罗燕", 用工形式="合同")])
    assert (roster.counts["new"], roster.counts["update"]) == (0, 1)
    begin(members, roster, commit)
    (member,) = everybody(members)
    assert (member.id, member.post_kind, member.phone) == (known.id, "contract", "13800138000")


def test_whoever_the_register_has_just_so_is_left_alone(members, union):
    begin(members, uploaded(members, union, [a_row()]), commit)
    said = len(members.outbox())
    roster = uploaded(members, union, [a_row()])
    assert (roster.counts["same"], roster.counts["update"], roster.counts["new"]) == (1, 0, 0)
    with pytest.raises(Conflict):
        begin(members, roster, commit)
    assert len(members.outbox()) == said


def test_an_identity_number_under_another_name_is_an_error(members, union):
    a_member(members, union, "罗艳", identity_number=identity_number(), birth_date=date(1988, 4, 21))
    assert ("identity_number", "known-as-another", "罗艳") in findings(
        members, uploaded(members, union, [a_row()])
    )


def test_somebody_of_another_union_is_asked_for_by_a_transfer_and_not_named(members):
    district = a_district(members)
    here, there = (
        a_union(members, "五马中学", district=district),
        a_union(members, "实验小学", district=district),
    )
    a_group(members, here, "语文组")
    a_member(members, there, "罗燕燕", identity_number=identity_number(), birth_date=date(1988, 4, 21))
    roster = uploaded(members, here, [a_row()])
    assert findings(members, roster) == [("identity_number", "known-elsewhere", "")]


def test_a_roster_changes_nobodys_standing(members, union):
    a_member(members, union, "罗燕", identity_number=identity_number(), birth_date=date(1988, 4, 21))
    roster = uploaded(members, union, [a_row(会员身份="退休")])
    assert ("standing", "standing-differs", "") in findings(members, roster)


def test_numbers_on_cards_are_kept_and_never_given_again(members, union):
    headings = (*HEADINGS, "会员证号", "工号")
    begin(members, uploaded(members, union, [[*a_row(), "0217", "017"]], headings), commit)
    assert everybody(members)[0].card_number == 217
    assert a_member(members, union, "孙启明").card_number == 218
    other = [*a_row("蒋涛", 性别="男", 身份证号=identity_number(order=47)), "217", "017"]
    roster = uploaded(members, union, [other], headings)
    assert {("card_number", "taken", ""), ("staff_number", "taken", "")} <= set(findings(members, roster))


def test_those_who_are_missing_from_the_roster_are_only_listed(members, union):
    absent = a_member(members, union, "蒋涛")
    roster = uploaded(members, union, [a_row()])
    assert roster.absent == [absent.id]
    begin(members, roster, commit)
    assert again(members, absent).standing == "full"


def test_a_union_without_groups_takes_them_from_its_first_roster(members):
    union = a_union(members)
    rows = [
        a_row("罗燕", 小组="语文组"),
        a_row("孙启明", 性别="男", 身份证号=identity_number(order=43), 小组="数学组"),
    ]
    roster = uploaded(members, union, rows)
    assert roster.new_groups == ["数学组", "语文组"]
    begin(members, roster, commit)
    with members.reading() as session:
        names = {group.id: group.name for group in session.scalars(select(Organisation))}
    assert {member.name: names[member.group_id] for member in everybody(members)} == {
        "罗燕": "语文组",
        "孙启明": "数学组",
    }


def test_all_or_nothing_refuses_a_roster_with_one_bad_row(members, union):
    roster = uploaded(members, union, [a_row("罗燕"), a_row("")])
    with pytest.raises(Conflict):
        begin(members, roster, commit, all_or_nothing=True)
    assert everybody(members) == []


def test_a_row_that_went_bad_since_the_preview_is_passed_over(members, union):
    roster = uploaded(members, union, [a_row("罗燕")])
    a_member(members, union, "罗燕", identity_number=identity_number(), birth_date=date(1988, 4, 22))
    a_member(members, union, "孙启明", identity_number=identity_number(order=43))
    roster = begin(members, roster, commit)
    assert (roster.counts["entered"], len(everybody(members))) == (0, 2)


def test_a_roster_that_cannot_be_read_leaves_nothing_behind(members, union):
    with pytest.raises(RosterRefused), members.transaction() as session:
        take(session, b"PK\x03\x04", "名册.xlsx", school_id=union.id, owner_id=union.id)
    with members.reading() as session:
        assert session.scalars(select(RosterImport)).all() == []


def test_undo_takes_out_whom_the_import_entered_and_tells_everybody(members, union):
    begin(members, uploaded(members, union, [a_row("罗燕")]), commit)
    (member,) = everybody(members)
    with members.reading() as session:
        roster = session.scalars(select(RosterImport)).one()
    roster = begin(members, roster, undo)
    assert roster.state == "undone"
    assert everybody(members) == []
    assert (members.outbox(PersonChanged)[-1].data["name"], card(members, member.id).erased) == ("", True)
    assert members.outbox(MemberLeft)[-1].data["reason_code"] == "import-undone"
    assert again(members, union).member_count == 0
    with members.reading() as session:
        assert session.scalars(select(Affiliation)).all() == []
        assert session.scalars(select(RosterChunk)).all() == [], "the rows are erased with it"
    assert uploaded(members, union, [a_row("罗燕")]).counts["new"] == 1


def test_undo_gives_changed_people_back_what_they_had(members, union):
    other = a_group(members, union, "数学组")
    known = a_member(
        members,
        union,
        "罗燕",
        identity_number=identity_number(),
        birth_date=date(1988, 4, 21),
        group_id=other.id,
        phone="13900139000",
    )
    roster = begin(members, uploaded(members, union, [a_row("罗燕", 用工形式="外聘")]), commit)
    assert again(members, known).post_kind == "external"
    begin(members, roster, undo)
    back = again(members, known)
    assert (back.post_kind, back.group_id, back.phone) == ("established", other.id, "13900139000")
    assert card(members, known.id).group_id == other.id


def test_undo_says_who_prevents_it(members, union):
    roster = begin(members, uploaded(members, union, [a_row("罗燕")]), commit)
    (member,) = everybody(members)
    with members.transaction() as session:
        correct(session, locked(session, Member, member.id), post_kind="contract")
    with pytest.raises(CannotUndo, match="罗燕"):
        begin(members, roster, undo)
    assert again(members, member).post_kind == "contract"


def test_undo_is_over_after_a_week(members, union, frozen_clock):
    frozen_clock.at("2026-09-01T10:00")
    roster = begin(members, uploaded(members, union, [a_row("罗燕")]), commit)
    frozen_clock.advance(days=7, seconds=1)
    with pytest.raises(CannotUndo):
        begin(members, roster, undo)


def test_an_unused_slip_goes_with_the_person_it_was_printed_for(members, union):
    roster = begin(members, uploaded(members, union, [a_row("罗燕")]), commit)
    with members.transaction() as session:
        issue_slips(session, [locked(session, Member, everybody(members)[0].id)])
    assert begin(members, roster, undo).state == "undone"


def test_a_roster_given_up_leaves_no_rows(members, union):
    roster = begin(members, uploaded(members, union, [a_row()]), discard)
    assert roster.state == "discarded"
    with members.reading() as session:
        assert session.scalars(select(RosterChunk)).all() == []


def test_a_roster_of_many_chunks_is_checked_and_committed_whole(members, union):
    rows = [
        a_row(f"罗{chr(0x4E00 + n)}", 身份证号=identity_number(order=n), 性别="男" if n % 2 else "女")
        for n in range(620)
    ]
    with members.transaction() as session:
        roster = take(session, csv([HEADINGS, *rows]), "名册.csv", school_id=union.id, owner_id=union.id)
    members.work()
    assert again(members, roster).counts["new"] == 620
    roster = begin(members, roster, commit)
    assert roster.counts["entered"] == 620
    with members.reading() as session:
        assert [job.done for job in session.scalars(select(Job))] == [620, 620]
    assert sorted(member.card_number for member in everybody(members)) == list(range(1, 621))
