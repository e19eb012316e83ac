"""What is on in the demo district: a contest that is full, one with an age rule, an outing, and the school years."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.activities import actions as activities
from services.events.activities.audience import IN_POST
from services.events.activities.models import HELD, Activity
from services.events.attendance.actions import check_in_at_door
from services.events.opinions import actions as opinions
from services.events.registrations import actions as registrations
from services.events.school_calendars import actions as school_calendars
from services.events.school_calendars.queries import working_days
from services.events.school_calendars.workdays import WorkingDays
from shared.kit import clock
from shared.kit.festivals import next_day
from shared.kit.people import Organisation, Person, people_in

BEGINS, ENDS = time(16, 0), time(17, 30)
FULL = 16
# Who finds the table tennis full and becomes the first to wait.
LATECOMER = "林晓雨"


def load(session: Session) -> None:
    """Make it all once, when the copies of schools and people are here."""
    schools = {union.name: union for union in session.scalars(select(Organisation))}
    wuma = schools.get("五马中学")
    if wuma is None or session.scalar(select(Activity.id).where(Activity.occasion.is_(None)).limit(1)):
        return
    _school_years(session, schools["明德区教育工会"].id, wuma.id)
    _wuma(session, wuma)
    for name, title in (("实验小学", "教职工气排球赛"), ("厉庄镇联合工会", "三校教师乒乓球联赛")):
        if (union := schools.get(name)) is not None:
            day = _next_union_afternoon(session, union.id)
            _activity(session, union.id, None, day, title=title, kind="sports")


def _wuma(session: Session, union: Organisation) -> None:
    people = people_in(session, union.id)
    by_name = {person.name: person for person in people}
    women, organiser = (by_name[name].id if name in by_name else None for name in ("赵文静", "钱建平"))
    days = working_days(session, union.id, *range(clock.today().year, clock.today().year + 3))
    soon = _next_union_afternoon(session, union.id)
    contest = _activity(
        session,
        union.id,
        women,
        _workday_before(days, next_day("womens-day", clock.today())),
        title="三八乒乓球赛",
        kind="contest",
        place="综合楼 2 楼 乒乓球室",
        capacity=FULL,
        budget_fen=160000,
        fund_source="union",
        audience_rule={"sex": "female", "standings": list(IN_POST)},
        description="单打，11 分制，三局两胜。一等 2 人、二等 3 人，人人有纪念品。\n球拍和饮水现场都有，请穿运动鞋。",
    )
    _fill(session, contest, (person for person in people if person.name != LATECOMER and person.id != women))
    _activity(
        session,
        union.id,
        organiser,
        days.add(soon, 5),
        title="35周岁以下教师教学基本功比赛",
        kind="contest",
        place="录播教室",
        capacity=20,
        audience_rule={"age_max": 35, "standings": list(IN_POST)},
        description="粉笔字、即兴演讲、微型课三项。年龄按比赛当天的周岁计算，含35周岁。",
    )
    _activity(
        session,
        union.id,
        organiser,
        soon,
        title="教职工气排球赛",
        kind="sports",
        place="体育馆",
        walk_ins=True,
        description="各小组自由组队，每队 5 人。",
    )
    _activity(
        session,
        union.id,
        None,
        next_day("double-ninth", clock.today()),
        title="重阳敬老登高",
        kind="outing",
        place="凤凰山",
        audience_rule={"standings": ["retired"]},
        budget_fen=300000,
        fund_source="administration",
        description="退休教师当天往返，备有午餐和休息点，子女可陪同。",
    )
    _walk(session, union.id, organiser, people[:30])
    activities.draft(
        session,
        union.id,
        organiser,
        title="元旦联欢会",
        kind="culture",
        place="报告厅",
        **_times(_workday_before(days, next_day("new-year", clock.today()))),
    )


def _activity(
    session: Session, school_id: str, organiser_id: str | None, day: date, **fields: Any
) -> Activity:
    activity = activities.draft(session, school_id, organiser_id, **_times(day), **fields)
    activities.publish(session, activity)
    return activity


def _walk(session: Session, school_id: str, organiser_id: str | None, people: list[Person]) -> None:
    """One that is over, with who came, how they liked it and what it cost."""
    day = clock.today() - timedelta(days=20)
    paid = {"budget_fen": 240000, "fund_source": "union", "place": "滨河步道"}
    activity = activities.draft(
        session,
        school_id,
        organiser_id,
        title="教职工健步走",
        kind="sports",
        walk_ins=True,
        **paid,
        **_times(day),
    )
    activity.state = HELD
    for number, person in enumerate(people):
        check_in_at_door(session, activity, person, organiser_id or person.id)
        if number % 2:
            opinions.give(session, activity, person, 5 if number % 3 else 4)
    if people:
        activities.complete(session, activity, 216000, 0)


def _fill(session: Session, activity: Activity, people: Iterable[Person]) -> None:
    admitted = (person for person in people if activity.audience.admits(person, activity.day))
    for person, _place in zip(admitted, range(FULL), strict=False):
        registrations.sign_up(session, activity, person)


def _times(day: date) -> dict[str, datetime]:
    starts_at, ends_at = (datetime.combine(day, at, clock.SHANGHAI) for at in (BEGINS, ENDS))
    return {"starts_at": starts_at, "ends_at": ends_at}


def _workday_before(days: WorkingDays, day: date) -> date:
    while not days.is_workday(day):
        day -= timedelta(days=1)
    return day


def _next_union_afternoon(session: Session, school_id: str) -> date:
    """The last working day of a month, at least three days ahead."""
    earliest = clock.today() + timedelta(days=2)
    return working_days(session, school_id, earliest.year, earliest.year + 1).next_month_end(earliest)


def _school_years(session: Session, district_id: str, school_id: str) -> None:
    """The school year that we are in, for the district and, with an own bell, for the school."""
    today = clock.today()
    first = today.year if today.month >= 8 else today.year - 1
    for owner, bell in ((district_id, time(16, 30)), (school_id, time(16, 40))):
        for year in (first, first + 1):
            calendar = school_calendars.take(session, owner, year)
            terms, breaks = _terms(year)
            national = [_as_days(span) for span in calendar.holidays]
            make_up = [date.fromisoformat(day) for day in calendar.make_up_workdays]
            school_calendars.enter(
                calendar, terms=terms, holidays=national + breaks, make_up_workdays=make_up, bell=bell
            )
            school_calendars.publish(session, calendar)


def _terms(year: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Spring from the Monday after 元宵 to mid-July, autumn from 1 September to late January."""
    lantern = next_day("spring", date(year, 1, 1)) + timedelta(days=14)
    spring = lantern + timedelta(days=7 - lantern.weekday())
    spring_ends, autumn, autumn_ends = date(year, 7, 10), date(year, 9, 1), date(year + 1, 1, 22)
    terms = [_span("spring", spring, spring_ends), _span("autumn", autumn, autumn_ends)]
    breaks = [
        _span("winter-break", date(year, 1, 23), spring - timedelta(days=1)),
        _span("summer-break", spring_ends + timedelta(days=1), autumn - timedelta(days=1)),
    ]
    return terms, breaks


def _span(code: str, first: date, last: date) -> dict[str, Any]:
    return {"code": code, "starts_on": first, "ends_on": last}


def _as_days(span: dict[str, Any]) -> dict[str, Any]:
    return _span(span["code"], date.fromisoformat(span["starts_on"]), date.fromisoformat(span["ends_on"]))
